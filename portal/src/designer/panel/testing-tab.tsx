/** An answer that a step gives instead of running. Source: portal reference 5.5; engine reference 13. */
import { Button, Dropdown, Field, Option, Switch, Textarea } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { readAt } from '../catalogue/field-value.ts';
import { type Doc, valueAt } from '../core/document.ts';
import { toText } from '../core/field-text.ts';
import type { NodeInfo } from '../core/graph.ts';
import { looseMemberOf } from '../core/json-tree.ts';
import { isRecord, type JsonData, valueOf } from '../core/json-value.ts';
import { setStaticResult } from '../core/operations/static-result.ts';
import { operationCatalogue } from '../core/workflow-language.ts';
import type { EditorSession } from '../editor/session.ts';

export interface TestingTabProps {
  readonly session: EditorSession;
  readonly doc: Doc;
  readonly node: NodeInfo;
  /** The outputs that the step had in the last run, if it is known. */
  readonly sample: JsonData | undefined;
}

const statuses = ['Succeeded', 'Failed', 'Skipped', 'TimedOut'];

export function TestingTab({ session, doc, node, sample }: TestingTabProps): ReactElement {
  const known = operationCatalogue.find(
    (each) => each.role === 'action' && each.type.toLowerCase() === node.type.toLowerCase(),
  );
  const use = readAt(valueAt(doc, node.path), ['runtimeConfiguration', 'staticResult']);
  const name = isRecord(use) ? toText(use['name']) : '';
  const isOn = isRecord(use) && toText(use['staticResultOptions']).toLowerCase() === 'enabled';
  const declared = looseMemberOf(looseMemberOf(doc.definition, 'staticResults')?.value, name)?.value;
  const result = declared === undefined ? undefined : valueOf(declared);
  if (node.kind === 'trigger' || known?.settings.staticResult !== true) {
    return <p className="muted">This kind of step has no static result.</p>;
  }
  const set = (enabled: boolean, next: JsonData): void => {
    session.change((now, drawn) => setStaticResult(now, drawn, node.path, enabled, next));
  };
  const current: JsonData = isRecord(result) ? result : { status: 'Succeeded', outputs: { statusCode: 'OK' } };
  const status = isRecord(current) ? toText(current['status']) : 'Succeeded';
  return (
    <div className="fields">
      <Switch label="Enable static result" checked={isOn} onChange={() => set(!isOn, current)} />
      {isOn && isRecord(current) ? (
        <>
          <Field label="Status">
            <Dropdown
              inlinePopup
              value={status}
              selectedOptions={[status]}
              onOptionSelect={(_, { optionValue }) => set(true, { ...current, status: optionValue ?? status })}
            >
              {statuses.map((each) => (
                <Option key={each}>{each}</Option>
              ))}
            </Dropdown>
          </Field>
          <Outputs
            key={node.path}
            value={current['outputs'] ?? {}}
            onChange={(outputs) => set(true, { ...current, outputs })}
          />
          {sample === undefined ? null : (
            <Button size="small" onClick={() => set(true, { ...current, outputs: sample })}>
              Use output of the last run
            </Button>
          )}
        </>
      ) : null}
    </div>
  );
}

function Outputs({
  value,
  onChange,
}: {
  readonly value: JsonData;
  readonly onChange: (value: JsonData) => void;
}): ReactElement {
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState(false);
  return (
    <Field label="Outputs" {...(fault ? { validationState: 'error', validationMessage: 'Enter a valid JSON.' } : {})}>
      <Textarea
        className="mono"
        resize="vertical"
        rows={8}
        value={typed ?? toText(value)}
        onChange={(_, { value: text }) => {
          setTyped(text);
          try {
            onChange(JSON.parse(text) as JsonData);
            setFault(false);
          } catch {
            setFault(true);
          }
        }}
      />
    </Field>
  );
}
