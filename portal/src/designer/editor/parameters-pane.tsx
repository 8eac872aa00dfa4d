/** Parameters of the workflow: what is declared, its defaults, and the values of this logic app. Source: portal reference 5.1. */
import { Button, Dropdown, Field, Input, Option, Textarea } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { Pane } from '../../design/pane.tsx';
import { fromText, toText } from '../core/field-text.ts';
import type { JsonData } from '../core/json-value.ts';
import {
  parameterTypes,
  removeParameter,
  setParameter,
  setParameterValue,
  type WorkflowParameter,
  workflowParameters,
} from '../core/operations/workflow-parameters.ts';
import { findReferences } from '../core/references.ts';
import type { EditorSession, EditorState } from './session.ts';

export interface ParametersPaneProps {
  readonly session: EditorSession;
  readonly state: EditorState;
  readonly onClose: () => void;
}

export function ParametersPane({ session, state, onClose }: ParametersPaneProps): ReactElement {
  const all = workflowParameters(state.doc);
  const [name, setName] = useState('');
  const taken = all.some((each) => each.name.toLowerCase() === name.trim().toLowerCase());
  const add = (): void => {
    if (session.change((doc) => setParameter(doc, name.trim(), {}))) setName('');
  };
  return (
    <Pane title="Parameters" onClose={onClose}>
      <p className="help">Expressions read them by parameters('name'). A value here wins over the default.</p>
      {state.refused === '' ? null : (
        <p role="alert" className="field-fault">
          {state.refused}
        </p>
      )}
      {all.map((one) => (
        <One key={one.name} session={session} state={state} parameter={one} />
      ))}
      <div className="row">
        <Field
          label="Name of the new parameter"
          {...(taken ? { validationState: 'error', validationMessage: 'There is one of that name.' } : {})}
        >
          <Input value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Button disabledFocusable={name.trim() === '' || taken} onClick={add}>
          Add parameter
        </Button>
      </div>
    </Pane>
  );
}

interface OneProps {
  readonly session: EditorSession;
  readonly state: EditorState;
  readonly parameter: WorkflowParameter;
}

function One({ session, state, parameter: { name, type, defaultValue, value } }: OneProps): ReactElement {
  const isSecret = /^secure/i.test(type);
  const known = parameterTypes.find((each) => each.toLowerCase() === type.toLowerCase()) ?? type;
  const used = findReferences(state.doc, state.graph).filter(
    (ref) => ref.to === 'parameter' && ref.name?.toLowerCase() === name.toLowerCase(),
  ).length;
  return (
    <section className="card fields" aria-label={name}>
      <div className="row panel-head">
        <h3 style={{ flex: 1, overflowWrap: 'anywhere' }}>{name}</h3>
        <span className="muted">{used === 0 ? 'Not used' : used === 1 ? 'Read once' : `Read ${used} times`}</span>
        <Button
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={`Delete ${name}`}
          disabledFocusable={used > 0}
          {...(used > 0 ? { title: 'Expressions still read it.' } : {})}
          onClick={() => (used > 0 ? undefined : session.change((doc) => removeParameter(doc, name)))}
        />
      </div>
      <Field label="Type">
        <Dropdown
          inlinePopup
          value={known}
          selectedOptions={[known]}
          onOptionSelect={(_, { optionValue }) =>
            session.change((doc) => setParameter(doc, name, { type: optionValue ?? known }))
          }
        >
          {parameterTypes.map((each) => (
            <Option key={each}>{each}</Option>
          ))}
        </Dropdown>
      </Field>
      <Value
        label="Default value"
        type={type}
        value={defaultValue}
        onChange={(next) => session.change((doc) => setParameter(doc, name, { defaultValue: next }))}
      />
      <Value
        label="Actual value"
        type={type}
        value={value}
        secret={isSecret}
        onChange={(next) => session.change((doc) => setParameterValue(doc, name, next))}
      />
    </section>
  );
}

interface ValueProps {
  readonly label: string;
  readonly type: string;
  readonly value: JsonData | undefined;
  /** It is typed, never shown. */
  readonly secret?: boolean;
  readonly onChange: (value: JsonData | undefined) => void;
}

function Value({ label, type, value, secret = false, onChange }: ValueProps): ReactElement {
  const [typed, setTyped] = useState<{ readonly text: string; readonly value: JsonData | undefined }>();
  const isText = /string$/i.test(type);
  const text = typed !== undefined && Object.is(typed.value, value) ? typed.text : toText(value);
  const take = (next: string): void => {
    const made = next === '' ? undefined : isText ? next : fromText(next, value ?? 0);
    setTyped({ text: next, value: made });
    onChange(made);
  };
  const fault =
    text === '' || isText || typeof value !== 'string' || value.startsWith('@')
      ? undefined
      : `Enter a value of type ${type}.`;
  return (
    <Field
      label={label}
      {...(secret ? { hint: 'Once saved it is kept sealed and not shown again.' } : {})}
      {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
    >
      {secret ? (
        <Input type="password" autoComplete="off" value={text} onChange={(_, data) => take(data.value)} />
      ) : isText ? (
        <Input value={text} onChange={(_, data) => take(data.value)} />
      ) : (
        <Textarea className="mono" resize="vertical" value={text} onChange={(_, data) => take(data.value)} />
      )}
    </Field>
  );
}
