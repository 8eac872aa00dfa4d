/**
 * Connection strings of event hubs: what they say, and what is wrong with one.
 *
 * Owns: reading them. Does not own: connecting (`#connectors`).
 * Source: the published form `Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…`; domain reference 8.
 */
import { type HubAddress, parseArmId } from '#foundation';

const tlsPort = 5671;
const plainPort = 5672;

/**
 * The address in a connection string, or in a sentence what is wrong with it. `sb://` and `amqps://` mean TLS, `amqp://`
 * and the emulator's `UseDevelopmentEmulator=true` mean none. Without `EntityPath` the hub is the one the resource id names.
 */
export function parseConnectionString(text: string, eventHubResourceId: string): HubAddress | string {
  const parts = new Map(
    text
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')).trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]),
  );
  const endpoint = parts.get('endpoint') ?? '';
  const scheme = /^(sb|amqps?):\/\//i.exec(endpoint)?.[1]?.toLowerCase();
  const url = scheme === undefined ? undefined : endpoint.replace(/^[a-z]+:/i, 'http:');
  if (scheme === undefined || url === undefined || !URL.canParse(url)) {
    return "connectionString must name its namespace: 'Endpoint=sb://HOST/;SharedAccessKeyName=…;SharedAccessKey=…'.";
  }
  const name = parts.get('sharedaccesskeyname');
  const key = parts.get('sharedaccesskey');
  if ((name === undefined || key === undefined || name === '' || key === '') && scheme === 'sb') {
    return 'connectionString must hold SharedAccessKeyName and SharedAccessKey.';
  }
  const entity = parts.get('entitypath') ?? parseArmId(eventHubResourceId)?.name ?? '';
  if (entity === '') return 'connectionString must hold EntityPath, or eventHubResourceId must name the event hub.';
  const { hostname, port } = new URL(url);
  const emulator = parts.get('usedevelopmentemulator')?.toLowerCase() === 'true';
  const tls = scheme !== 'amqp' && !emulator;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    // Port 80 vanishes from an http address.
    port: port === '' ? (/:80(?:\/|$)/.test(endpoint) ? 80 : tls ? tlsPort : plainPort) : Number(port),
    tls,
    entity,
    ...(name === undefined || key === undefined || name === '' ? {} : { credentials: { name, key } }),
  };
}

/** The name of the policy a connection string uses; it is no secret. */
export function sasPolicyOf(connectionString: string): string | undefined {
  return /(?:^|;)\s*SharedAccessKeyName\s*=\s*([^;]+)/i.exec(connectionString)?.[1]?.trim();
}
