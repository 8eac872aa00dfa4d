/** Assign policy › Review + create: everything at a glance; what is wrong leads to its tab. */
import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { useRoleNames } from '../../data/role-names.ts';
import { scopeName } from '../../data/scopes.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Facts } from '../../design/json-view.tsx';
import { type AssignTab, needsIdentity } from '../../model/policy-assignment.ts';
import { actingRules, titleOf } from '../../model/policy-definition.ts';
import { listOfText, type ParameterField, shownText } from '../../model/policy-parameters.ts';
import { type OverrideForm, selectorText } from '../../model/policy-selectors.ts';
import { idParts } from '../../api/arm.ts';
import type { Assign } from './assign-context.ts';
import { tabNames } from './assign-tabs.ts';

export interface ReviewProps {
  readonly assign: Assign;
  /** The address of a tab. */
  readonly addressOf: (tab: AssignTab) => string;
}

export function Review({ assign, addressOf }: ReviewProps): ReactElement {
  const { form, context, fields, faults, grants, entities } = assign;
  const roleName = useRoleNames();
  const acting = actingRules(context.rules);
  const rule = context.rules.find(({ referenceId }) => referenceId === form.remediateReference);
  return (
    <div className="form wide">
      {faults.length === 0 ? null : (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>Something is missing</MessageBarTitle>
            <ul className="faults" aria-label="What is missing">
              {faults.map(({ tab, field, text }) => (
                <li key={`${tab} ${field}`}>
                  <Anchor to={addressOf(tab)}>{tabNames[tab]}</Anchor>: {text}
                </li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      <section className="card" aria-label="Basics">
        <h2>Basics</h2>
        <Facts
          facts={[
            ['Scope', form.scope === '' ? undefined : scopeName(form.scope, entities)],
            ['Exclusions', form.notScopes.map((each) => scopeName(each, entities)).join(', ')],
            ['Definition', titleOf(context.definition)],
            ['Assignment name', form.displayName],
            ['Description', form.description],
            ['Policy enforcement', form.enforced ? 'Enabled' : 'Disabled'],
            [
              'Resource selectors',
              form.resourceSelectors
                .map(({ name, selectors }) => `${name}: ${selectors.map(selectorText).join(' and ')}`)
                .join('; '),
            ],
            ['Overrides', form.overrides.map(overrideText).join('; ')],
          ]}
        />
      </section>
      <section className="card" aria-label="Parameters">
        <h2>Parameters</h2>
        {fields.length === 0 ? <p className="help">None.</p> : null}
        <Facts facts={fields.map((field) => [field.label, reviewText(field, shownText(field, form.texts))])} />
      </section>
      <section className="card" aria-label="Remediation">
        <h2>Remediation</h2>
        <Facts
          facts={[
            ['Remediation task', remediationText(form.remediate, rule === undefined ? '' : titleOf(rule.definition))],
            [
              'Managed identity',
              !needsIdentity(form, acting)
                ? 'None'
                : form.identityKind === 'UserAssigned'
                  ? idParts(form.identityId).name
                  : `System assigned, in ${form.location}`,
            ],
            [
              'Roles granted',
              grants.map(({ roleId, scope }) => `${roleName(roleId)} on ${scopeName(scope, entities)}`).join(', '),
            ],
          ]}
        />
      </section>
      <section className="card" aria-label="Non-compliance messages">
        <h2>Non-compliance messages</h2>
        <Facts
          facts={[['Message', form.message], ...Object.entries(form.messages).filter(([, text]) => text.trim() !== '')]}
        />
      </section>
    </div>
  );
}

function overrideText({ value, selectors }: OverrideForm): string {
  return selectors.length === 0 ? value : `${value} for ${selectors.map(selectorText).join(' and ')}`;
}

const remediationText = (wanted: boolean, policy: string): string =>
  wanted ? `Created with the assignment${policy === '' ? '' : `, of '${policy}'`}` : 'None';

function reviewText({ kind }: ParameterField, text: string): string {
  const list = listOfText(text);
  if (list.length > 0 && list.every((each) => typeof each !== 'object')) return list.map(String).join(', ');
  return kind === 'resource' && text !== '' ? `${idParts(text).name} (${text})` : text;
}
