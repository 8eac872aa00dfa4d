/**
 * Runs the trigger cases of this folder against a started server.
 *
 * A file is `{source, cases}`. A case saves a logic app with one trigger `T` (and an action that keeps `triggerOutputs()`, unless it
 * brings `actions`), makes its `calls` and looks at what came: the answers, the runs, the trigger's history. Expectations are
 * partial, as in `conformance/engine`. Cases in `expected-failures.json` must fail; the list is empty and a ratchet.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject, memberOf, parseJson, textMember } from '#foundation';
import { subscription, TocsinServer, textOf } from '../../test/e2e/tocsin-server.ts';
import { differences } from '../engine/scenario.ts';

interface TriggerCall {
  readonly method?: string;
  /** Behind `/paths/invoke`. */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is sent. */
  readonly content?: string;
  /** `run`: started by an operator; `unsigned`, `forged`: without a signature, with a wrong one. */
  readonly as?: 'run' | 'unsigned' | 'forged';
  readonly answer: JsonObject;
}

interface TriggerCase {
  readonly name: string;
  readonly trigger: JsonObject;
  readonly actions?: JsonObject;
  readonly parameters?: JsonObject;
  readonly properties?: JsonObject;
  readonly calls: readonly TriggerCall[];
  /** Newest last: `{status, trigger, outputs}` with the trigger's outputs as the runs read them. */
  readonly runs?: readonly Json[];
  readonly histories?: readonly Json[];
}

const version = 'api-version=2019-05-01';
const group = `${subscription}/resourceGroups/rg-triggers`;

function read(name: string): unknown {
  return parseJson(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
}

const failing = new Map(Object.entries(read('expected-failures.json') as Record<string, string>));
const files = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith('.json') && name !== 'expected-failures.json',
);

async function play(server: TocsinServer, name: string, one: TriggerCase): Promise<readonly string[]> {
  const workflow = `${group}/providers/Microsoft.Logic/workflows/${name}`;
  const actions = one.actions ?? { C: { type: 'Compose', inputs: '@triggerOutputs()' } };
  const definition = { triggers: { T: one.trigger }, actions };
  const parameters = one.parameters === undefined ? {} : { parameters: one.parameters };
  const body = { location: 'westeurope', properties: { definition, ...parameters, ...one.properties } };
  const saved = await server.call('PUT', `${workflow}?${version}`, { body });
  if (saved.status >= 300) return [`the definition is refused: ${saved.text}`];
  const found: string[] = [];
  for (const [index, call] of one.calls.entries()) {
    found.push(...differences(call.answer, await answerOf(server, workflow, call), `calls[${index}]`));
  }
  if (one.runs !== undefined)
    found.push(...differences([...one.runs], await runsOf(server, workflow, one.runs.length), 'runs'));
  if (one.histories !== undefined) {
    const { body: list } = await server.call('GET', `${workflow}/triggers/T/histories?${version}`);
    const shown = (list.value ?? []).map((history) => memberOf(history, 'properties') ?? null);
    found.push(...differences([...one.histories], shown.toReversed(), 'histories'));
  }
  return found;
}

async function answerOf(server: TocsinServer, workflow: string, call: TriggerCall): Promise<Json> {
  const { headers = {}, content } = call;
  const options = { headers, ...(content === undefined ? {} : { text: content }) };
  if (call.as === 'run')
    return shownAnswer(await server.call('POST', `${workflow}/triggers/T/run?${version}`, options));
  const { body } = await server.call('POST', `${workflow}/triggers/T/listCallbackUrl?${version}`);
  const [base = '', signature = ''] = textOf(body, 'value').split('?');
  const signed = { unsigned: 'api-version=2016-10-01', forged: signature.replace(/sig=.{5}/, 'sig=AAAAA') };
  const query = call.as === undefined ? signature : signed[call.as];
  const root = base.replace(/(\/paths\/invoke).*$/, '$1');
  const url = `${root}${call.path ?? ''}?${query}${call.query === undefined ? '' : `&${call.query}`}`;
  return shownAnswer(await server.call(call.method ?? 'POST', url, { ...options, token: null }));
}

function shownAnswer(reply: Awaited<ReturnType<TocsinServer['call']>>): Json {
  const isJson = (reply.headers.get('content-type') ?? '').includes('json');
  return {
    status: reply.status,
    headers: Object.fromEntries(reply.headers),
    ...(reply.text === '' ? {} : { body: isJson ? reply.body : reply.text }),
  };
}

/** The runs, oldest first, when there are as many as expected and all have ended. */
async function runsOf(server: TocsinServer, workflow: string, expected: number): Promise<Json> {
  for (let tries = 0; ; tries += 1) {
    const { body } = await server.call('GET', `${workflow}/runs?${version}&$top=100`);
    const list = body.value ?? [];
    const ended = list.every((run) => memberOf(memberOf(run, 'properties'), 'endTime') !== undefined);
    if ((list.length >= expected && ended) || tries > 150) {
      return Promise.all(list.toReversed().map((run) => shownRun(server, run)));
    }
    await pause(20);
  }
}

async function shownRun(server: TocsinServer, run: JsonObject): Promise<JsonObject> {
  const properties = memberOf(run, 'properties');
  const base = isJsonObject(properties) ? properties : {};
  const { body } = await server.call('GET', `${textOf(run, 'id')}/actions/C?${version}`);
  const uri = textMember(memberOf(memberOf(body, 'properties'), 'outputsLink'), 'uri');
  const kept = uri === undefined ? undefined : parseJson((await server.call('GET', uri, { token: null })).text);
  return { ...base, name: textMember(run, 'name') ?? '', ...(kept === undefined ? {} : { outputs: kept }) };
}

let count = 0;
describe('triggers, called over HTTP', { concurrency: 8 }, () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => server.remove());
  for (const file of files) {
    const { source, cases } = read(file) as { readonly source: string; readonly cases: readonly TriggerCase[] };
    for (const one of cases) {
      const name = `t${(count += 1)}`;
      const id = `${file}/${one.name}`;
      test(`${id} (${source})`, async () => {
        const found = await play(server, name, one);
        if (failing.has(id)) assert.notDeepEqual(found, [], 'passes now: take it off the list');
        else assert.deepEqual(found, []);
        failing.delete(id);
      });
    }
  }
});

test('at least forty cases were read, and every expected failure names one of them', () => {
  assert.ok(count >= 40, `only ${count} cases`);
  assert.deepEqual([...failing.keys()], []);
});
