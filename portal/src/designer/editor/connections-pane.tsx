/** The connections that the workflow names: which steps call through each, and which resource it is. Source: portal reference 5.1. */
import { Button } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Pane } from '../../design/pane.tsx';
import { titleOf } from '../canvas/card-text.ts';
import { connectionKeyOf } from '../catalogue/catalogue.ts';
import { apiIdOf, withConnection } from '../connections.ts';
import type { Path } from '../core/document.ts';
import { isRecord, type JsonData } from '../core/json-value.ts';
import { connectionsOf } from '../core/operations/clipboard.ts';
import { removeConnection } from '../core/operations/workflow-parameters.ts';
import { ConnectionDialog } from '../picker/connection-dialog.tsx';
import type { OpenWorkflow } from './open-session.ts';
import type { EditorState } from './session.ts';
import type { Catalogue } from './use-catalogue.ts';

export interface ConnectionsPaneProps {
  readonly open: OpenWorkflow;
  readonly state: EditorState;
  readonly catalogue: Catalogue;
  readonly onGo: (path: Path) => void;
  readonly onClose: () => void;
}

const textOf = (entry: JsonData, name: string): string => {
  const value = isRecord(entry) ? entry[name] : undefined;
  return typeof value === 'string' ? value : '';
};

export function ConnectionsPane({ open, state, catalogue, onGo, onClose }: ConnectionsPaneProps): ReactElement {
  const [changing, setChanging] = useState<{ readonly key: string; readonly api: string }>();
  const { session, workflow } = open;
  const steps = new Map<string, { readonly path: Path; readonly name: string }[]>();
  for (const node of state.graph.nodes.values()) {
    const key = connectionKeyOf(node);
    if (key !== undefined) steps.set(key, [...(steps.get(key) ?? []), node]);
  }
  const named = connectionsOf(state.doc);
  const keys = [...new Set([...Object.keys(named), ...steps.keys()])];
  return (
    <Pane title="Connections" onClose={onClose}>
      {keys.length === 0 ? <p>This workflow calls nothing through a connection.</p> : null}
      {keys.map((key) => {
        const entry = named[key] ?? null;
        const id = textOf(entry, 'connectionId');
        const api =
          /\/(?:managedApis|customApis)\/([^/]+)$/i.exec(textOf(entry, 'id'))?.[1] ?? key.replace(/[-_]\d+$/, '');
        const users = steps.get(key) ?? [];
        return (
          <section key={key} className="card" aria-label={key}>
            <h3>{catalogue.apis.find(({ name }) => name === api.toLowerCase())?.title ?? api}</h3>
            <p>
              {id === '' ? (
                <span className="field-fault">Steps name ‘{key}’, and no connection stands behind it.</span>
              ) : (
                <>
                  ‘{key}’ is <Anchor to={resourceAddress(id)}>{id.split('/').at(-1)}</Anchor>
                </>
              )}
            </p>
            <ul className="plain-list" aria-label={`Steps that call through ${key}`}>
              {users.map(({ path, name }) => (
                <li key={path}>
                  <button type="button" className="link" onClick={() => onGo(path)}>
                    {titleOf(name)}
                  </button>
                </li>
              ))}
            </ul>
            <div className="row">
              <Button size="small" aria-label={`Change connection ${key}`} onClick={() => setChanging({ key, api })}>
                {id === '' ? 'Connect' : 'Change connection'}
              </Button>
              <Button
                size="small"
                aria-label={`Remove ${key}`}
                disabledFocusable={users.length > 0 || id === ''}
                {...(users.length > 0 ? { title: 'Steps still call through it.' } : {})}
                onClick={() => (users.length > 0 ? undefined : session.change((doc) => removeConnection(doc, key)))}
              >
                Remove
              </Button>
            </div>
          </section>
        );
      })}
      {changing === undefined ? null : (
        <ConnectionDialog
          workflow={workflow}
          api={changing.api}
          apiId={apiIdOf(workflow, catalogue.apis, changing.api)}
          title={catalogue.apis.find(({ name }) => name === changing.api.toLowerCase())?.title ?? changing.api}
          onChoose={(connection) => {
            session.change(withConnection(apiIdOf(workflow, catalogue.apis, changing.api), changing.key, connection));
            setChanging(undefined);
          }}
          onClose={() => setChanging(undefined)}
        />
      )}
    </Pane>
  );
}
