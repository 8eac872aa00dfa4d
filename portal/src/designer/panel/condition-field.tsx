/** A condition as rows and groups of rows, as deep as it is. Source: portal reference 5.7. */
import { Button, Dropdown, Option } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import {
  type ConditionGroup,
  type ConditionRow,
  emptyRow,
  isGroup,
  operators,
  readCondition,
  writeCondition,
} from '../core/condition.ts';
import { fromText, toText } from '../core/field-text.ts';
import type { JsonData } from '../core/json-value.ts';
import type { FieldEditorProps, FieldTools } from './field-tools.ts';
import { TokenText } from './token-text.tsx';

export interface ConditionFieldProps extends FieldEditorProps {
  /** The editor of what rows cannot say. */
  readonly asText: ReactElement;
}

export function ConditionField({ field, value, fault, onChange, tools, asText }: ConditionFieldProps): ReactElement {
  const [raw, setRaw] = useState(false);
  // What is typed stays as it is typed, as long as the value is the one it stands for: half an expression is none yet.
  const [typed, setTyped] = useState<{ readonly form: ConditionGroup; readonly text: string }>();
  const spelling = field.kind === 'test' || typeof value === 'string' ? 'expression' : 'object';
  const form = typed !== undefined && typed.text === toText(value) ? typed.form : readOrEmpty(value);
  const take = (next: ConditionGroup | undefined): void => {
    const made = next === undefined ? undefined : writeCondition(next, spelling);
    if (next !== undefined) setTyped({ form: next, text: toText(made) });
    onChange(made);
  };
  if (form === undefined || raw) {
    return (
      <div>
        {asText}
        {form === undefined ? (
          <p className="help">This condition is more than rows can show. It is edited as text.</p>
        ) : (
          <Button size="small" appearance="transparent" onClick={() => setRaw(false)}>
            Edit in rows
          </Button>
        )}
      </div>
    );
  }
  return (
    <fieldset className="field-group">
      <legend>{field.label}</legend>
      <Group group={form} at="" tools={tools} onChange={take} />
      {fault === undefined ? null : (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
      <Button size="small" appearance="transparent" onClick={() => setRaw(true)}>
        Edit in advanced mode
      </Button>
    </fieldset>
  );
}

const readOrEmpty = (value: JsonData | undefined): ConditionGroup | undefined =>
  value === undefined || value === '' ? { join: 'and', items: [emptyRow] } : readCondition(value);

interface GroupProps {
  readonly group: ConditionGroup;
  /** Numbers of the groups around it, `2.1`; empty for the outermost. */
  readonly at: string;
  readonly tools: FieldTools;
  /** Undefined takes the group away. */
  readonly onChange: (group: ConditionGroup | undefined) => void;
}

const joins = [
  ['and', 'And'],
  ['or', 'Or'],
] as const;

function Group({ group, at, tools, onChange }: GroupProps): ReactElement {
  const { join, items } = group;
  const isInner = at !== '';
  const put = (index: number, item: ConditionRow | ConditionGroup | undefined): void => {
    const next = item === undefined ? items.toSpliced(index, 1) : items.with(index, item);
    // The last row of a group takes the group with it; the outermost keeps one.
    if (next.length === 0) onChange(isInner ? undefined : { join, items: [emptyRow] });
    else onChange({ join, items: next });
  };
  const add = (item: ConditionRow | ConditionGroup): void => onChange({ join, items: [...items, item] });
  return (
    <div
      className={isInner ? 'condition-group inner' : 'condition-group'}
      {...(isInner ? { role: 'group' } : {})}
      {...(isInner ? { 'aria-label': `Group ${at}` } : {})}
    >
      <div className="row">
        <Dropdown
          inlinePopup
          size="small"
          className="condition-join"
          aria-label={isInner ? `Rows of group ${at} are joined by` : 'Rows are joined by'}
          value={join === 'and' ? 'And' : 'Or'}
          selectedOptions={[join]}
          onOptionSelect={(_, { optionValue }) => onChange({ ...group, join: optionValue === 'or' ? 'or' : 'and' })}
        >
          {joins.map(([value, text]) => (
            <Option key={value} value={value}>
              {text}
            </Option>
          ))}
        </Dropdown>
        {isInner ? (
          <Button
            size="small"
            appearance="subtle"
            icon={<DeleteRegular />}
            aria-label={`Remove group ${at}`}
            title="Remove group"
            onClick={() => onChange(undefined)}
          />
        ) : null}
      </div>
      {items.map((item, index) => {
        const number = isInner ? `${at}.${index + 1}` : String(index + 1);
        return isGroup(item) ? (
          <Group key={index} group={item} at={number} tools={tools} onChange={(next) => put(index, next)} />
        ) : (
          <Row
            key={index}
            row={item}
            at={number}
            tools={tools}
            isOnly={!isInner && items.length === 1}
            onChange={(next) => put(index, next)}
          />
        );
      })}
      <div className="row">
        <Button
          size="small"
          icon={<AddRegular />}
          aria-label={isInner ? `Add row to group ${at}` : 'Add row'}
          onClick={() => add(emptyRow)}
        >
          Add row
        </Button>
        <Button
          size="small"
          icon={<AddRegular />}
          aria-label={isInner ? `Add group to group ${at}` : 'Add group'}
          onClick={() => add({ join: join === 'and' ? 'or' : 'and', items: [emptyRow] })}
        >
          Add group
        </Button>
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: ConditionRow;
  readonly at: string;
  readonly tools: FieldTools;
  readonly isOnly: boolean;
  readonly onChange: (row: ConditionRow | undefined) => void;
}

function Row({ row, at, tools, isOnly, onChange }: RowProps): ReactElement {
  const put = (part: Partial<ConditionRow>): void => onChange({ ...row, ...part });
  return (
    <div className="condition-row">
      <TokenText
        compact
        typed
        label={`Value ${at}`}
        placeholder="Choose a value"
        value={toText(row.left)}
        tools={tools}
        onChange={(text) => put({ left: fromText(text, row.left) })}
      />
      <div className="row condition-operator">
        <Dropdown
          inlinePopup
          aria-label={`Operator ${at}`}
          value={row.operator}
          selectedOptions={[row.operator]}
          onOptionSelect={(_, { optionValue }) => put({ operator: optionValue ?? row.operator })}
        >
          {operators.map(([text]) => (
            <Option key={text} value={text}>
              {text}
            </Option>
          ))}
        </Dropdown>
        <Button
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={`Remove row ${at}`}
          title="Remove row"
          disabledFocusable={isOnly}
          onClick={() => (isOnly ? undefined : onChange(undefined))}
        />
      </div>
      <TokenText
        compact
        typed
        label={`Compared with ${at}`}
        placeholder="Choose a value"
        value={toText(row.right)}
        tools={tools}
        onChange={(text) => put({ right: fromText(text, row.right) })}
      />
    </div>
  );
}
