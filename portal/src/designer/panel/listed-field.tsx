/**
 * A value out of a list that the connected service answers; typing it, or an expression, is always possible.
 *
 * Owns: when the list is asked, what is shown meanwhile and where it fails. Does not own: lists (`../catalogue/dynamic-list.ts`).
 *
 * Invariant
 * LF1. Nothing is asked before the field is opened; what was answered is kept for the same connection and arguments.
 *
 * Source: portal reference 5.7.
 */
import { Button, Combobox, Field, Option, Spinner } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { type Choice, choicesIn, type DynamicList, type Prepared, requestOf } from '../catalogue/dynamic-list.ts';
import { askConnection } from '../connections.ts';
import { toText } from '../core/field-text.ts';
import type { JsonData } from '../core/json-value.ts';
import type { FieldEditorProps } from './field-tools.ts';

export interface ListedFieldProps extends FieldEditorProps {
  readonly list: DynamicList;
  /** The editor of a value that is typed. */
  readonly asText: ReactElement;
}

const kept = 5 * 60_000;
const mostShown = 200;

export function ListedField(props: ListedFieldProps): ReactElement {
  const { value, asText } = props;
  const isExpression = toText(value).includes('@');
  const [typesIt, setTypesIt] = useState(isExpression);
  if (!typesIt) return <FromList {...props} onCustom={() => setTypesIt(true)} />;
  return (
    <div>
      {asText}
      {isExpression ? null : (
        <Button size="small" appearance="transparent" onClick={() => setTypesIt(false)}>
          Choose from the list
        </Button>
      )}
    </div>
  );
}

function FromList(props: ListedFieldProps & { readonly onCustom: () => void }): ReactElement {
  const { field, value, fault, list, tools, onChange, onCustom } = props;
  const [isOpened, setOpened] = useState(false);
  const [typed, setTyped] = useState<string>();
  const prepared = requestOf(list, tools.valueOf);
  const asked = useListed(list, prepared, tools.connection, isOpened);
  const text = toText(value);
  const choices = asked.choices ?? [];
  const known = choices.find((choice) => choice.value === text);
  const wanted = (typed ?? '').toLowerCase();
  const found = choices.filter(({ title }) => title.toLowerCase().includes(wanted)).slice(0, mostShown);
  const take = (next: string): void => {
    setTyped(undefined);
    if (next !== text) onChange(next === '' && field.required !== true ? undefined : next);
  };
  const says = whyNone(asked, prepared, tools, isOpened);
  return (
    <div className="listed-field">
      <Field
        label={field.label}
        required={field.required === true}
        {...(says?.isFault === false ? { hint: says.text } : field.help === undefined ? {} : { hint: field.help })}
        {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
      >
        <Combobox
          freeform
          inlinePopup
          value={typed ?? known?.title ?? text}
          selectedOptions={[text]}
          onFocus={() => setOpened(true)}
          onOpenChange={(_, { open }) => setOpened(isOpened || open)}
          onOptionSelect={(_, { optionValue }) => (optionValue === undefined ? undefined : take(optionValue))}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => {
            if (typed === undefined) return;
            take(choices.find(({ title }) => title.toLowerCase() === wanted)?.value ?? typed);
          }}
        >
          {found.map(({ value: each, title }) => (
            <Option key={each} value={each} text={title}>
              {title}
              {title === each ? null : <span className="muted"> {each}</span>}
            </Option>
          ))}
        </Combobox>
      </Field>
      {says?.isFault === true ? (
        <p className="field-fault" role="alert">
          {says.text}
        </p>
      ) : null}
      <div className="row">
        {asked.isAsking ? <Spinner size="extra-tiny" label="Reading the list…" /> : null}
        <Button
          size="small"
          appearance="transparent"
          icon={<ArrowClockwiseRegular />}
          aria-label={`Read again: ${field.label}`}
          disabledFocusable={prepared.kind === 'missing' || tools.connection === undefined}
          onClick={() => (isOpened ? asked.again() : setOpened(true))}
        >
          Read again
        </Button>
        <Button
          size="small"
          appearance="transparent"
          aria-label={`Enter custom value for ${field.label}`}
          onClick={onCustom}
        >
          Enter custom value
        </Button>
      </div>
    </div>
  );
}

interface Listed {
  /** Undefined until it is answered. */
  readonly choices: readonly Choice[] | undefined;
  readonly error: ArmError | null;
  readonly isAsking: boolean;
  readonly again: () => void;
}

function useListed(list: DynamicList, prepared: Prepared, connection: string | undefined, isOpened: boolean): Listed {
  const request = prepared.kind === 'request' ? prepared.request : undefined;
  const { data, error, isFetching, refetch } = useQuery<JsonData | null, ArmError>({
    queryKey: ['dynamicList', connection, request],
    queryFn: async ({ signal }) =>
      connection === undefined || request === undefined ? null : askConnection(connection, request, signal),
    enabled: isOpened && connection !== undefined && request !== undefined,
    staleTime: kept,
    retry: false,
  });
  return {
    choices: data === undefined || data === null ? undefined : choicesIn(list, data),
    error,
    isAsking: isFetching,
    again: () => void refetch(),
  };
}

/** Why there is nothing to choose from. */
function whyNone(
  { choices, error }: Listed,
  prepared: Prepared,
  { connection, labelOf }: FieldEditorProps['tools'],
  isOpened: boolean,
): { readonly text: string; readonly isFault: boolean } | undefined {
  if (connection === undefined) return { text: 'Connect the step to choose from a list.', isFault: false };
  if (prepared.kind === 'missing')
    return { text: `Choose '${labelOf(prepared.reference)}' first, or type the value.`, isFault: false };
  if (!isOpened) return undefined;
  if (error !== null) return { text: `The list could not be read: ${error.message}`, isFault: true };
  if (choices?.length === 0) return { text: 'The service has none. Type the value.', isFault: false };
  return undefined;
}
