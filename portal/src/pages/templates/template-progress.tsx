/** A template's deployment while it runs and when it has ended: each resource, and what to do next. */
import { Spinner } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import type { TemplateDeployment } from '../../data/deploy-template.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Failure } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';

export interface TemplateProgressProps {
  readonly deployment: TemplateDeployment;
  /** What the template says is to do afterwards. */
  readonly next: readonly string[];
}

export function TemplateProgress({ deployment, next }: TemplateProgressProps): ReactElement {
  const { state, fault, resources } = deployment;
  const app = resources.find(({ type }) => type.toLowerCase() === 'microsoft.logic/workflows');
  return (
    <>
      {state === 'running' ? <Spinner labelPosition="after" size="tiny" label="Deploying" /> : null}
      {fault === undefined ? null : <Failure error={fault} what="The template was not deployed" />}
      <ul className="plain-list" aria-label="Resources">
        {resources.map(({ id, name, type, state: became, message }) => (
          <li key={id} className="row">
            <Status value={became} />
            {became === 'Succeeded' ? <Anchor to={`/r${id}`}>{name}</Anchor> : <span>{name}</span>}
            <span className="help">{type}</span>
            {message === undefined ? null : <span className="help">{message}</span>}
          </li>
        ))}
      </ul>
      {state === 'done' ? (
        <>
          <h2>What to do next</h2>
          <ul>
            {next.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          <p className="row">
            {app === undefined ? null : <Anchor to={`/r${app.id}`}>Open {app.name}</Anchor>}
            <Anchor to="/automations?pane=add">Add workflow automation</Anchor>
          </p>
        </>
      ) : null}
    </>
  );
}
