/** What a field is about, a click away: the small button beside its label. */
import {
  Button,
  Field,
  type FieldProps,
  Label,
  Popover,
  PopoverSurface,
  PopoverTrigger,
} from '@fluentui/react-components';
import { InfoRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';

export interface InformationProps {
  readonly label: string;
  readonly text: string;
}

export function Information({ label, text }: InformationProps): ReactElement {
  return (
    <Popover withArrow size="small" positioning="above-start">
      <PopoverTrigger disableButtonEnhancement>
        <Button
          size="small"
          appearance="transparent"
          className="information"
          icon={<InfoRegular />}
          aria-label={`Information about ${label}`}
          title={text}
        />
      </PopoverTrigger>
      <PopoverSurface className="information-text">{text}</PopoverSurface>
    </Popover>
  );
}

export interface ExplainedFieldProps {
  readonly label: string;
  readonly description: string;
  readonly required?: boolean;
  readonly fault?: string | undefined;
  readonly hint?: string | undefined;
  readonly children: FieldProps['children'];
}

/** A field whose label has that button, where there is something to say. */
export function ExplainedField({
  label,
  description,
  required = false,
  fault,
  hint,
  children,
}: ExplainedFieldProps): ReactElement {
  return (
    <Field
      required={required}
      {...(fault === undefined ? {} : { validationMessage: fault })}
      {...(hint === undefined ? {} : { hint })}
      label={{
        children: (_: unknown, props: object) => (
          <span className="label-row">
            <Label {...props}>{label}</Label>
            {description === '' ? null : <Information label={label} text={description} />}
          </span>
        ),
      }}
    >
      {children}
    </Field>
  );
}
