/** Puts a connection into the sandbox, or takes it out. */
import { Switch } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { type Connection, setSandbox } from '../../data/connections.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';

export interface SandboxSwitchProps {
  readonly connection: Connection;
  /** Shown beside it; without one it is named by the connection. */
  readonly label?: string;
}

export function SandboxSwitch({ connection: { id, name, properties }, label }: SandboxSwitchProps): ReactElement {
  const change = async (enabled: boolean): Promise<void> => {
    try {
      await setSandbox(id, enabled);
      notify({
        kind: 'success',
        title: `Connection '${name}' is ${enabled ? 'in the sandbox' : 'out of the sandbox'}`,
      });
      await refreshAll();
    } catch (error) {
      notifyFailure(`Connection '${name}' was not changed`, error);
    }
  };
  return (
    <Switch
      {...(label === undefined ? { 'aria-label': `Sandbox of ${name}` } : { label })}
      checked={properties.sandbox === true}
      onChange={(_, { checked }) => void change(checked)}
    />
  );
}
