/**
 * Runs one scenario against a started server, over HTTP, and says what differs from its expectation.
 *
 * Owns: a scenario as what a client does: save the logic app, call its trigger, answer its callbacks, read the REST history.
 * Does not own: the endpoints (`scripted-endpoints.ts`), virtual time (`run-scenario.ts`).
 *
 * Times are those of a server whose clocks run faster, so they are compared with room above.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { subscription, type TocsinServer, textOf } from '../../test/e2e/tocsin-server.ts';
import { withPlainHeaders } from './play-story.ts';
import { differences, type OutsideEvent, type Scenario } from './scenario.ts';
import type { Script } from './scripted-endpoints.ts';

export const conformanceGroup = `${subscription}/resourceGroups/rg-conformance`;
const version = 'api-version=2019-05-01';
/** How long a busy machine may take for anything, in milliseconds; what never comes takes as long. */
const patience = 30_000;

/** Why a scenario can only run in memory; undefined for one that a client can act out. */
export function onlyInMemory(scenario: Scenario): string | undefined {
  if (scenario.caller === 'patient') return 'only another workflow waits without limit';
  const answers = (scenario.endpoints ?? []).flatMap((endpoint) => endpoint.answers);
  if (answers.some((answer) => 'failure' in answer)) return 'a broken network has no script';
  return scenario.onlyInMemory;
}

