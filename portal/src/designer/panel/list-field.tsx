/** A list, item by item: plain values, or objects with fields of their own. Source: portal reference 5.7. */
import { Button } from '@fluentui/react-components';
import { AddRegular, ArrowDownRegular, ArrowUpRegular, DeleteRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import type { Field } from '../catalogue/operation.ts';
import { isRecord, type JsonData } from '../core/json-value.ts';
import type { FieldEditorProps } from './field-tools.ts';

export interface ListFieldProps extends FieldEditorProps {
  readonly asText: ReactElement;
  /** Of what is within an item. */
  readonly editor: (props: FieldEditorProps) => ReactElement;
}

/** A longer list is quicker to edit as text. */
const mostItems = 50;

export function ListField(props: ListFieldProps): ReactElement {
  const { field, value, tools, fault, onChange, asText, editor: FieldEditor } = props;
  const [raw, setRaw] = useState(false);
  const fields = field.items ?? [];
  const items =
    value === undefined || value === '' ? [] : Array.isArray(value) ? (value as readonly JsonData[]) : undefined;
  const isPlain = fields.length === 1 && fields[0]?.at.length === 0;
  const fits = items?.every((item) => isPlain || isRecord(item)) === true && items.length <= mostItems;
  if (raw || items === undefined || !fits) {
    return (
      <div>
        {asText}
        {items !== undefined && fits ? (
          <Button size="small" appearance="transparent" onClick={() => setRaw(false)}>
            Switch to item by item
          </Button>
        ) : null}
      </div>
    );
  }
  const set = (next: readonly JsonData[]): void =>
    onChange(next.length === 0 && field.required !== true ? undefined : next);
  const swap = (from: number, to: number): void => {
    const [one, other] = [items[from], items[to]];
    if (one !== undefined && other !== undefined) set(items.with(from, other).with(to, one));
  };
  return (
    <fieldset className="field-group">
      <legend>
        {field.label}
        {field.required === true ? <span aria-hidden="true"> *</span> : null}
      </legend>
      {field.help === undefined ? null : <p className="help">{field.help}</p>}
      {items.map((item, index) => (
        <div key={index} className="list-item" role="group" aria-label={`${field.label} item ${index + 1}`}>
          <div className="list-fields">
            {fields.map((inner) => (
              <FieldEditor
                key={inner.at.join('/')}
                field={{ ...inner, label: isPlain ? `${field.label} item ${index + 1}` : inner.label }}
                value={readIn(item, inner.at)}
                tools={tools}
                onChange={(next) => set(items.with(index, writeIn(item, inner.at, next)))}
              />
            ))}
          </div>
          <ItemTools
            at={index}
            count={items.length}
            label={field.label}
            onSwap={swap}
            onRemove={() => set(items.toSpliced(index, 1))}
          />
        </div>
      ))}
      {fault === undefined ? null : (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
      <div className="row">
        <Button size="small" icon={<AddRegular />} onClick={() => set([...items, firstItem(fields, isPlain)])}>
          Add item
        </Button>
        <Button size="small" appearance="transparent" onClick={() => setRaw(true)}>
          Switch to input entire array
        </Button>
      </div>
    </fieldset>
  );
}

interface ItemToolsProps {
  readonly at: number;
  readonly count: number;
  readonly label: string;
  readonly onSwap: (from: number, to: number) => void;
  readonly onRemove: () => void;
}

function ItemTools({ at, count, label, onSwap, onRemove }: ItemToolsProps): ReactElement {
  const name = `${label} item ${at + 1}`;
  const button = (text: string, icon: ReactElement, isOn: boolean, act: () => void): ReactElement => (
    <Button
      size="small"
      appearance="subtle"
      icon={icon}
      aria-label={`${text} ${name}`}
      title={text}
      disabledFocusable={!isOn}
      onClick={() => (isOn ? act() : undefined)}
    />
  );
  return (
    <div className="list-tools">
      {button('Move up', <ArrowUpRegular />, at > 0, () => onSwap(at, at - 1))}
      {button('Move down', <ArrowDownRegular />, at < count - 1, () => onSwap(at, at + 1))}
      {button('Remove', <DeleteRegular />, true, onRemove)}
    </div>
  );
}

const firstItem = (fields: readonly Field[], isPlain: boolean): JsonData =>
  isPlain
    ? ''
    : Object.fromEntries(
        fields
          .filter(({ required, at }) => required === true && at.length === 1)
          .map(({ at: [name = ''] }) => [name, '']),
      );

function readIn(item: JsonData | undefined, [name, ...rest]: readonly string[]): JsonData | undefined {
  if (name === undefined || item === undefined) return item;
  return isRecord(item) ? readIn(item[name], rest) : undefined;
}

function writeIn(
  item: JsonData | undefined,
  [name, ...rest]: readonly string[],
  value: JsonData | undefined,
): JsonData {
  if (name === undefined) return value ?? '';
  const record = isRecord(item) ? item : {};
  if (rest.length === 0 && value === undefined) {
    const { [name]: _, ...others } = record;
    return others;
  }
  return { ...record, [name]: writeIn(record[name], rest, value) };
}
