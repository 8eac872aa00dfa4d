/** Assign policy › Basics: where, under which name, in force or not. */
import { Button, Field, Input, Link, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { DismissRegular, MoreHorizontalRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { scopeName } from '../../data/scopes.ts';
import { Anchor } from '../../design/anchor.tsx';
import { titleOf } from '../../model/policy-definition.ts';
import { ScopeDialog } from '../../parts/scope-dialog.tsx';
import { type Assign, isWithin } from './assign-context.ts';
import { Selectors } from './assign-selectors.tsx';
import { definitionAddress } from './policy-words.ts';

export function Basics({ assign }: { readonly assign: Assign }): ReactElement {
  const { form, change, context, existing, faults, isTried } = assign;
  const faultOf = (label: string): { readonly validationMessage?: string } => {
    const found = isTried ? faults.find(({ tab, field }) => tab === 'basics' && field === label) : undefined;
    return found === undefined ? {} : { validationMessage: found.text };
  };
  return (
    <div className="stack form">
      <ScopeFields assign={assign} faultOf={faultOf} />
      <Field label={existing === undefined ? 'Policy to assign' : 'Assigned definition'}>
        <span>
          <Anchor to={definitionAddress(context.definition.id)}>{titleOf(context.definition)}</Anchor>
        </span>
      </Field>
      <Field label="Assignment name" required {...faultOf('Assignment name')}>
        <Input value={form.displayName} onChange={(_, { value }) => change({ displayName: value })} />
      </Field>
      <Field label="Assignment ID" hint="The last part of its resource ID; it does not change later.">
        <Input readOnly value={form.name} />
      </Field>
      <Field label="Description">
        <Textarea
          resize="vertical"
          value={form.description}
          onChange={(_, { value }) => change({ description: value })}
        />
      </Field>
      <Field
        label="Policy enforcement"
        hint="Disabled: compliance is told all the same, but nothing is refused, changed or deployed on a write."
      >
        <RadioGroup
          layout="horizontal"
          aria-label="Policy enforcement"
          value={form.enforced ? 'Enabled' : 'Disabled'}
          onChange={(_, { value }) => change({ enforced: value === 'Enabled' })}
        >
          <Radio value="Enabled" label="Enabled" />
          <Radio value="Disabled" label="Disabled" />
        </RadioGroup>
      </Field>
      <Selectors assign={assign} />
    </div>
  );
}

interface ScopeFieldsProps {
  readonly assign: Assign;
  readonly faultOf: (label: string) => { readonly validationMessage?: string };
}

function ScopeFields({ assign: { form, change, existing, entities }, faultOf }: ScopeFieldsProps): ReactElement {
  const [choosing, setChoosing] = useState<'scope' | 'exclusion'>();
  const name = (id: string): string => scopeName(id, entities);
  return (
    <>
      <Field label="Scope" required {...faultOf('Scope')}>
        <div className="chosen">
          <Input
            readOnly
            aria-label="Chosen scope"
            placeholder="Choose a scope"
            value={form.scope === '' ? '' : name(form.scope)}
            title={form.scope}
          />
          <Button
            aria-label="Scope"
            icon={<MoreHorizontalRegular />}
            disabledFocusable={existing !== undefined}
            onClick={() => setChoosing(existing === undefined ? 'scope' : undefined)}
          />
        </div>
      </Field>
      <Field label="Exclusions" hint="Scopes below the chosen one that the policy leaves alone.">
        <div className="chosen">
          <Input readOnly aria-label="Excluded scopes" placeholder="None" value={form.notScopes.map(name).join(', ')} />
          <Button
            aria-label="Exclusions"
            icon={<MoreHorizontalRegular />}
            disabledFocusable={form.scope === ''}
            onClick={() => setChoosing(form.scope === '' ? undefined : 'exclusion')}
          />
        </div>
      </Field>
      {form.notScopes.length === 0 ? null : (
        <ul className="removable" aria-label="Excluded scopes">
          {form.notScopes.map((each) => (
            <li key={each}>
              {name(each)}
              <Link
                as="button"
                aria-label={`Remove ${name(each)}`}
                onClick={() => change({ notScopes: form.notScopes.filter((other) => other !== each) })}
              >
                <DismissRegular />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {choosing === 'scope' ? (
        <ScopeDialog
          title="Scope"
          first={form.scope}
          onSelect={(scope) =>
            change({ scope, notScopes: form.notScopes.filter((each) => isWithin(each, scope, entities)) })
          }
          onClose={() => setChoosing(undefined)}
        />
      ) : null}
      {choosing === 'exclusion' ? (
        <ScopeDialog
          title="Exclusions"
          text={`Choose a scope below '${name(form.scope)}' that the policy leaves alone.`}
          allowed={(scope) => scope !== form.scope && isWithin(scope, form.scope, entities)}
          onSelect={(scope) => change({ notScopes: [...new Set([...form.notScopes, scope])] })}
          onClose={() => setChoosing(undefined)}
        />
      ) : null}
    </>
  );
}