/** Where all logic apps of the scenarios live. */
export async function prepareServer(server: TocsinServer): Promise<void> {
  await server.call('PUT', `${conformanceGroup}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
}

export interface HttpWorld {
  readonly server: TocsinServer;
  /** How much faster than the world the server's clocks run. */
  readonly timeScale: number;
  readonly script: Script;
}

export async function runOverHttp(scenario: Scenario, name: string, world: HttpWorld): Promise<readonly string[]> {
  return new Client(scenario, name, world).run();
}

class Client {
  readonly #scenario: Scenario;
  readonly #world: HttpWorld;
  readonly #workflow: string;
  readonly #began = Date.now();
  readonly #abort = new AbortController();

  constructor(scenario: Scenario, name: string, world: HttpWorld) {
    this.#scenario = scenario;
    this.#world = world;
    this.#workflow = `${conformanceGroup}/providers/Microsoft.Logic/workflows/${name}`;
  }

  async run(): Promise<readonly string[]> {
    const { server } = this.#world;
    const { definition, parameters } = this.#scenario;
    const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
    const properties = this.#world.script.toLocal<JsonObject>({
      definition: { triggers, ...definition },
      ...(parameters === undefined ? {} : { parameters }),
    });
    const saved = await server.call('PUT', `${this.#workflow}?${version}`, {
      body: { location: 'westeurope', properties },
    });
    if (saved.status >= 300) return [`the definition is refused: ${saved.text}`];
    const answering = this.#call();
    const run = await this.#firstRun();
    if (run === undefined) return [`no run was started: ${(await answering)?.text ?? ''}`];
    await Promise.all((this.#scenario.events ?? []).map((event) => this.#happen(event, run)));
    const ended = await this.#ended(run);
    if (ended === undefined) return ['the run does not end'];
    return this.#compare(run, ended, this.#scenario.caller === undefined ? undefined : await answering);
  }

  /** Calls the trigger: as somebody who waits at its URL, else as an operator starts it. */
  async #call(): Promise<Answered | undefined> {
    const { server, script } = this.#world;
    const trigger = script.toLocal<JsonObject>(this.#scenario.trigger ?? {});
    const content = memberOf(trigger, 'body');
    const given = memberOf(trigger, 'headers');
    const headers = {
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...((isJsonObject(given) ? given : {}) as Record<string, string>),
    };
    const body = content === undefined ? {} : { text: JSON.stringify(content) };
    if (this.#scenario.caller === undefined && given === undefined) {
      const path = `${this.#workflow}/triggers/manual/run?${version}`;
      const { status, text } = await server.call('POST', path, { ...body, headers });
      return { status, text, headers: {} };
    }
    const url = await server.call('POST', `${this.#workflow}/triggers/manual/listCallbackUrl?${version}`);
    try {
      const answer = await fetch(textOf(url.body, 'value'), {
        method: 'POST',
        headers,
        signal: this.#abort.signal,
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      });
      return { status: answer.status, text: await answer.text(), headers: Object.fromEntries(answer.headers) };
    } catch {
      return undefined;
    }
  }

  async #firstRun(): Promise<string | undefined> {
    const limit = Date.now() + patience;
    while (Date.now() < limit) {
      const { body } = await this.#world.server.call('GET', `${this.#workflow}/runs?${version}&$top=1`);
      const run = body.value?.[0];
      if (run !== undefined) return textOf(run, 'id');
      await pause(10);
    }
    return undefined;
  }

  async #happen(event: OutsideEvent, run: string): Promise<void> {
    const { server, timeScale } = this.#world;
    await pause((event.at * 1_000) / timeScale);
    if (event.cancel === true) await server.call('POST', `${run}/cancel?${version}`);
    if (event.callerGone === true) this.#abort.abort();
    if (event.callback === undefined) return;
    const url = await this.#callbackUrl(event.callback);
    if (url === undefined) return;
    const content = event.content ?? null;
    const body = memberOf(content, 'body');
    const headers = memberOf(content, 'headers');
    const queries = memberOf(content, 'queries');
    const query = new URLSearchParams((isJsonObject(queries) ? queries : {}) as Record<string, string>).toString();
    await server.call('POST', query === '' ? url : `${url}&${query}`, {
      token: null,
      headers: (isJsonObject(headers) ? headers : {}) as Record<string, string>,
      ...(body === undefined ? {} : { body }),
    });
  }

  /** The address at which a webhook action waits, from the call that subscribed. */
  async #callbackUrl(callback: string): Promise<string | undefined> {
    const [action = '', repetition] = callback.split('/');
    const place = `/actions/${action}${repetition === undefined ? '' : `/repetitions/${repetition}`}/run`;
    const limit = Date.now() + patience;
    while (Date.now() < limit) {
      for (const call of this.#world.script.calls) {
        const text = `${JSON.stringify(call.headers)} ${call.body} ${call.uri}`;
        const found = (text.match(/https?:\/\/[^"\s]+/g) ?? []).find((url) => url.includes(place));
        if (found !== undefined) return found;
      }
      await pause(10);
    }
    return undefined;
  }

  async #ended(run: string): Promise<JsonObject | undefined> {
    const limit = Date.now() + patience;
    while (Date.now() < limit) {
      const { body } = await this.#world.server.call('GET', `${run}?${version}`);
      const properties = memberOf(body, 'properties');
      if (isJsonObject(properties) && memberOf(properties, 'endTime') !== undefined) return properties;
      await pause(15);
    }
    return undefined;
  }

  // --- Comparing ------------------------------------------------------------------------------------------------

  async #compare(run: string, properties: JsonObject, answered: Answered | undefined): Promise<readonly string[]> {
    const expect = withPlainHeaders(this.#scenario.expect) as unknown as Scenario['expect'];
    const name = run.split('/').at(-1) ?? '';
    const shown = (value: Json): Json => this.#asWritten(value, name);
    const found = [...differences(expect.run, shown(properties), 'run')];
    found.push(...differences(expect.actions ?? {}, shown(await this.#actions(run)), 'actions'));
    for (const collection of ['repetitions', 'scopeRepetitions'] as const) {
      for (const [action, list] of Object.entries(expect[collection] ?? {})) {
        const actual = await this.#records(`${run}/actions/${encodeURIComponent(action)}/${collection}`);
        found.push(...differences(list, shown(actual), `${collection}.${action}`));
      }
    }
    if (expect.response !== undefined)
      found.push(...differences(expect.response, withPlainHeaders(answerOf(answered) ?? null), 'response'));
    await this.#expectedCalls();
    found.push(...this.#compareCalls(name), ...this.#compareTime(properties));
    return found;
  }

  /** A run may end before its last call arrives: one that unsubscribes is sent when the end is stored. */
  async #expectedCalls(): Promise<void> {
    const limit = Date.now() + patience;
    const { calls, callCount = calls?.length ?? 0 } = this.#scenario.expect;
    while (this.#world.script.calls.length < callCount && Date.now() < limit) await pause(10);
  }

  /** The value with the names that scenarios use for what every server names by itself. */
  #asWritten(value: Json, run: string): Json {
    const text = this.#world.script.fromLocal(JSON.stringify(value));
    return withPlainHeaders(
      JSON.parse(
        text
          .replaceAll(this.#workflow, '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/w')
          .replaceAll(run, 'run'),
      ) as Json,
    );
  }

  async #actions(run: string): Promise<JsonObject> {
    const all = await this.#records(`${run}/actions`);
    return Object.fromEntries(all.map((record) => [textMember(record, 'name') ?? '', record]));
  }

  async #records(path: string): Promise<readonly JsonObject[]> {
    const records: JsonObject[] = [];
    let next: string | undefined = `${path}?${version}&$top=250`;
    while (next !== undefined) {
      const page: { readonly body: JsonObject } = await this.#world.server.call('GET', next);
      const list = memberOf(page.body, 'value');
      for (const one of isJsonArray(list) ? list : []) records.push(await this.#record(one));
      next = textMember(page.body, 'nextLink');
    }
    return records;
  }

  /** A record with its contents as values, and which of them are hidden. */
  async #record(one: Json): Promise<JsonObject> {
    const properties = memberOf(one, 'properties');
    const rest: { [name: string]: Json } = { ...(isJsonObject(properties) ? properties : {}) };
    const hidden: string[] = [];
    for (const side of ['inputs', 'outputs'] as const) {
      const link = rest[`${side}Link`];
      if (link === undefined) continue;
      const uri = textMember(link, 'uri');
      if (uri === undefined) hidden.push(side);
      else rest[side] = JSON.parse((await this.#world.server.call('GET', uri, { token: null })).text) as Json;
    }
    return { name: textMember(one, 'name') ?? '', ...rest, ...(hidden.length === 0 ? {} : { hidden }) };
  }

  /** Only what a receiver sees: the engine's own words for a call stay in memory. */
  #compareCalls(run: string): readonly string[] {
    const { callCount, calls } = this.#scenario.expect;
    const seen = this.#world.script.calls;
    const found = callCount === undefined ? [] : [...differences(callCount, seen.length, 'callCount')];
    const { received } = this.#scenario.expect;
    if (received !== undefined) {
      const got = seen.map(({ uri, method, headers, body }) => ({ uri, method, headers: { ...headers }, body }));
      found.push(...differences(received, this.#asWritten(got as unknown as Json, run), 'received'));
    }
    if (calls === undefined) return found;
    const attempts = new Map<string, number>();
    const actual = seen.map(({ uri, method, headers, at }) => {
      const key = String(headers['idempotency-key'] ?? '').replaceAll(run, 'run');
      attempts.set(key, (attempts.get(key) ?? 0) + 1);
      return { uri, method, idempotencyKey: key, attempt: attempts.get(key) ?? 0, at: this.#engineSeconds(at) };
    });
    if (actual.length !== calls.length) return [...found, `calls: ${actual.length} instead of ${calls.length}`];
    return [
      ...found,
      ...calls.flatMap((call, index) => {
        const {
          type: _type,
          inputs: _inputs,
          at,
          uri,
          attempt: _attempt,
          ...expected
        } = call as { [name: string]: Json };
        const one = actual[index] as (typeof actual)[number];
        const place =
          typeof uri !== 'string' ||
          one.uri.split('?')[0]?.replace(/\/$/, '') === uri.split('?')[0]?.replace(/\/$/, '');
        return [
          ...differences(expected, one, `calls[${index}]`),
          ...(place ? [] : [`calls[${index}].uri is ${one.uri}, should be ${String(uri)}`]),
          ...(typeof at === 'number' ? this.#about(at, one.at, `calls[${index}].at`) : []),
        ];
      }),
    ];
  }

  #compareTime(properties: JsonObject): readonly string[] {
    const { elapsedSeconds } = this.#scenario.expect;
    if (elapsedSeconds === undefined) return [];
    const time = (name: string): number => Date.parse(textMember(properties, name) ?? '');
    const actual = ((time('endTime') - time('startTime')) * this.#world.timeScale) / 1_000;
    return this.#about(elapsedSeconds, actual, 'elapsedSeconds');
  }

  #engineSeconds(at: number): number {
    return ((at - this.#began) * this.#world.timeScale) / 1_000;
  }

  /** Never earlier; later by what a busy machine takes. */
  #about(expected: number, actual: number, path: string): readonly string[] {
    const room = expected * 0.5 + 20 * this.#world.timeScale;
    const rounding = this.#world.timeScale / 250;
    if (actual >= expected - rounding && actual <= expected + room) return [];
    return [`${path} is ${actual}, should be about ${expected}`];
  }
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the caller got, in the words of scenarios. */
function answerOf(answered: Answered | undefined): Json | undefined {
  if (answered === undefined) return undefined;
  const { status, text, headers } = answered;
  if (status === 502) return { kind: 'noResponse' };
  // The length is the transport's own header.
  const { 'content-length': _length, ...shown } = headers;
  const base = { kind: 'response', statusCode: status, headers: shown };
  if (text === '') return base;
  const isJson = (headers['content-type'] ?? '').includes('json');
  return { ...base, body: isJson ? (JSON.parse(text) as Json) : text };
}
