/**
 * Plays one story on a stage, through the public contract only, and says what differs from its expectation.
 *
 * Owns: saving the logic apps, doing the steps, reading the REST history. Does not own: where that happens (`memory-stage.ts`,
 * `http-stage.ts`).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { differences } from './scenario.ts';
import {
  lengthOf,
  type LogicApp,
  type SeenOfApp,
  type SentRequest,
  type Stage,
  type StageAnswer,
  type Step,
  type Story,
} from './story.ts';

const version = 'api-version=2019-05-01';
/** How often what was seen is compared again: everything that was to happen may take its time. */
const looks = 200;

export async function playStory(story: Story, name: string, stage: Stage, group: string): Promise<readonly string[]> {
  return new Player(story, name, stage, group).play();
}

class Player {
  readonly #story: Story;
  readonly #stage: Stage;
  readonly #group: string;
  readonly #name: string;
  readonly #kept = new Map<string, string>();
  readonly #found: string[] = [];
  #begin = 0;

  constructor(story: Story, name: string, stage: Stage, group: string) {
    this.#story = story;
    this.#name = name;
    this.#stage = stage;
    this.#group = group;
  }

  async play(): Promise<readonly string[]> {
    try {
      return (await this.#prepare()) ?? (await this.#act());
    } finally {
      for (const name of [undefined, ...Object.keys(this.#story.others ?? {})]) {
        await this.#send({ method: 'DELETE', path: `${this.#app(name)}?${version}` });
      }
    }
  }

  /** What must be there before, and the logic app; why it cannot be made, if so. */
  async #prepare(): Promise<readonly string[] | undefined> {
    const { resources = [], others = {}, app } = this.#story;
    for (const { id, method = 'PUT', apiVersion, body } of resources) {
      const made = await this.#send({ method, path: `${id}?api-version=${apiVersion}`, body });
      if (made.status >= 300) return [`the resource ${id} is refused: ${made.text}`];
    }
    for (const [name, other] of Object.entries(others)) {
      const refusal = await this.#save(other, name);
      if (refusal !== undefined) return [refusal];
    }
    this.#begin = this.#stage.begin();
    const refusal = await this.#save(app);
    return refusal === undefined ? undefined : [refusal];
  }

  async #act(): Promise<readonly string[]> {
    const { steps = [] } = this.#story;
    const waiting: Promise<void>[] = [];
    for (const [index, step] of steps.entries()) {
      await this.#stage.passTo(step.at ?? 0);
      if (step.whenEnded === true) await this.#runsEnded();
      const done = this.#do(step, index);
      if (step.waits !== true) await done;
      else waiting.push(done);
      await this.#stage.goOn();
    }
    await this.#stage.passTo(lengthOf(this.#story));
    await Promise.all(waiting);
    const seen = await this.#look();
    return [...this.#found, ...seen];
  }

  async #runsEnded(): Promise<void> {
    for (let look = 0; look < looks; look += 1) {
      const open = await this.#list(`${this.#app()}/runs`, "&$filter=status eq 'Running'");
      if (open.length === 0) return;
      await this.#stage.goOn();
    }
  }

  // --- Steps ----------------------------------------------------------------------------------------------------

  async #do(step: Step, index: number): Promise<void> {
    const answer = await this.#perform(step);
    if (answer === undefined) return;
    const shown = shownAnswer(answer);
    if (step.answer !== undefined) {
      this.#found.push(...differences(this.#times(this.#filled(step.answer)), this.#named(shown), `steps[${index}]`));
    }
    for (const [name, place] of Object.entries(step.keep ?? {})) {
      const value = place.split('.').reduce<Json | undefined>((at, part) => memberAt(at, part), shown);
      if (typeof value === 'string') this.#kept.set(name, value);
      else this.#found.push(`steps[${index}]: there is nothing to keep at ${place}: ${answer.text}`);
    }
  }

