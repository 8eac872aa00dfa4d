/** Making, duplicating and changing a definition or an initiative: a form, and its rule as JSON. Source: portal reference 3.7. */
import { Button, Combobox, Field, Input, Option, Textarea } from '@fluentui/react-components';
import { AddRegular, MoreHorizontalRegular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { useDraft } from '../../data/drafts.ts';
import { notify } from '../../data/notifications.ts';
import { policyPath, useDefinition } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useGraphRows } from '../../data/graph-lists.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { useAddress } from '../../design/address.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { type Definition, isBuiltIn } from '../../model/policy-definition.ts';
import {
  definitionBody,
  type DefinitionFault,
  definitionFaults,
  type DefinitionForm,
  definitionIdOf,
  formOfDefinition,
  newDefinition,
  withPolicies,
} from '../../model/policy-definition-form.ts';
import { categoryQuery } from '../../model/policy-search.ts';
import { ScopeDialog } from '../../parts/scope-dialog.tsx';
import { PolicyPicker } from './policy-picker.tsx';
import { PolicyPage } from './policy-page.tsx';
import { definitionAddress } from './policy-words.ts';

const CodeEditor = lazy(async () => ({ default: (await import('../../parts/code-editor.tsx')).CodeEditor }));
const defaults = { kind: 'policy', copy: '', edit: '' };

const newName = (): string => crypto.randomUUID();

export function DefinitionEditor(): ReactElement {
  const [{ kind, copy, edit }] = useAddress(defaults);
  const from = edit === '' ? copy : edit;
  const { data, error, refetch } = useDefinition(from);
  if (from !== '' && data === undefined) {
    return (
      <PolicyPage section="definitions" title="Policy definition">
        {error === null ? (
          <Loading />
        ) : (
          <Failure error={error} what="The definition could not be read" retry={() => void refetch()} />
        )}
      </PolicyPage>
    );
  }
  const isSet = kind === 'initiative';
  const first =
    data === undefined ? newDefinition(isSet ? 'initiative' : 'policy', newName()) : startOf(data, edit !== '');
  return (
    <Editor
      key={`${kind} ${from}`}
      first={first}
      existing={edit === '' ? undefined : data}
      draftKey={`${kind}:${copy}:${edit}`}
    />
  );
}

/** A copy stands where the original does, unless that is built in. */
function startOf(definition: Definition, isEdit: boolean): DefinitionForm {
  const form = formOfDefinition(definition, isEdit ? undefined : newName());
  return isBuiltIn(definition.properties) ? { ...form, scope: '' } : form;
}

interface EditorProps {
  readonly first: DefinitionForm;
  readonly existing: Definition | undefined;
  readonly draftKey: string;
}

function Editor({ first, existing, draftKey }: EditorProps): ReactElement {
  const navigate = useNavigate();
  const draft = useDraft<DefinitionForm>(`definition:${draftKey}`, first);
  const form = draft.value;
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [picking, setPicking] = useState(false);
  const [fault, setFault] = useState<ArmError>();
  const faults = definitionFaults(form);
  const noun = form.kind === 'initiative' ? 'initiative definition' : 'policy definition';
  const save = async (): Promise<void> => {
    setTried(true);
    if (faults.length > 0) return;
    setBusy(true);
    setFault(undefined);
    try {
      const id = existing?.id ?? definitionIdOf(form);
      await call('PUT', policyPath(id), { body: definitionBody(form, existing) });
      draft.drop();
      const done = existing === undefined ? 'created' : 'updated';
      notify({ kind: 'success', title: `Definition '${form.displayName.trim()}' was ${done}` });
      await navigate({ to: definitionAddress(id) });
      await refreshAll();
    } catch (error) {
      setFault(asArmError(error));
      setBusy(false);
    }
  };
  const leave = (): void => {
    draft.drop();
    void navigate({ to: existing === undefined ? '/policy/definitions' : definitionAddress(existing.id) });
  };
  const of = (field: string): string | undefined =>
    tried || (field === 'Definition' && draft.changed)
      ? faults.find((each: DefinitionFault) => each.field === field)?.text
      : undefined;
  return (
    <PolicyPage
      section="definitions"
      title={existing === undefined ? `New ${noun}` : `Edit ${noun}`}
      purpose="Rules are written in the language of Azure Policy: files that work there work here."
    >
      {fault === undefined ? null : <DefinitionRefused error={fault} />}
      <DefinitionFields form={form} change={draft.change} faultOf={of} isNew={existing === undefined} />
      <div className="row">
        <h2>{form.kind === 'initiative' ? 'Parameters and policies' : 'Policy rule'}</h2>
        {form.kind === 'initiative' ? (
          <Button
            size="small"
            icon={<AddRegular />}
            disabledFocusable={withPolicies(form.text, []) === undefined}
            onClick={() => setPicking(true)}
          >
            Add policies
          </Button>
        ) : null}
      </div>
      <Field validationMessage={of('Definition') ?? null}>
        <Suspense fallback={<Loading />}>
          <CodeEditor
            language="workflow"
            label="The definition as JSON"
            value={form.text}
            onChange={(text) => draft.change({ text })}
            onSave={() => void save()}
          />
        </Suspense>
      </Field>
      {picking ? (
        <PolicyPicker
          onAdd={(rows) => draft.change({ text: withPolicies(form.text, rows) ?? form.text })}
          onClose={() => setPicking(false)}
        />
      ) : null}
      <div className="wizard-footer">
        <Button appearance="primary" disabledFocusable={busy} onClick={() => void save()}>
          {busy ? 'Saving…' : 'Save'}
        </Button>
        <Button onClick={leave}>Cancel</Button>
      </div>
    </PolicyPage>
  );
}

