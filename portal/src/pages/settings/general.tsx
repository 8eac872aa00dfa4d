/** General: how this browser shows the portal, and the options that the server was started with. */
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { useCell } from '../../data/store.ts';
import { preferences, type Preferences } from '../../design/preferences.ts';
import { OptionTable } from './option-table.tsx';
import { WithSettings } from './with-settings.tsx';

const shown = [
  'host',
  'port',
  'https-port',
  'public-url',
  'sandbox',
  'allow-outbound',
  'cloud',
  'otlp-endpoint',
  'log-level',
];

export function GeneralSection(): ReactElement {
  return (
    <>
      <section className="card" aria-label="This browser">
        <h3>This browser</h3>
        <BrowserSettings />
      </section>
      <section className="card" aria-label="Start options">
        <h3>Start options</h3>
        <p className="help">The server reads these when it starts; a restart changes them.</p>
        <WithSettings>
          {({ settings }) => (
            <OptionTable label="Start options" settings={settings.filter(({ name }) => shown.includes(name))} />
          )}
        </WithSettings>
      </section>
    </>
  );
}

function BrowserSettings(): ReactElement {
  const current = useCell(preferences);
  return (
    <div className="row">
      <Field label="Theme">
        <RadioGroup
          layout="horizontal"
          value={current.theme}
          onChange={(_, { value }) => preferences.set({ ...current, theme: value as Preferences['theme'] })}
        >
          <Radio value="system" label="System" />
          <Radio value="light" label="Light" />
          <Radio value="dark" label="Dark" />
        </RadioGroup>
      </Field>
      <Field label="Times">
        <RadioGroup
          layout="horizontal"
          value={current.times}
          onChange={(_, { value }) => preferences.set({ ...current, times: value as Preferences['times'] })}
        >
          <Radio value="local" label="Local" />
          <Radio value="utc" label="UTC" />
        </RadioGroup>
      </Field>
    </div>
  );
}
