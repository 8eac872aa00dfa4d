/** Choosing from a list: one value, several values, a filter of a page. */
import { Combobox, Dropdown, Option } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';

export interface Choice {
  readonly value: string;
  readonly text: string;
  /** A second line: what it is, or why it cannot be chosen. */
  readonly note?: string | undefined;
  readonly disabled?: boolean;
}

export interface ChooseOneProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** Names beside the control, as a `Field` gives them. */
  readonly labelledBy?: string;
  readonly small?: boolean;
}

/** A combobox to type in: the list narrows while typing. */
export function ChooseOne({
  label,
  choices,
  value,
  onChange,
  placeholder = 'Select',
  disabled = false,
  small = false,
}: ChooseOneProps): ReactElement {
  const chosen = choices.find((choice) => choice.value === value);
  const [typed, setTyped] = useState<string>();
  const wanted = typed?.toLowerCase() ?? '';
  const shown = choices.filter(({ text }) => text.toLowerCase().includes(wanted));
  return (
    <Combobox
      aria-label={label}
      placeholder={placeholder}
      disabled={disabled}
      size={small ? 'small' : 'medium'}
      inlinePopup
      value={typed ?? chosen?.text ?? value}
      selectedOptions={value === '' ? [] : [value]}
      onChange={(event) => setTyped(event.target.value)}
      onOpenChange={(_, { open }) => {
        if (!open) setTyped(undefined);
      }}
      onOptionSelect={(_, { optionValue }) => {
        setTyped(undefined);
        if (optionValue !== undefined) onChange(optionValue);
      }}
    >
      {shown.length === 0 ? (
        <Option text="" disabled>
          Nothing found
        </Option>
      ) : null}
      {shown.map((choice) => (
        <Option key={choice.value} value={choice.value} text={choice.text} disabled={choice.disabled === true}>
          {choice.note === undefined ? (
            choice.text
          ) : (
            <span className="choice">
              <span>{choice.text}</span>
              <span className="choice-note">{choice.note}</span>
            </span>
          )}
        </Option>
      ))}
    </Combobox>
  );
}

export interface ChooseManyProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  /** Shown when all are chosen. */
  readonly allText?: string;
  readonly small?: boolean;
}

export function ChooseMany({
  label,
  choices,
  values,
  onChange,
  allText = 'All',
  small = false,
}: ChooseManyProps): ReactElement {
  const names = choices.filter(({ value }) => values.includes(value)).map(({ text }) => text);
  const text = names.length === choices.length ? allText : names.length > 0 ? names.join(', ') : 'None selected';
  return (
    <Dropdown
      aria-label={label}
      multiselect
      inlinePopup
      size={small ? 'small' : 'medium'}
      value={text}
      selectedOptions={[...values]}
      onOptionSelect={(_, { selectedOptions }) => onChange(selectedOptions)}
    >
      {choices.map((choice) => (
        <Option key={choice.value} value={choice.value} text={choice.text}>
          {choice.text}
        </Option>
      ))}
    </Dropdown>
  );
}

/** A filter pill: name and values in one. */
export function FilterMany(props: ChooseManyProps): ReactElement {
  return (
    <div className="filter">
      <span aria-hidden="true">{props.label}:</span>
      <ChooseMany {...props} small />
    </div>
  );
}