  async #perform(step: Step): Promise<StageAnswer | undefined> {
    if (step.save !== undefined) {
      const saved = await this.#put(step.save, step.app);
      return step.answer === undefined && saved.status >= 300 ? this.#refused(saved) : saved;
    }
    if (step.request !== undefined) return this.#send(step.request);
    if (step.invoke !== undefined) return this.#invoke(step.invoke);
    if (step.callback === undefined) return undefined;
    const { of, number, ...request } = step.callback;
    const url = await this.#callbackUrl(of, number);
    if (url === undefined) {
      this.#found.push(`${of} was given no URL to call`);
      return undefined;
    }
    return this.#send({ method: 'POST', token: null, ...request, path: withQuery(url, request.query) });
  }

  #refused(answer: StageAnswer): undefined {
    this.#found.push(`the logic app is refused: ${answer.text}`);
    return undefined;
  }

  async #save(app: LogicApp, name?: string): Promise<string | undefined> {
    const { status, text } = await this.#put(app, name);
    return status >= 300 ? `the definition is refused: ${text}` : undefined;
  }

  #put({ trigger, actions, definition, properties, identity }: LogicApp, name?: string): Promise<StageAnswer> {
    const body = {
      location: 'westeurope',
      ...(identity === undefined ? {} : { identity }),
      properties: {
        definition: {
          contentVersion: '1.0.0.0',
          ...(trigger === undefined ? {} : { triggers: { T: trigger } }),
          actions: actions ?? { C: { type: 'Compose', inputs: '@triggerOutputs()' } },
          ...definition,
        },
        ...properties,
      },
    };
    return this.#send({ method: 'PUT', path: `${this.#app(name)}?${version}`, body });
  }

  #app(name?: string): string {
    return `${this.#group}/providers/Microsoft.Logic/workflows/${this.#name}${name === undefined ? '' : `-${name}`}`;
  }

  async #send(request: SentRequest): Promise<StageAnswer> {
    const { method = 'POST', path = '', headers = {}, body, content, token, app } = this.#filled(request);
    const below = `${this.#app(app)}/${path}${path.includes('?') ? '&' : '?'}${version}`;
    const text = content ?? (body === undefined ? undefined : JSON.stringify(this.#stage.toStage(body)));
    return this.#stage.call({
      method,
      target: /^(\/|https?:)/.test(path) ? path : below,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(text === undefined ? {} : { content: text }),
      token,
    });
  }

  async #invoke(given: NonNullable<Step['invoke']>): Promise<StageAnswer> {
    const { signature, path = '', query, app, ...request } = given;
    const listed = await this.#send({ path: 'triggers/T/listCallbackUrl', ...(app === undefined ? {} : { app }) });
    const url = textMember(shownAnswer(listed)['body'], 'value');
    if (url === undefined) return listed;
    const [whole = '', signed = ''] = url.split('?');
    const base = whole.replace(/(\/paths\/invoke).*$/, '$1');
    const changed = { none: 'api-version=2016-10-01', forged: signed.replace(/sig=.{5}/, 'sig=AAAAA') };
    const target = `${base}${path}?${signature === undefined ? signed : changed[signature]}`;
    return this.#send({ token: null, ...request, path: withQuery(target, query) });
  }

  /** The URL that a call to the endpoint carries. */
  async #callbackUrl(of: string, number?: number): Promise<string | undefined> {
    for (let tries = 0; tries < 200; tries += 1) {
      const texts = of === 'outbox' ? (await this.#outbox()).map((item) => JSON.stringify(item)) : this.#calls(of);
      const text = (number === undefined ? texts.at(-1) : texts[number]) ?? '';
      const url = /https?:\/\/[^"\s]+\/workflows\/[^"\s]+/.exec(text)?.[0];
      if (url !== undefined) return url;
      await this.#stage.goOn();
    }
    return undefined;
  }

  #calls(of: string): readonly string[] {
    return this.#stage.received
      .filter(({ uri }) => uri.split('?')[0] === of)
      .map(({ headers, body, uri }) => `${JSON.stringify(headers)} ${body} ${decodeURIComponent(uri)}`);
  }

  /** The value with its places filled. */
  #filled<T>(value: T): T {
    const text = JSON.stringify(value).replaceAll(/\{\{([\w:+-]+)\}\}/g, (_, place: string) =>
      JSON.stringify(this.#place(place)).slice(1, -1),
    );
    return JSON.parse(text) as T;
  }

  #place(place: string): string {
    if (place === 'app') return this.#app();
    if (place.startsWith('app:')) return this.#app(place.slice(4));
    if (place === 'group') return this.#group;
    if (place === 'name') return this.#name;
    const begin = /^begin([+-]\d+)$/.exec(place)?.[1];
    if (begin !== undefined) {
      return new Date((this.#begin || Date.now()) + Number(begin) * 1_000).toISOString().replace(/\.\d+Z/, 'Z');
    }
    return this.#kept.get(place) ?? `{{${place}}}`;
  }

  // --- Looking --------------------------------------------------------------------------------------------------

  async #look(): Promise<readonly string[]> {
    let found: readonly string[] = [];
    for (let look = 0; look < looks; look += 1) {
      found = await this.#seen();
      if (found.length === 0) return found;
      await this.#stage.goOn();
    }
    return found;
  }

  async #seen(): Promise<readonly string[]> {
    const { received, outbox, others = {}, ...own } = this.#story.expect;
    const found = [...(await this.#seenOf(own, undefined))];
    for (const [name, expected] of Object.entries(others)) found.push(...(await this.#seenOf(expected, name)));
    if (received !== undefined) found.push(...this.#compare(received, await this.#received(), 'received'));
    if (outbox !== undefined) found.push(...this.#compare(outbox, await this.#outbox(), 'outbox'));
    return found;
  }

  async #outbox(): Promise<readonly Json[]> {
    const list = memberOf(await this.#get('/tocsin/v1/outbox'), 'value');
    const owner = `${this.#app()}/`.toLowerCase();
    return (isJsonArray(list) ? list : [])
      .filter((item) => (textMember(item, 'runId') ?? '').toLowerCase().startsWith(owner))
      .toSorted((left, right) => ((textMember(left, 'time') ?? '') < (textMember(right, 'time') ?? '') ? -1 : 1));
  }

  async #seenOf(expected: SeenOfApp, name: string | undefined): Promise<readonly string[]> {
    const place = name === undefined ? '' : `${name}.`;
    const found: string[] = [];
    if (expected.trigger !== undefined) {
      const trigger = await this.#get(`${this.#app(name)}/triggers/T?${version}`);
      found.push(...this.#compare(expected.trigger, memberOf(trigger, 'properties') ?? null, `${place}trigger`));
    }
    if (expected.histories !== undefined) {
      const list = await this.#list(`${this.#app(name)}/triggers/T/histories`);
      const shown = await Promise.all(list.map((one) => this.#contents(memberOf(one, 'properties'))));
      found.push(...this.#compare(expected.histories, shown.toReversed(), `${place}histories`));
    }
    if (expected.runs !== undefined) {
      const list = await this.#list(`${this.#app(name)}/runs`);
      const wanted = JSON.stringify(expected.runs);
      const shown = await Promise.all(list.map((run) => this.#run(run, wanted)));
      found.push(...this.#compare(expected.runs, shown.toReversed(), `${place}runs`));
    }
    return found;
  }

  #compare(expected: Json, actual: Json, path: string): readonly string[] {
    return differences(this.#times(this.#filled(expected)), this.#named(actual), path);
  }

  /** Calls that endpoints got, bodies as values where they are JSON. */
  async #received(): Promise<Json> {
    return this.#stage.received.map(({ method, uri, headers, body, at, certificate = false }) => ({
      method,
      certificate,
      uri,
      headers: JSON.parse(JSON.stringify(headers)) as Json,
      body: jsonOr(body),
      at,
    }));
  }

  async #run(run: Json, wanted: string): Promise<Json> {
    const id = textMember(run, 'id') ?? '';
    const properties = memberOf(run, 'properties');
    const trigger = await this.#contents(memberOf(properties, 'trigger'));
    const actions: { [name: string]: Json } = {};
    for (const record of await this.#list(`${id}/actions`)) {
      const name = textMember(record, 'name') ?? '';
      actions[name] = await this.#action(`${id}/actions/${encodeURIComponent(name)}`, record, wanted);
    }
    const base = isJsonObject(properties) ? properties : {};
    return { ...base, name: textMember(run, 'name') ?? '', trigger, actions };
  }

  async #action(path: string, record: Json, wanted: string): Promise<Json> {
    const lists: { [name: string]: Json } = {};
    for (const list of ['repetitions', 'scopeRepetitions', 'requestHistories'] as const) {
      if (!wanted.includes(`"${list}"`)) continue;
      const records = await this.#list(`${path}/${list}`);
      lists[list] = await Promise.all(records.map((one) => this.#contents(memberOf(one, 'properties'))));
    }
    return { ...((await this.#contents(memberOf(record, 'properties'))) as JsonObject), ...lists };
  }

  /** A record with its contents as values, and which of them are hidden. */
  async #contents(properties: Json | undefined): Promise<Json> {
    const rest: { [name: string]: Json } = { ...(isJsonObject(properties) ? properties : {}) };
    const hidden: string[] = [];
    for (const side of ['inputs', 'outputs'] as const) {
      const link = rest[`${side}Link`];
      if (link === undefined) continue;
      const uri = textMember(link, 'uri');
      if (uri === undefined) hidden.push(side);
      else rest[side] = jsonOr((await this.#send({ method: 'GET', path: uri, token: null })).text);
    }
    return { ...rest, ...(hidden.length === 0 ? {} : { hidden }) };
  }

  async #get(path: string): Promise<Json> {
    return jsonOr((await this.#send({ method: 'GET', path })).text);
  }

  async #list(path: string, query = ''): Promise<readonly Json[]> {
    const list = memberOf(await this.#get(`${path}?${version}&$top=250${query}`), 'value');
    return isJsonArray(list) ? list : [];
  }

  /** The value with the story's names for what the stage named. */
  #named(value: Json): Json {
    return withPlainHeaders(JSON.parse(this.#stage.fromStage(JSON.stringify(value))) as Json);
  }

  /** Expected times as bounds: exact in virtual time, with room for a busy machine above otherwise. */
  #times(expected: Json): Json {
    if (isJsonArray(expected)) return expected.map((item) => this.#times(item));
    if (!isJsonObject(expected)) return expected;
    const seconds = memberOf(expected, '$at');
    if (typeof seconds === 'number') {
      const { timeScale } = this.#stage;
      const at = this.#begin + seconds * 1_000;
      const room = timeScale === 0 ? 0 : seconds * 500 + 30_000 * timeScale;
      return { $from: at - (timeScale === 0 ? 0 : 1_000 + timeScale * 4), $to: at + room };
    }
    const entries = Object.entries(expected).map(([name, item]) => [name, this.#times(item)] as const);
    return withPlainHeaders(Object.fromEntries(entries));
  }
}

function withQuery(url: string, query: string | undefined): string {
  return query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function memberAt(target: Json | undefined, part: string): Json | undefined {
  return isJsonArray(target) ? target[Number(part)] : memberOf(target, part);
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function shownAnswer({ status, headers, text }: StageAnswer): JsonObject {
  const isJson = (headers['content-type'] ?? '').includes('json');
  return { status, headers: { ...headers }, ...(text === '' ? {} : { body: isJson ? jsonOr(text) : text }) };
}

/** Names of headers have no case on the wire. */
export function withPlainHeaders(value: Json): Json {
  if (isJsonArray(value)) return value.map(withPlainHeaders);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === 'headers' && isJsonObject(item)
        ? Object.fromEntries(Object.entries(item).map(([header, text]) => [header.toLowerCase(), text]))
        : withPlainHeaders(item),
    ]),
  );
}
