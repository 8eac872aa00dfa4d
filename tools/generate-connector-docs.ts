/**
 * Writes `docs/reference/connectors.md` from the connectors' tables: each operation, how it is carried out, and how many
 * published playbooks use it.
 *
 * Run by hand: `node tools/generate-connector-docs.ts`; a test compares the page with a fresh generation.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connector, connectors, findOperation, type Operation } from '#connectors';
import { isLocalOperation } from '#service';
import { connectorUsage } from './connector-usage.data.ts';

export const connectorDocsPath = join(import.meta.dirname, '../docs/reference/connectors.md');

type Status = 'service' | 'mail' | 'people' | 'here' | 'here or service' | 'trigger' | 'sandbox' | 'refused';

function statusOf(connector: Connector, operation: Operation): Status {
  const { service } = connector;
  if (service.kind === 'refused') return 'refused';
  if (operation.kind === 'trigger') return 'trigger';
  if (operation.sandboxOnly !== undefined) return 'sandbox';
  if (operation.question !== undefined) return 'people';
  if (operation.mail !== undefined) return 'mail';
  const local = isLocalOperation(connector.name, operation.id);
  if (service.kind === 'http' && service.here !== undefined) {
    return service.here === 'devices' && !local ? 'service' : 'here or service';
  }
  if (local) return 'here';
  if (service.kind === 'arm' || operation.onArm === true) return 'here';
  return service.kind === 'http' || service.kind === 'mail' ? 'service' : 'sandbox';
}

type Usage = (typeof connectorUsage)[number];

/** Usages by the operation they mean; those that mean none stay under `undefined`. */
function usagesOf(connector: Connector): ReadonlyMap<Operation | undefined, readonly Usage[]> {
  const own = connectorUsage.filter(([api]) => api === connector.name);
  return Map.groupBy(
    own,
    ([, method, path]) => findOperation(connector, method, path.replaceAll(/[{}]/g, ''))?.operation,
  );
}

function countsOf(usages: readonly Usage[]): string {
  const sum = (at: 3 | 4 | 5): number => usages.reduce((total, usage) => total + usage[at], 0);
  const [defender, sentinel, other] = [sum(3), sum(4), sum(5)];
  return defender + sentinel + other === 0 ? '' : `${defender + sentinel + other} (${defender}/${sentinel}/${other})`;
}

function section(connector: Connector): readonly string[] {
  const usages = usagesOf(connector);
  const rows = connector.operations.map((operation) => {
    const route = `${operation.method} ${operation.path}`.replaceAll('|', '\\|');
    const used = countsOf(usages.get(operation) ?? []);
    return `| ${operation.id} | \`${route}\` | ${statusOf(connector, operation)} | ${used} |`;
  });
  const sets = [connector.parameters, ...(connector.alternatives ?? []).map(({ parameters }) => parameters)];
  const shown = sets.map((set) =>
    set.map(({ name, optional }) => `\`${name}\`${optional === true ? ' (optional)' : ''}`).join(', '),
  );
  return [
    '',
    `## ${connector.displayName} (\`${connector.name}\`)`,
    '',
    ...(connector.description === undefined ? [] : [connector.description, '']),
    shown[0] === '' ? 'A connection needs nothing.' : `A connection needs ${shown.join('; or ')}.`,
    ...(connector.service.kind === 'refused' ? ['', connector.service.reason] : []),
    '',
    '| operation | call | carried out | templates |',
    '|--|--|--|--|',
    ...rows,
  ];
}

/** How many operations are carried out how, and how much of what published playbooks use is among them. */
function summary(): readonly string[] {
  const all = connectors.flatMap((connector) =>
    connector.operations.map((operation) => ({ connector, operation, status: statusOf(connector, operation) })),
  );
  const counts = Map.groupBy(all, ({ status }) => status);
  const rows = [...counts].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const known = new Map(connectors.map((connector) => [connector.name, connector]));
  const coverage = connectorUsage.map(([api, method, path]) => {
    const connector = known.get(api);
    const found = connector && findOperation(connector, method, path.replaceAll(/[{}]/g, ''));
    if (connector === undefined || found === undefined) return api.startsWith('custom:') ? 'custom' : 'none';
    const status = statusOf(connector, found.operation);
    return status === 'sandbox' || status === 'refused' ? status : 'real';
  });
  const count = (what: string): number => coverage.filter((one) => one === what).length;
  return [
    '',
    `${connectors.length} connectors with ${all.length} operations come with the server:`,
    '',
    '| carried out | operations |',
    '|--|--|',
    ...rows.map(([status, operations]) => `| ${status} | ${operations.length} |`),
    '',
    `Published playbooks use ${connectorUsage.length} operations: ${count('real')} are carried out, ${count('custom')} are of custom connectors, which come with an`,
    `OpenAPI document of their own, ${count('sandbox') + count('none')} answer in the sandbox only, ${count('refused')} refused.`,
  ];
}

/** Connectors of published playbooks that do not come with the server. */
function others(): readonly string[] {
  const known = new Set(connectors.map(({ name }) => name));
  const apis = Map.groupBy(
    connectorUsage.filter(([api]) => !known.has(api)),
    ([api]) => api,
  );
  const rows = [...apis].map(([api, usages]) => `| \`${api}\` | ${usages.length} | ${countsOf(usages)} |`);
  return [
    '',
    '## Others that occur in published playbooks',
    '',
    'They run in the sandbox; those with an OpenAPI document run for real as custom connectors.',
    '',
    '| connector | operations | uses in templates |',
    '|--|--|--|',
    ...rows,
  ];
}

/** The whole page. */
export function connectorDocs(): string {
  return [
    '# Connectors',
    '',
    'Generated from the tables of the connectors; do not edit. How connections get their credentials: [connections](../operations/connections.md).',
    '',
    'Carried out: *service*: at its own service; *mail*: by mail server or Microsoft Graph; *people*: asked, and answered on a page; *here*: on this',
    'server; *trigger*: this server fires it; *sandbox*: in the sandbox only; *refused*: not at all. Every operation also answers in the',
    'sandbox. Templates: how many of 683 published playbooks use it (Defender for Cloud/Sentinel/others).',
    ...summary(),
    ...connectors.flatMap(section),
    ...others(),
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(connectorDocsPath, connectorDocs());