/** The server's word, with each place it names. */
function DefinitionRefused({ error }: { readonly error: ArmError }): ReactElement {
  return (
    <>
      <Failure error={error} what="The definition was not saved" />
      {error.details.length === 0 ? null : (
        <ul className="faults">
          {error.details.map(({ message, target }, index) => (
            <li key={index}>
              {target === undefined ? '' : `${target}: `}
              {message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface DefinitionFieldsProps {
  readonly form: DefinitionForm;
  readonly change: (part: Partial<DefinitionForm>) => void;
  readonly faultOf: (field: string) => string | undefined;
  readonly isNew: boolean;
}

function DefinitionFields({ form, change, faultOf, isNew }: DefinitionFieldsProps): ReactElement {
  const entities = useScopeEntities();
  const [choosing, setChoosing] = useState(false);
  const message = (field: string) => {
    const text = faultOf(field);
    return text === undefined ? {} : { validationMessage: text };
  };
  return (
    <div className="form stack">
      <Field
        label="Definition location"
        required
        hint="A management group or subscription: it can be assigned there and below."
        {...message('Definition location')}
      >
        <div className="chosen">
          <Input
            readOnly
            placeholder="Choose a location"
            value={form.scope === '' ? '' : scopeName(form.scope, entities)}
            title={form.scope}
          />
          {isNew ? (
            <Button aria-label="Scope" icon={<MoreHorizontalRegular />} onClick={() => setChoosing(true)} />
          ) : null}
        </div>
      </Field>
      <Field label="Name" required {...message('Name')}>
        <Input value={form.displayName} onChange={(_, { value }) => change({ displayName: value })} />
      </Field>
      <Field label="Description">
        <Textarea
          resize="vertical"
          value={form.description}
          onChange={(_, { value }) => change({ description: value })}
        />
      </Field>
      <div className="form-two">
        <CategoryField value={form.category} onChange={(category) => change({ category })} />
        <Field label="Version" required {...message('Version')}>
          <Input value={form.version} onChange={(_, { value }) => change({ version: value })} />
        </Field>
      </div>
      {choosing ? (
        <ScopeDialog
          title="Scope"
          text="Choose the management group or subscription that the definition stands at."
          first={form.scope}
          allowed={(scope) => !/\/resourceGroups\//i.test(scope)}
          onSelect={(scope) => change({ scope })}
          onClose={() => setChoosing(false)}
        />
      ) : null}
    </div>
  );
}

/** One that is there, or another. */
function CategoryField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const { data = [] } = useGraphRows<{ readonly category: string }>({ query: categoryQuery, scopes: {} });
  return (
    <Field label="Category">
      <Combobox
        freeform
        inlinePopup
        placeholder="Choose one or write a new one"
        value={value}
        selectedOptions={value === '' ? [] : [value]}
        onChange={(event) => onChange(event.target.value)}
        onOptionSelect={(_, { optionValue }) => onChange(optionValue ?? '')}
      >
        {data.map(({ category }) => (
          <Option key={category}>{category}</Option>
        ))}
      </Combobox>
    </Field>
  );
}
