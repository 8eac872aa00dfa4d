/**
 * What the server is told at its start: options and environment.
 *
 * Owns: names, defaults, checks, the help text. Source: DESIGN 4.
 *
 * Invariants
 * O1. An option wins over its environment variable; of an option given twice the last one counts.
 * O2. An unknown option or a bad value is a fault with one clear sentence, never ignored.
 */
import { type CloudName, cloudNames } from '#templates';
import { usualDays } from './activity-log/seal-activity.ts';
import type { RetentionLimits } from './retention.ts';

export interface StartOptions {
  readonly port: number;
  readonly httpsPort: number;
  readonly host: string;
  readonly data: string;
  readonly empty: boolean;
  /** `true` without mocks, or the path of the mocks file. */
  readonly sandbox: boolean | string;
  /** CIDR ranges and host names that outgoing calls may reach besides public ones. */
  readonly allowOutbound: readonly string[];
  /** The address under which people and services reach this server, in links and callback URLs. */
  readonly publicUrl?: string;
  /** Where spans of outgoing calls are sent, as OTLP over HTTP. */
  readonly otlpEndpoint?: string;
  /** The operator's certificate: then only https is served. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** JSON file with the keys of issuers of access tokens. */
  readonly issuerKeys?: string;
  /** JSON file with the external issuers that people and programs sign in by. */
  readonly signIn?: string;
  /** JSON file with the limits that differ from the documented ones. */
  readonly limits?: string;
  /** Whose names templates are given by `environment()`. */
  readonly cloud: CloudName;
  readonly adminToken?: string;
  readonly retention: RetentionLimits;
  readonly activityDays: number;
  readonly timeScale: number;
  readonly logLevel: string;
}

export type StartRequest =
  | { readonly kind: 'start'; readonly options: StartOptions; readonly given: ReadonlySet<string> }
  | { readonly kind: 'help' }
  | { readonly kind: 'bad'; readonly message: string };

export interface OptionEntry {
  readonly name: string;
  readonly environment?: string;
  /** What follows it: nothing, a value, or a value that may be left out. */
  readonly value: 'none' | 'needed' | 'optional';
  readonly placeholder?: string;
  readonly help: string;
}

export const optionEntries: readonly OptionEntry[] = [
  {
    name: 'port',
    environment: 'TOCSIN_PORT',
    value: 'needed',
    placeholder: 'N',
    help: 'http port, 0 for any free one (7070)',
  },
  {
    name: 'https-port',
    environment: 'TOCSIN_HTTPS_PORT',
    value: 'needed',
    placeholder: 'N',
    help: 'https port, 0 for any free one (7443)',
  },
  {
    name: 'host',
    environment: 'TOCSIN_HOST',
    value: 'needed',
    placeholder: 'H',
    help: 'address to listen on (127.0.0.1)',
  },
  { name: 'data', environment: 'TOCSIN_DATA', value: 'needed', placeholder: 'DIR', help: 'data folder (.tocsin)' },
  { name: 'empty', value: 'none', help: 'do not seed the sample on the first start' },
  {
    name: 'sandbox',
    environment: 'TOCSIN_SANDBOX',
    value: 'optional',
    placeholder: 'MOCKS.json',
    help: 'call nobody: capture every connection and foreign host, answered by these mocks',
  },
  {
    name: 'allow-outbound',
    environment: 'TOCSIN_ALLOW_OUTBOUND',
    value: 'needed',
    placeholder: 'CIDR|HOST',
    help: 'let outgoing calls reach these private addresses too; several by commas',
  },
  {
    name: 'public-url',
    environment: 'TOCSIN_PUBLIC_URL',
    value: 'needed',
    placeholder: 'URL',
    help: 'the address people reach this server by, for links in mails and callback URLs (that of the listener)',
  },
  {
    name: 'otlp-endpoint',
    environment: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    value: 'needed',
    placeholder: 'URL',
    help: 'send OpenTelemetry spans of outgoing calls to this collector, OTLP over HTTP with JSON (none)',
  },
  {
    name: 'tls-cert',
    environment: 'TOCSIN_TLS_CERT',
    value: 'needed',
    placeholder: 'FILE',
    help: 'your own certificate chain (PEM); serves https only',
  },
  {
    name: 'tls-key',
    environment: 'TOCSIN_TLS_KEY',
    value: 'needed',
    placeholder: 'FILE',
    help: 'its private key (PEM)',
  },
  {
    name: 'issuer-keys',
    environment: 'TOCSIN_ISSUER_KEYS',
    value: 'needed',
    placeholder: 'FILE',
    help: 'keys of the issuers of access tokens that callers of triggers bring: JSON, issuer to key set or its address',
  },
  {
    name: 'sign-in',
    environment: 'TOCSIN_SIGN_IN',
    value: 'needed',
    placeholder: 'FILE',
    help: 'external OpenID issuers that people and programs may sign in by: JSON',
  },
  {
    name: 'limits',
    environment: 'TOCSIN_LIMITS',
    value: 'needed',
    placeholder: 'FILE',
    help: 'limits of workflows, triggers and runs that differ from the documented ones: JSON, name to number',
  },
  {
    name: 'cloud',
    environment: 'TOCSIN_CLOUD',
    value: 'needed',
    placeholder: 'NAME',
    help: `the cloud whose names environment() gives in templates: ${cloudNames.join(', ')} (AzureCloud)`,
  },
  {
    name: 'retention-days',
    environment: 'TOCSIN_RETENTION_DAYS',
    value: 'needed',
    placeholder: 'N',
    help: 'how long ended runs are kept, from their start; workflows may set their own (90)',
  },
  {
    name: 'retention-bytes',
    environment: 'TOCSIN_RETENTION_BYTES',
    value: 'needed',
    placeholder: 'N',
    help: 'how large the store may grow before the oldest ended runs go, with K, M or G (no limit)',
  },
  {
    name: 'activity-days',
    environment: 'TOCSIN_ACTIVITY_DAYS',
    value: 'needed',
    placeholder: 'N',
    help: `how long the activity log is kept (${usualDays})`,
  },
  {
    name: 'log-level',
    environment: 'TOCSIN_LOG_LEVEL',
    value: 'needed',
    placeholder: 'LEVEL',
    help: 'debug, info, warn or error (info)',
  },
  { name: 'help', value: 'none', help: 'show this help' },
];

