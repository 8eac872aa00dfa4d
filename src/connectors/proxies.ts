/**
 * Which proxy an outgoing call takes.
 *
 * Owns: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in either case, as other tools read them.
 * Does not own: speaking to the proxy (`outbound-agents.ts`).
 *
 * Invariants
 * X1. Loopback is never asked of a proxy, whatever the environment says: it would be the proxy's own loopback.
 */
import { isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

export class Proxies {
  readonly #http: string | undefined;
  readonly #https: string | undefined;
  readonly #except: readonly string[];

  /** @throws RangeError for a proxy that is no URL. */
  constructor(environment: Environment = {}) {
    const read = (name: string): string | undefined =>
      environment[name.toLowerCase()] || environment[name.toUpperCase()] || undefined;
    this.#http = proxyUrl(read('http_proxy'));
    this.#https = proxyUrl(read('https_proxy'));
    this.#except = (read('no_proxy') ?? '')
      .split(/[\s,]+/)
      .filter((entry) => entry !== '')
      .map((entry) => entry.toLowerCase());
  }

  /** The proxy's URL, or undefined where the call goes straight to its host. */
  of(url: URL): string | undefined {
    const proxy = url.protocol === 'https:' ? this.#https : this.#http;
    return proxy === undefined || this.#isExcepted(url) ? undefined : proxy;
  }

  #isExcepted(url: URL): boolean {
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    if (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.')) return true;
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    return this.#except.some((entry) => covers(entry, host, port));
  }
}

/** `*`, a host, a domain with or without a leading dot or `*.`, each with or without a port. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, name = entry, wantedPort] = isIP(entry) === 6 ? [] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const domain = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
  if (host === domain) return true;
  return isIP(host) === 0 && host.endsWith(`.${domain}`);
}

function proxyUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RangeError('HTTP_PROXY and HTTPS_PROXY must be http or https addresses.');
  }
  return url.href;
}
