/**
 * Requests to the ingestion API of a real Log Analytics workspace: signing, tokens, streams.
 *
 * Owns: both published forms, the data collector and logs ingestion. Does not own: links (`workspace-links.ts`), retries
 * (`send-deliveries.ts`), columns (`#events`).
 * Source: the published HTTP data collector API (2016-04-01) and logs ingestion API (2023-01-01).
 */
import { createHmac } from 'node:crypto';
import { type EntraToken, EntraTokens } from '#connectors';
import type { LogRow } from '#events';
import { type Clock, type Outbound, type OutboundFailure, type OutboundRequest, stringifyJson } from '#foundation';
import type { Services } from './services.ts';
import type { WorkspaceLink } from './workspace-links.ts';

type DataCollector = Extract<WorkspaceLink, { kind: 'DataCollector' }>;
type LogsIngestion = Extract<WorkspaceLink, { kind: 'LogsIngestion' }>;

/** The request that puts one row into the real workspace, or why none can be made. */
export function ingestionRequest(
  { outbound, clock }: Pick<Services, 'outbound' | 'clock'>,
  link: WorkspaceLink,
  row: LogRow,
): Promise<OutboundRequest | OutboundFailure> {
  return link.kind === 'DataCollector'
    ? Promise.resolve(collectorRequest(link, row, clock.now()))
    : logsIngestionRequest(outbound, link, row, clock);
}

function bodyOf({ row }: LogRow): Uint8Array {
  return new TextEncoder().encode(stringifyJson([row]));
}

/** The table in the workspace is `{table}_CL`: the API puts rows into custom tables only. */
function collectorRequest(link: DataCollector, row: LogRow, now: number): OutboundRequest {
  const body = bodyOf(row);
  const date = new Date(now).toUTCString();
  const signed = `POST\n${body.length}\napplication/json\nx-ms-date:${date}\n/api/logs`;
  const signature = createHmac('sha256', Buffer.from(link.sharedKey, 'base64')).update(signed, 'utf8').digest('base64');
  return {
    method: 'POST',
    url: `${link.endpoint}/api/logs?api-version=2016-04-01`,
    headers: {
      authorization: `SharedKey ${link.customerId}:${signature}`,
      'content-type': 'application/json',
      'log-type': row.table,
      'x-ms-date': date,
      'time-generated-field': 'TimeGenerated',
    },
    body,
  };
}

async function logsIngestionRequest(
  outbound: Outbound,
  link: LogsIngestion,
  row: LogRow,
  clock: Clock,
): Promise<OutboundRequest | OutboundFailure> {
  const token = await tokenFor(outbound, link, clock);
  if (token.kind === 'failure') return token;
  const stream = link.streams[row.table] ?? `Custom-${row.table}`;
  const path = `/dataCollectionRules/${link.dataCollectionRuleId}/streams/${encodeURIComponent(stream)}`;
  return {
    method: 'POST',
    url: `${link.endpoint}${path}?api-version=2023-01-01`,
    headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' },
    body: bodyOf(row),
  };
}

/** Tokens are kept as long as the client that asks for them. */
const tokens = new WeakMap<Outbound, EntraTokens>();

function tokenFor(outbound: Outbound, link: LogsIngestion, clock: Clock): Promise<EntraToken> {
  let known = tokens.get(outbound);
  if (known === undefined) {
    known = new EntraTokens(
      () => outbound,
      () => clock.now(),
    );
    tokens.set(outbound, known);
  }
  return known.token({
    authority: link.authority,
    tenant: link.tenantId,
    audience: 'https://monitor.azure.com',
    clientId: link.clientId,
    secret: link.clientSecret,
  });
}
