/**
 * A whole server without sockets in virtual time, as a stage for stories.
 *
 * Owns: letting time pass step by step, endpoints without a network. Does not own: the server's parts (`ServiceWorld`).
 */
import { stringifyJson, VirtualClock } from '#foundation';
import { group, ServiceWorld } from '../../test/simulation/service-world.ts';
import { messageOf, Script } from './scripted-endpoints.ts';
import type { ReceivedCall, Stage, StageAnswer, Story } from './story.ts';

export { group as memoryGroup };

const base = 'http://127.0.0.1:7070';

export class MemoryStage implements Stage {
  readonly timeScale = 0;
  readonly received: ReceivedCall[] = [];
  readonly #world: ServiceWorld;
  readonly #clock: VirtualClock;
  #begin = 0;
  #waits = 0;

  private constructor(story: Story) {
    const script = new Script('http://nowhere.test', story.endpoints ?? []);
    this.#clock = story.begins === undefined ? new VirtualClock() : new VirtualClock(Date.parse(story.begins));
    this.#world = new ServiceWorld(({ method, url, headers, body, certificate }) => {
      const text = body === undefined ? '' : new TextDecoder().decode(body);
      this.received.push({
        method,
        uri: url,
        headers,
        body: text,
        at: this.#clock.now(),
        ...(certificate === undefined ? {} : { certificate: true }),
      });
      const answer = script.next(url, method);
      if (answer === undefined) return { status: 404 };
      if ('failure' in answer) return { failure: answer.failure, retryable: answer.retryable ?? true };
      const message = messageOf(answer.body);
      const plain = Object.entries({ ...message.headers, ...answer.headers }).map(
        ([name, value]) => [name.toLowerCase(), value] as const,
      );
      return { status: answer.statusCode, headers: Object.fromEntries(plain), bytes: message.content };
    }, this.#clock);
  }

  static async open(story: Story): Promise<MemoryStage> {
    const stage = new MemoryStage(story);
    await stage.#world.boot();
    const path = `${group}?api-version=2021-04-01`;
    const content = JSON.stringify({ location: 'westeurope' });
    await stage.call({ method: 'PUT', target: path, headers: {}, content, token: undefined });
    return stage;
  }

  begin(): number {
    this.#begin = this.#clock.now();
    return this.#begin;
  }

  async call(request: Parameters<Stage['call']>[0]): Promise<StageAnswer> {
    const { method, target, content, token } = request;
    const url = new URL(target, base);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const query: { [name: string]: string } = {};
    for (const [name, value] of url.searchParams) query[name] ??= value;
    const answer = await this.#world.life.call({
      method,
      path: url.pathname,
      query,
      search: url.search.slice(1),
      headers,
      remoteAddress: '127.0.0.1',
      ...(token === null ? { identity: { kind: 'Anonymous', objectId: '', displayName: '' } } : {}),
      ...bodyOf(content),
    });
    const text = answer.body === undefined ? textOf(answer.rawBody) : stringifyJson(answer.body);
    const type = answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
    const plain = Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
    return { status: answer.status, headers: { ...type, ...Object.fromEntries(plain) }, text };
  }

  async passTo(seconds: number): Promise<void> {
    const end = this.#begin + seconds * 1_000;
    for (;;) {
      await this.#world.settle();
      const due = this.#clock.nextDue;
      if (due === undefined || due > end) break;
      this.#clock.advanceToNext();
    }
    this.#clock.advance(Math.max(0, end - this.#clock.now()));
    await this.#world.settle();
  }

  async goOn(): Promise<void> {
    await this.#world.settle();
    // Work of other threads takes true time, more of it on a busy machine.
    this.#waits += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, this.#waits)));
    await this.#world.settle();
  }

  toStage<T>(value: T): T {
    return value;
  }

  fromStage(text: string): string {
    return text;
  }

  close(): void {
    this.#world.life.end();
  }
}

function textOf(content: Uint8Array | string | undefined): string {
  return typeof content === 'string' || content === undefined ? (content ?? '') : new TextDecoder().decode(content);
}

function bodyOf(content: string | undefined): { body?: never; rawBody?: string; rawBytes?: Uint8Array } {
  if (content === undefined) return { rawBytes: new Uint8Array(0), rawBody: '' };
  const parsed = jsonOf(content);
  return {
    rawBody: content,
    rawBytes: new TextEncoder().encode(content),
    ...(parsed === undefined ? {} : { body: parsed as never }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
