/** A field with choices to pick from, where anything else can be typed, expressions too. */
import { Combobox, Field, Option } from '@fluentui/react-components';
import type { ReactElement } from 'react';

export interface FreeChoiceProps {
  readonly label: string;
  readonly required?: boolean;
  readonly choices: readonly string[];
  readonly value: string;
  readonly help?: string;
  /** What is wrong with the value. */
  readonly fault?: string | undefined;
  readonly onChange: (value: string) => void;
}

export function FreeChoice(props: FreeChoiceProps): ReactElement {
  const { label, required = false, choices, value, help, fault, onChange } = props;
  return (
    <Field
      label={label}
      required={required}
      {...(help === undefined ? {} : { hint: help })}
      {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
    >
      <Combobox
        freeform
        inlinePopup
        value={value}
        selectedOptions={[choices.find((each) => each.toLowerCase() === value.toLowerCase()) ?? value]}
        onOptionSelect={(_, { optionValue }) => onChange(optionValue ?? '')}
        onChange={(event) => onChange(event.target.value)}
      >
        {choices.map((choice) => (
          <Option key={choice} value={choice}>
            {choice}
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
