/**
 * Connections to other hosts: straight, through a proxy, with a client's certificate.
 *
 * Owns: one pool of connections per host and way, the guard's place in connecting.
 * Does not own: requests and answers (`outbound-client.ts`), which proxy is meant (`proxies.ts`).
 *
 * Invariants
 * N1. Every straight connection passes the guard with the address it really goes to (guard A3).
 * N2. Connections made with one certificate, or trusting one authority, are never used with another, nor without.
 * N3. Pools of certificates are few: the one not used for longest is closed.
 */
import { createHash } from 'node:crypto';
import type { ClientCertificate } from '#foundation';
import type { Agent, Dispatcher, ProxyAgent } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { guardedLookup } from './guarded-lookup.ts';
import { answerLimit } from './content-encodings.ts';
import { Proxies } from './proxies.ts';

export interface AgentOptions {
  readonly guard: AddressGuard;
  /** None unless set. */
  readonly proxies?: Proxies;
  /** PEM texts of authorities trusted beside those of the runtime. */
  readonly authorities?: readonly string[];
}

/** What a call shows of itself, and whom it trusts. */
export interface Trust {
  readonly certificate?: ClientCertificate | undefined;
  readonly authorities?: string | undefined;
}

interface Undici {
  readonly Agent: typeof Agent;
  readonly ProxyAgent: typeof ProxyAgent;
}

/** Calls to one host at once; more wait for a connection. */
const connectionsPerHost = 128;
const certificatePools = 32;
const connectMilliseconds = 30_000;

export class OutboundAgents {
  readonly #options: AgentOptions;
  readonly #proxies: Proxies;
  /** The client once it is loaded: that takes a tenth of a second that no start needs, so the first call does it. */
  #undici: Undici | undefined;
  /** By the way they go: proxy and certificate. Oldest use first. */
  readonly #agents = new Map<string, Dispatcher>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#proxies = options.proxies ?? new Proxies();
  }

  async for(url: URL, { certificate, authorities }: Trust): Promise<Dispatcher> {
    const proxy = this.#proxies.of(url);
    const identity = certificate === undefined && authorities === undefined ? '' : digestOf(certificate, authorities);
    const way = `${proxy ?? ''} ${identity}`;
    const known = this.#agents.get(way);
    if (known !== undefined) {
      if (identity !== '') this.#touch(way, known);
      return known;
    }
    this.#undici ??= await import('undici');
    const agent = await this.#make(this.#undici, proxy, { certificate, authorities });
    const meanwhile = this.#agents.get(way);
    if (meanwhile !== undefined) {
      await agent.close();
      return meanwhile;
    }
    this.#agents.set(way, agent);
    this.#dropOldest();
    return agent;
  }

  async #make(undici: Undici, proxy: string | undefined, { certificate, authorities }: Trust): Promise<Dispatcher> {
    const tls = {
      ...(certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key }),
      ...(await this.#trusted(authorities)),
    };
    const pool = {
      connections: connectionsPerHost,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      allowH2: false,
      maxResponseSize: answerLimit,
    };
    if (proxy !== undefined) return new undici.ProxyAgent({ ...pool, uri: proxy, requestTls: tls });
    return new undici.Agent({
      ...pool,
      connect: { ...tls, timeout: connectMilliseconds, lookup: guardedLookup(this.#options.guard) },
    });
  }

  /** What the call trusts beside the authorities of the runtime; nothing to say when that is none. */
  async #trusted(own: string | undefined): Promise<{ readonly ca?: string[] }> {
    const given = [...(this.#options.authorities ?? []), ...(own === undefined ? [] : [own])];
    if (given.length === 0) return {};
    const { rootCertificates } = await import('node:tls');
    return { ca: [...rootCertificates, ...given] };
  }

  #touch(way: string, agent: Dispatcher): void {
    this.#agents.delete(way);
    this.#agents.set(way, agent);
  }

  #dropOldest(): void {
    const withCertificate = [...this.#agents.keys()].filter((way) => !way.endsWith(' '));
    for (const way of withCertificate.slice(0, Math.max(0, withCertificate.length - certificatePools))) {
      // Requests under way end first; a failure to close has nobody to tell.
      this.#agents
        .get(way)
        ?.close()
        .catch(() => undefined);
      this.#agents.delete(way);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.close()));
    this.#agents.clear();
  }
}

function digestOf(certificate: ClientCertificate | undefined, authorities = ''): string {
  const { certificate: shown = '', key = '' } = certificate ?? {};
  return createHash('sha256').update(shown).update('\0').update(key).update('\0').update(authorities).digest('base64');
}