const environmentOnly = [
  ['TOCSIN_ADMIN_TOKEN', 'bearer token that is Owner at the tenant root; else made and kept in DATA/admin-token'],
  ['TOCSIN_TIME_SCALE', 'makes waits, retries, recurrences and timeouts run N times faster (1); for demos and tests'],
] as const;

/** Reads the command line (without the program) and the environment. */
export function readStartRequest(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StartRequest {
  const values = new Map<string, string>();
  for (const { name, environment: variable } of optionEntries) {
    const value = variable === undefined ? undefined : environment[variable];
    if (value !== undefined && value !== '') values.set(name, value);
  }
  const bad = readArguments(args, values);
  if (bad !== undefined) return { kind: 'bad', message: bad };
  if (values.has('help')) return { kind: 'help' };
  try {
    return { kind: 'start', options: optionsOf(values, environment), given: new Set(values.keys()) };
  } catch (error) {
    if (error instanceof BadOption) return { kind: 'bad', message: error.message };
    throw error;
  }
}

/** Fills `values`; the answer says what is wrong. */
function readArguments(args: readonly string[], values: Map<string, string>): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const [, name, given] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const entry = optionEntries.find((candidate) => candidate.name === name);
    if (name === undefined || entry === undefined) return `Unknown option '${arg}'. See --help.`;
    if (entry.value === 'none') {
      if (given !== undefined) return `The option '--${name}' takes no value.`;
      values.set(name, 'true');
      continue;
    }
    const next = args[at + 1];
    const follows = next !== undefined && !next.startsWith('--');
    if (given !== undefined) values.set(name, given);
    else if (follows) {
      values.set(name, next);
      at++;
    } else if (entry.value === 'optional') values.set(name, 'true');
    else return `The option '--${name}' needs a value.`;
  }
  return undefined;
}

class BadOption extends Error {}

