/**
 * `operationOptions` of a step as switches in their groups, and settings that its operation does not know.
 *
 * Source: portal reference 5.5; engine reference 13.
 */
import { Switch } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { toText } from '../core/field-text.ts';
import { isRecord, type JsonData } from '../core/json-value.ts';
import type { OperationType } from '../core/workflow-language.ts';

export interface Access {
  readonly read: (...names: readonly string[]) => JsonData | undefined;
  readonly write: (names: readonly string[], value: JsonData | undefined) => void;
}

type OptionGroup = 'General' | 'Networking' | 'Data handling';

interface Option {
  readonly name: string;
  readonly text: string;
  readonly group: OptionGroup;
  /** The word takes away what the switch is about. */
  readonly takesAway?: true;
  readonly help?: string;
}

const known: readonly Option[] = [
  { name: 'SingleInstance', text: 'One run at a time', group: 'General' },
  { name: 'Sequential', text: 'One iteration after the other', group: 'General' },
  { name: 'FailWhenLimitsReached', text: 'Fail when the limits are reached', group: 'General' },
  { name: 'DisableAsyncPattern', text: 'Asynchronous pattern', group: 'Networking', takesAway: true },
  { name: 'Asynchronous', text: 'Asynchronous response', group: 'Networking' },
  { name: 'SuppressWorkflowHeaders', text: 'Suppress workflow headers', group: 'Networking' },
  {
    name: 'SuppressWorkflowHeadersOnResponse',
    text: 'Suppress workflow headers on the response',
    group: 'Networking',
  },
  {
    name: 'IncludeAuthorizationHeadersInOutputs',
    text: 'Include authorization headers in outputs',
    group: 'Networking',
  },
  { name: 'DisableAutomaticDecompression', text: 'Automatic decompression', group: 'Data handling', takesAway: true },
  { name: 'EnableSchemaValidation', text: 'Schema validation', group: 'Data handling' },
];

/** The switches of a group that an operation has. */
export function optionsIn(group: OptionGroup, options: OperationType['options'] = {}): readonly Option[] {
  return known.filter((option) => option.group === group && options[option.name] === true);
}

const wordsOf = (access: Access): readonly string[] =>
  toText(access.read('operationOptions'))
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** `operationOptions` is a list of words in one text; words that are not known stay. */
export function OptionSwitches({
  access,
  options,
}: {
  readonly access: Access;
  readonly options: readonly Option[];
}): ReactElement {
  const words = wordsOf(access);
  return (
    <>
      {options.map(({ name, text, takesAway = false }) => {
        const isSet = words.some((word) => word.toLowerCase() === name.toLowerCase());
        const next = isSet ? words.filter((word) => word.toLowerCase() !== name.toLowerCase()) : [...words, name];
        return (
          <Switch
            key={name}
            label={text}
            checked={isSet !== takesAway}
            onChange={() => access.write(['operationOptions'], next.length === 0 ? undefined : next.join(', '))}
          />
        );
      })}
    </>
  );
}

interface OtherSettingsProps {
  readonly access: Access;
  readonly known: OperationType | undefined;
}

/** What is set and not supported by the operation: shown and kept. */
export function OtherSettings({ access, known: operation }: OtherSettingsProps): ReactElement | null {
  const { settings = {}, options = {} } = operation ?? {};
  const others: (readonly [string, JsonData])[] = [];
  const look = (isSupported: boolean, ...at: readonly string[]): void => {
    const value = access.read(...at);
    if (!isSupported && value !== undefined) others.push([at.join('.'), value]);
  };
  const isTrigger = operation?.role === 'trigger';
  look(settings.concurrency === true, 'runtimeConfiguration', 'concurrency');
  look(settings.pagination === true, 'runtimeConfiguration', 'paginationPolicy');
  look(settings.chunking === true, 'runtimeConfiguration', 'contentTransfer');
  look(settings.requestTimeout === true, 'runtimeConfiguration', 'requestOptions');
  look(settings.retryPolicy === true, 'inputs', 'retryPolicy');
  look(settings.splitOn === true, 'splitOn');
  look(settings.timeout === true, 'limit', 'timeout');
  look(isTrigger, 'conditions');
  const runtime = access.read('runtimeConfiguration');
  const shown = new Set([
    'concurrency',
    'paginationpolicy',
    'contenttransfer',
    'requestoptions',
    'securedata',
    'staticresult',
  ]);
  for (const [name, value] of Object.entries(isRecord(runtime) ? runtime : {})) {
    if (!shown.has(name.toLowerCase())) others.push([`runtimeConfiguration.${name}`, value]);
  }
  const unknown = wordsOf(access).filter(
    (word) => !Object.entries(options).some(([name, works]) => works && name.toLowerCase() === word.toLowerCase()),
  );
  if (unknown.length > 0) others.push(['operationOptions', unknown.join(', ')]);
  if (others.length === 0) return null;
  return (
    <section aria-label="Other settings">
      <h3>Other settings</h3>
      <p className="help">Set in the code, and not supported by this operation. They are kept.</p>
      <dl className="facts">
        {others.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{toText(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
