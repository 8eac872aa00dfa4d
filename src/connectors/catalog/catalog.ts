/**
 * The connectors that come with the server.
 *
 * Owns: the list, look-up by name. Does not own: their tables; connectors that users bring (`custom-connector.ts`).
 */
import { azureConnectors } from './azure.data.ts';
import { chatConnectors } from './chat.data.ts';
import { databaseConnectors } from './databases.data.ts';
import { defenderConnector } from './defender.data.ts';
import type { Connector } from './connector.ts';
import { directoryConnectors } from './directory.data.ts';
import { documentConnectors } from './documents.data.ts';
import { intelligenceConnectors } from './intelligence.data.ts';
import { listOperations } from './list-operations.data.ts';
import { mailConnectors } from './mail.data.ts';
import { officeAppConnectors } from './office-apps.data.ts';
import { sentinelConnector } from './sentinel.data.ts';
import { storageConnectors } from './storage.data.ts';
import { streamConnectors } from './streams.data.ts';
import { threatFeedConnectors } from './threat-feeds.data.ts';
import { feedConnectors } from './feed-trigger.ts';
import { ticketConnectors } from './tickets.data.ts';
import { vendorConnectors } from './vendors.data.ts';

/** In the order of their names. */
export const connectors: readonly Connector[] = [
  ...azureConnectors,
  ...chatConnectors,
  ...databaseConnectors,
  ...directoryConnectors,
  ...documentConnectors,
  ...intelligenceConnectors,
  ...mailConnectors,
  ...officeAppConnectors,
  defenderConnector,
  sentinelConnector,
  ...streamConnectors,
  ...storageConnectors,
  ...threatFeedConnectors,
  ...ticketConnectors,
  ...feedConnectors,
  ...vendorConnectors,
]
  .map((connector) => ({
    ...connector,
    operations: [...connector.operations, ...(listOperations[connector.name] ?? [])],
  }))
  .toSorted((left, right) => (left.name < right.name ? -1 : 1));

const byName = new Map(connectors.map((connector) => [connector.name, connector]));

/** A connector that comes with the server; ignores case. */
export function shippedConnector(name: string): Connector | undefined {
  return byName.get(name.toLowerCase());
}