function optionsOf(
  values: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const [certFile, keyFile] = [values.get('tls-cert'), values.get('tls-key')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new BadOption("The options '--tls-cert' and '--tls-key' belong together.");
  }
  const host = values.get('host') ?? '127.0.0.1';
  const issuerKeys = values.get('issuer-keys');
  const signIn = values.get('sign-in');
  const limits = values.get('limits');
  if (certFile === undefined && !isLoopback(host)) {
    throw new BadOption(
      `Plain http and the local certificate are for this machine only; to listen on '${host}' give your own certificate ` +
        'by --tls-cert and --tls-key.',
    );
  }
  const adminToken = environment['TOCSIN_ADMIN_TOKEN'];
  if (adminToken !== undefined && adminToken !== '' && !/^[\x21-\x7e]{8,1024}$/.test(adminToken)) {
    throw new BadOption('TOCSIN_ADMIN_TOKEN must be 8 to 1,024 printable characters without spaces.');
  }
  return {
    port: portOf(values, 'port', 7070),
    httpsPort: portOf(values, 'https-port', 7443),
    host,
    data: values.get('data') ?? '.tocsin',
    empty: values.has('empty'),
    sandbox: sandboxOf(values.get('sandbox')),
    allowOutbound: listOf(values.get('allow-outbound')),
    ...addressOf(values, 'public-url', 'publicUrl'),
    ...addressOf(values, 'otlp-endpoint', 'otlpEndpoint'),
    ...(certFile === undefined || keyFile === undefined ? {} : { tls: { certFile, keyFile } }),
    ...(issuerKeys === undefined ? {} : { issuerKeys }),
    ...(signIn === undefined ? {} : { signIn }),
    ...(limits === undefined ? {} : { limits }),
    ...(adminToken === undefined || adminToken === '' ? {} : { adminToken }),
    cloud: cloudOf(values.get('cloud')),
    timeScale: scaleOf(environment['TOCSIN_TIME_SCALE']),
    retention: retentionOf(values),
    activityDays: daysOf(values, 'activity-days', usualDays),
    logLevel: levelOf(values.get('log-level') ?? 'info'),
  };
}

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

function addressOf<K extends string>(
  values: ReadonlyMap<string, string>,
  name: string,
  member: K,
): { [P in K]?: string } {
  const text = values.get(name);
  if (text === undefined) return {};
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new BadOption(`The option '--${name}' takes an http or https address, not '${text}'.`);
  }
  return { [member]: url.href.replace(/\/+$/, '') } as { [P in K]?: string };
}

function portOf(values: ReadonlyMap<string, string>, name: string, usual: number): number {
  const text = values.get(name);
  if (text === undefined) return usual;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new BadOption(`The option '--${name}' takes a port from 0 to 65535, not '${text}'.`);
  return port;
}

function sandboxOf(text: string | undefined): boolean | string {
  if (text === undefined || /^(?:0|false|off|no)$/i.test(text)) return false;
  return /^(?:1|true|on|yes)$/i.test(text) ? true : text;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function daysOf(values: ReadonlyMap<string, string>, name: string, usual: number): number {
  const days = values.get(name) ?? String(usual);
  if (/^[1-9]\d{0,4}$/.test(days)) return Number(days);
  throw new BadOption(`The option '--${name}' takes a whole number from 1, not '${days}'.`);
}

function retentionOf(values: ReadonlyMap<string, string>): RetentionLimits {
  const days = daysOf(values, 'retention-days', 90);
  const size = values.get('retention-bytes');
  if (size === undefined) return { days };
  const [, digits, unit = ''] = /^([1-9]\d{0,14})([KMG]?)B?$/i.exec(size) ?? [];
  if (digits === undefined) {
    throw new BadOption(`The option '--retention-bytes' takes a number such as 500M or 20G, not '${size}'.`);
  }
  return { days, bytes: Number(digits) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' ') };
}

function cloudOf(text = 'AzureCloud'): CloudName {
  const cloud = cloudNames.find((name) => name.toLowerCase() === text.toLowerCase());
  if (cloud !== undefined) return cloud;
  throw new BadOption(`The option '--cloud' takes ${cloudNames.join(', ')}, not '${text}'.`);
}

function scaleOf(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const scale = Number(text);
  if (Number.isFinite(scale) && scale > 0 && scale <= 1_000_000) return scale;
  throw new BadOption(`TOCSIN_TIME_SCALE takes a number above 0 and up to 1,000,000, not '${text}'.`);
}

function levelOf(text: string): string {
  if (['debug', 'info', 'warn', 'error'].includes(text)) return text;
  throw new BadOption(`The option '--log-level' takes debug, info, warn or error, not '${text}'.`);
}

/** What `--help` prints. */
export function helpText(): string {
  const rows = optionEntries.map(({ name, value, placeholder, environment, help }) => {
    const shown = value === 'none' ? '' : value === 'optional' ? ` [${placeholder ?? ''}]` : ` ${placeholder ?? ''}`;
    return [`--${name}${shown}`, `${help}${environment === undefined ? '' : `; environment ${environment}`}`] as const;
  });
  const all = [...rows, ...environmentOnly];
  const width = Math.max(...all.map(([left]) => left.length)) + 2;
  const line = ([left, right]: readonly [string, string]): string => `  ${left.padEnd(width)}${right}`;
  return [
    'Tocsin: workflow automation for security alerts and recommendations.',
    '',
    'Usage: npm start -- [options]',
    '',
    'Options',
    ...rows.map(line),
    '',
    'Environment only',
    ...environmentOnly.map(line),
    '',
  ].join('\n');
}
