/** Settings of a step: only what its operation supports, and whatever else is set. Source: portal reference 5.5, engine reference 13. */
import { Dropdown, Field, Input, Option, Switch } from '@fluentui/react-components';
import type { ReactElement, ReactNode } from 'react';
import { readAt } from '../catalogue/field-value.ts';
import { type Doc, valueAt } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import { isRecord, type JsonData } from '../core/json-value.ts';
import { numberFromText, toText } from '../core/field-text.ts';
import { setValue } from '../core/operations/set-value.ts';
import { operationCatalogue, type OperationType } from '../core/workflow-language.ts';
import type { EditorSession } from '../editor/session.ts';
import { FieldEditor } from './field-editors.tsx';
import type { FieldTools } from './field-tools.ts';
import { type Access, OptionSwitches, optionsIn, OtherSettings } from './option-settings.tsx';

export interface SettingsTabProps {
  readonly session: EditorSession;
  readonly doc: Doc;
  readonly node: NodeInfo;
  readonly tools: FieldTools;
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
        <OptionSwitches access={access} options={optionsIn('General', known?.options)} />
        {settings.timeout !== true && settings.concurrency !== true && role === 'action' ? (
          <p className="muted">This step has no general settings.</p>
        ) : null}
      </Group>
      {hasNetworking(known) ? (
        <Group title="Networking">
          <OptionSwitches access={access} options={optionsIn('Networking', known?.options)} />
          {settings.requestTimeout === true ? (
            <TextSetting
              access={access}
              label="Request timeout"
              at={['runtimeConfiguration', 'requestOptions', 'timeout']}
              help="ISO 8601, for example PT2M"
            />
          ) : null}
          {settings.pagination === true ? <Pagination access={access} /> : null}
          {settings.chunking === true && node.type.toLowerCase() === 'http' ? (
            <ContentTransfer access={access} />
          ) : null}
          {settings.retryPolicy === true ? <RetryPolicy access={access} /> : null}
        </Group>
      ) : null}
      {optionsIn('Data handling', known?.options).length === 0 ? null : (
        <Group title="Data handling">
          <OptionSwitches access={access} options={optionsIn('Data handling', known?.options)} />
        </Group>
      )}
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
      <OtherSettings access={access} known={known} />
    </div>
  );
}

function hasNetworking(known: OperationType | undefined): boolean {
  const { settings = {}, options } = known ?? {};
  return (
    settings.retryPolicy === true ||
    settings.pagination === true ||
    settings.requestTimeout === true ||
    optionsIn('Networking', options).length > 0
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
        <>
          <FieldEditor
            field={{ label: 'Split on', at: ['splitOn'], kind: 'text', help: 'A list: one run for each of its items' }}
            value={access.read('splitOn')}
            tools={tools}
            onChange={(value) => access.write(['splitOn'], value)}
          />
          {access.read('splitOn') === undefined ? null : (
            <TextSetting
              access={access}
              label="Split-on tracking ID"
              at={['splitOnConfiguration', 'correlation', 'clientTrackingId']}
              help="An expression over each item"
            />
          )}
        </>
      ) : null}
      <FieldEditor
        field={{
          label: 'Trigger conditions',
          at: ['conditions'],
          kind: 'list',
          help: 'Each is an expression, @equals(…) for example; all must hold',
          items: [{ label: 'Condition', at: ['expression'], kind: 'test', required: true }],
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

function Pagination({ access }: { readonly access: Access }): ReactElement {
  const at = ['runtimeConfiguration', 'paginationPolicy'];
  const isOn = access.read(...at) !== undefined;
  return (
    <>
      <Switch
        label="Pagination"
        checked={isOn}
        onChange={() => access.write(isOn ? at : [...at, 'minimumItemCount'], isOn ? undefined : 1000)}
      />
      {isOn ? (
        <TextSetting
          access={access}
          label="Threshold"
          at={[...at, 'minimumItemCount']}
          isNumber
          help="Pages are read until there are so many items"
        />
      ) : null}
    </>
  );
}

function ContentTransfer({ access }: { readonly access: Access }): ReactElement {
  const at = ['runtimeConfiguration', 'contentTransfer'];
  const isOn = access.read(...at) !== undefined;
  return (
    <>
      <Switch
        label="Content transfer in chunks"
        checked={isOn}
        onChange={() => access.write(isOn ? at : [...at, 'transferMode'], isOn ? undefined : 'Chunked')}
      />
      {isOn ? (
        <>
          <TextSetting
            access={access}
            label="Upload chunk size"
            at={[...at, 'uploadChunkSize']}
            isNumber
            help="Bytes"
          />
          <TextSetting
            access={access}
            label="Download chunk size"
            at={[...at, 'downloadChunkSize']}
            isNumber
            help="Bytes"
          />
        </>
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
          <TextSetting
            access={access}
            label="Minimum interval"
            at={[...at, 'minimumInterval']}
            help="ISO 8601, for example PT5S"
          />
          <TextSetting
            access={access}
            label="Maximum interval"
            at={[...at, 'maximumInterval']}
            help="ISO 8601, for example PT1H"
          />
        </>
      ) : null}
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
