/** The cases of a switch: the value that leads into each. What is in them is drawn. Source: portal reference 5.2. */
import { Button, Field as Labelled, Input } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { numberFromText, toText } from '../core/field-text.ts';
import { isRecord, type JsonData, type JsonRecord } from '../core/json-value.ts';
import type { FieldEditorProps } from './field-tools.ts';

export function CasesField({ field, value, onChange }: FieldEditorProps): ReactElement {
  const cases: JsonRecord = isRecord(value) ? value : {};
  const entries = Object.entries(cases);
  const values = entries.map(([, one]) => (isRecord(one) ? toText(one['case']) : ''));
  const put = (key: string, next: JsonData): void => {
    const one = cases[key];
    onChange({ ...cases, [key]: { ...(isRecord(one) ? one : {}), case: next } });
  };
  return (
    <fieldset className="field-group">
      <legend>{field.label}</legend>
      <p className="help">A text or a whole number each; whatever equals none of them goes to Default.</p>
      {entries.map(([key, one], index) => {
        const steps = isRecord(one) && isRecord(one['actions']) ? Object.keys(one['actions']).length : 0;
        const text = values[index] ?? '';
        const isTwice = values.indexOf(text) !== index;
        return (
          <div key={key} className="list-item" role="group" aria-label={key}>
            <div className="list-fields">
              <Labelled
                label={`${key.replaceAll('_', ' ')} equals`}
                required
                {...(isTwice ? { validationState: 'error', validationMessage: 'Another case has this value.' } : {})}
              >
                <Input
                  value={text}
                  onChange={(_, data) => put(key, caseOf(isRecord(one) ? one['case'] : '', data.value))}
                />
              </Labelled>
            </div>
            <div className="list-tools">
              <Button
                size="small"
                appearance="subtle"
                icon={<DeleteRegular />}
                aria-label={`Remove ${key}`}
                title={steps === 0 ? 'Remove case' : `Remove case with its ${steps} ${steps === 1 ? 'step' : 'steps'}`}
                onClick={() => onChange(Object.fromEntries(entries.filter(([each]) => each !== key)))}
              />
            </div>
          </div>
        );
      })}
      <Button
        size="small"
        icon={<AddRegular />}
        onClick={() => onChange({ ...cases, [freeKey(cases)]: { case: '', actions: {} } })}
      >
        Add case
      </Button>
    </fieldset>
  );
}

/** A number stays a number as long as it is one. */
const caseOf = (before: JsonData | undefined, text: string): JsonData =>
  typeof before === 'number' ? numberFromText(text) : text;

function freeKey(cases: JsonRecord): string {
  const taken = new Set(Object.keys(cases).map((key) => key.toLowerCase()));
  if (taken.size === 0) return 'Case';
  for (let count = 2; ; count += 1) if (!taken.has(`case_${count}`)) return `Case_${count}`;
}
