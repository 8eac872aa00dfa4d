/** Settings of a step: only what its operation supports, and whatever else is set. Source: portal reference 5.5, engine reference 13. */
import { Checkbox, Dropdown, Field, Input, Option, Switch } from '@fluentui/react-components';
import type { ReactElement, ReactNode } from 'react';
import { type Doc, valueAt } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import { isRecord, type JsonData } from '../core/json-value.ts';
import { numberFromText, toText } from '../core/field-text.ts';
import { setValue } from '../core/operations/set-value.ts';
import { operationCatalogue } from '../core/workflow-language.ts';
import type { EditorSession } from '../editor/session.ts';
import { FieldEditor } from './field-editors.tsx';
import type { FieldTools } from './field-tools.ts';
import { readAt } from './parameters-tab.tsx';

export interface SettingsTabProps {
  readonly session: EditorSession;
  readonly doc: Doc;
  readonly node: NodeInfo;
  readonly tools: FieldTools;
}

interface Access {
  readonly read: (...names: readonly string[]) => JsonData | undefined;
  readonly write: (names: readonly string[], value: JsonData | undefined) => void;
}

export function SettingsTab({ session, doc, node, tools }: SettingsTabProps): ReactElement {
  const json = valueAt(doc, node.path);
  const access: Access = {
    read: (...names) => readAt(json, names),
    write: (names, value) => session.change((now) => setValue(now, node.path, names, value)),
  };
  const role = node.kind === 'trigger' ? 'trigger' : 'action';
  const known = operationCatalogue.find(
    (each) => each.role === role && each.type.toLowerCase() === node.type.toLowerCase(),
  );
  const settings = known?.settings ?? {};
  return (
    <div className="fields">
      <Group title="General">
        {role === 'trigger' ? (
          <TriggerSettings access={access} tools={tools} splitOn={settings.splitOn === true} />
        ) : null}
        {settings.timeout === true && role === 'action' ? (
          <TextSetting
            access={access}
            label="Action timeout"
            at={['limit', 'timeout']}
            help="ISO 8601, for example PT5M"
          />
        ) : null}
        {settings.concurrency === true ? <Concurrency access={access} isLoop={role === 'action'} /> : null}
        {settings.timeout !== true && settings.concurrency !== true && role === 'action' ? (
          <p className="muted">This step has no general settings.</p>
        ) : null}
      </Group>
      {settings.retryPolicy === true || settings.pagination === true || Object.keys(known?.options ?? {}).length > 0 ? (
        <Group title="Networking">
          {settings.retryPolicy === true ? <RetryPolicy access={access} /> : null}
          {settings.pagination === true ? (
            <TextSetting
              access={access}
              label="Pagination threshold"
              at={['runtimeConfiguration', 'paginationPolicy', 'minimumItemCount']}
              isNumber
              help="Leave empty for no pagination"
            />
          ) : null}
          {settings.requestTimeout === true ? (
            <TextSetting
              access={access}
              label="Request timeout"
              at={['runtimeConfiguration', 'requestOptions', 'timeout']}
              help="ISO 8601, for example PT2M"
            />
          ) : null}
          <OperationOptions
            access={access}
            known={Object.entries(known?.options ?? {}).flatMap(([name, works]) => (works ? [name] : []))}
          />
        </Group>
      ) : null}
      <Group title="Security">
        <SecureData access={access} what="inputs" label="Secure inputs" />
        <SecureData access={access} what="outputs" label="Secure outputs" />
      </Group>
      <Group title="Tracking">
        {role === 'action' ? (
          <FieldEditor
            field={{ label: 'Tracked properties', at: ['trackedProperties'], kind: 'map' }}
            value={access.read('trackedProperties')}
            tools={tools}
            onChange={(value) => access.write(['trackedProperties'], value)}
          />
        ) : (
          <TextSetting access={access} label="Custom tracking id" at={['correlation', 'clientTrackingId']} />
        )}
      </Group>
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface TextSettingProps {
  readonly access: Access;
  readonly label: string;
  readonly at: readonly string[];
  readonly help?: string;
  readonly isNumber?: boolean;
}

function TextSetting({ access, label, at, help, isNumber = false }: TextSettingProps): ReactElement {
  return (
    <Field label={label} {...(help === undefined ? {} : { hint: help })}>
      <Input
        value={toText(access.read(...at))}
        onChange={(_, { value }) =>
          access.write(at, value === '' ? undefined : isNumber ? numberFromText(value) : value)
        }
      />
    </Field>
  );
}

function TriggerSettings({
  access,
  tools,
  splitOn,
}: {
  readonly access: Access;
  readonly tools: FieldTools;
  readonly splitOn: boolean;
}): ReactElement {
  return (
    <>
      {splitOn ? (
        <TextSetting access={access} label="Split on" at={['splitOn']} help="A list: one run for each of its items" />
      ) : null}
      <FieldEditor
        field={{
          label: 'Trigger conditions',
          at: ['conditions'],
          kind: 'json',
          help: '[{"expression": "@equals(…)"}]: all must hold',
        }}
        value={access.read('conditions')}
        tools={tools}
        onChange={(value) => access.write(['conditions'], value)}
      />
    </>
  );
}

function Concurrency({ access, isLoop }: { readonly access: Access; readonly isLoop: boolean }): ReactElement {
  const name = isLoop ? 'repetitions' : 'runs';
  const at = ['runtimeConfiguration', 'concurrency', name];
  const value = access.read(...at);
  const isOn = value !== undefined;
  return (
    <>
      <Switch
        label="Limit concurrency"
        checked={isOn}
        onChange={() => access.write(isOn ? ['runtimeConfiguration', 'concurrency'] : at, isOn ? undefined : 20)}
      />
      {isOn ? (
        <TextSetting
          access={access}
          label="Degree of parallelism"
          at={at}
          isNumber
          help={isLoop ? '1 to 50' : '1 to 100'}
        />
      ) : null}
      {isOn && !isLoop ? (
        <TextSetting
          access={access}
          label="Maximum waiting runs"
          at={['runtimeConfiguration', 'concurrency', 'maximumWaitingRuns']}
          isNumber
        />
      ) : null}
    </>
  );
}

const policies: readonly (readonly [type: string, text: string])[] = [
  ['default', 'Default'],
  ['none', 'None'],
  ['fixed', 'Fixed interval'],
  ['exponential', 'Exponential interval'],
];

function RetryPolicy({ access }: { readonly access: Access }): ReactElement {
  const at = ['inputs', 'retryPolicy'];
  const value = access.read(...at);
  const type = isRecord(value) ? toText(value['type']).toLowerCase() : 'default';
  const text = policies.find(([each]) => each === type)?.[1] ?? type;
  const choose = (next: string): void => {
    if (next === 'default') return access.write(at, undefined);
    if (next === 'none') return access.write(at, { type: 'none' });
    access.write(at, { type: next, count: 4, interval: next === 'fixed' ? 'PT20S' : 'PT7S' });
  };
  return (
    <>
      <Field label="Retry policy">
        <Dropdown
          inlinePopup
          value={text}
          selectedOptions={[type]}
          onOptionSelect={(_, { optionValue }) => choose(optionValue ?? 'default')}
        >
          {policies.map(([each, words]) => (
            <Option key={each} value={each}>
              {words}
            </Option>
          ))}
        </Dropdown>
      </Field>
      {type === 'fixed' || type === 'exponential' ? (
        <>
          <TextSetting access={access} label="Count" at={[...at, 'count']} isNumber help="1 to 90" />
          <TextSetting access={access} label="Interval" at={[...at, 'interval']} help="ISO 8601, for example PT20S" />
        </>
      ) : null}
      {type === 'exponential' ? (
        <>
          <TextSetting access={access} label="Minimum interval" at={[...at, 'minimumInterval']} />
          <TextSetting access={access} label="Maximum interval" at={[...at, 'maximumInterval']} />
        </>
      ) : null}
    </>
  );
}

const optionTexts: Readonly<Record<string, string>> = {
  DisableAsyncPattern: 'Do not follow the asynchronous pattern',
  Asynchronous: 'Asynchronous response',
  SuppressWorkflowHeaders: 'Suppress workflow headers',
  SuppressWorkflowHeadersOnResponse: 'Suppress workflow headers on the response',
  DisableAutomaticDecompression: 'Do not decompress automatically',
  EnableSchemaValidation: 'Schema validation',
  IncludeAuthorizationHeadersInOutputs: 'Include authorization headers in outputs',
  SingleInstance: 'One run at a time',
  Sequential: 'One iteration after the other',
  FailWhenLimitsReached: 'Fail when the limits are reached',
};

/** `operationOptions` is a list of words in one text; words that are not known stay. */
function OperationOptions({
  access,
  known,
}: {
  readonly access: Access;
  readonly known: readonly string[];
}): ReactElement {
  const set = toText(access.read('operationOptions'))
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const all = [...known, ...set.filter((word) => !known.some((each) => each.toLowerCase() === word.toLowerCase()))];
  return (
    <>
      {all.map((name) => {
        const isOn = set.some((word) => word.toLowerCase() === name.toLowerCase());
        const next = isOn ? set.filter((word) => word.toLowerCase() !== name.toLowerCase()) : [...set, name];
        return (
          <Checkbox
            key={name}
            label={optionTexts[name] ?? name}
            checked={isOn}
            onChange={() => access.write(['operationOptions'], next.length === 0 ? undefined : next.join(', '))}
          />
        );
      })}
    </>
  );
}

function SecureData({
  access,
  what,
  label,
}: {
  readonly access: Access;
  readonly what: string;
  readonly label: string;
}): ReactElement {
  const at = ['runtimeConfiguration', 'secureData', 'properties'];
  const value = access.read(...at);
  const set = Array.isArray(value) ? (value as readonly JsonData[]).map(toText) : [];
  const isOn = set.some((each) => each.toLowerCase() === what);
  const next = isOn ? set.filter((each) => each.toLowerCase() !== what) : [...set, what];
  return (
    <Switch label={label} checked={isOn} onChange={() => access.write(at, next.length === 0 ? undefined : next)} />
  );
}
