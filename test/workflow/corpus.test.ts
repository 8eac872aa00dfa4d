/**
 * Definitions of published playbooks: planned, or refused for nothing but what does not exist here and what Azure refuses too.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson, setMember } from '#foundation';
import { planWorkflow } from '#workflow';

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const isThere = existsSync(corpus);

interface Published {
  readonly file: string;
  readonly definition: Json;
  readonly parameters: Json;
}

/** Templates whose definitions are broken as published: the words of the corpus index, and who can see them. */
const brokenByIndex = /undefined workflow parameter|ARM expression not closed/;

/** What a published file gets wrong that its index does not say; Azure's readers refuse it too. */
const brokenOtherwise: Readonly<Record<string, string>> = {
  'defender-for-cloud/open-dev-ops-task-recommendation.json': 'its triggers stand one level too deep',
};

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return name.endsWith('.json') && name !== 'index.json' ? [path] : [];
  });
}

function read(path: string): Json {
  const bytes = readFileSync(path);
  const text = bytes[0] === 0xff ? bytes.toString('utf16le') : bytes.toString('utf8');
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}

function workflowsIn(value: Json, file: string): readonly Published[] {
  if (isJsonArray(value)) return value.flatMap((item) => workflowsIn(item, file));
  if (!isJsonObject(value)) return [];
  const type = memberOf(value, 'type');
  const properties = memberOf(value, 'properties');
  const definition = memberOf(properties, 'definition');
  if (typeof type === 'string' && type.toLowerCase() === 'microsoft.logic/workflows' && isJsonObject(definition)) {
    return [{ file, definition, parameters: memberOf(properties, 'parameters') ?? {} }];
  }
  return Object.values(value).flatMap((item) => workflowsIn(item, file));
}

const isArm = (value: Json): boolean => typeof value === 'string' && /^\[[^[][^]*\]$/.test(value);

/**
 * Takes the template language away, as a deployment does: an expression with text in it becomes that text, any other
 * a word. `[concat('a', parameters('b'))]` becomes `a`.
 */
function resolved(value: Json): Json {
  if (isJsonArray(value)) return value.map(resolved);
  if (isJsonObject(value)) {
    const members: { [name: string]: Json } = {};
    for (const [name, item] of Object.entries(value)) setMember(members, name, resolved(item));
    return members;
  }
  if (typeof value !== 'string') return value;
  if (value.startsWith('[[')) return value.slice(1);
  return isArm(value) ? 'deployed' : value;
}

const sample: Readonly<Record<string, Json>> = {
  int: 5,
  float: 0.5,
  bool: true,
  array: [],
  object: {},
  secureobject: {},
};

/** Values that a deployment would compute get the type that the declaration asks for. */
function typed({ definition, parameters, file }: Published): Published {
  const given = memberOf(definition, 'parameters');
  const declared = isJsonObject(given) ? given : {};
  const declarations: { [name: string]: Json } = {};
  const values: { [name: string]: Json } = {};
  for (const [name, source] of Object.entries(declared)) {
    const type = memberOf(source, 'type');
    const stand = sample[typeof type === 'string' ? type.toLowerCase() : ''] ?? 'deployed';
    const fallback = memberOf(source, 'defaultValue');
    const computed = fallback !== undefined && isArm(fallback);
    setMember(declarations, name, computed ? { ...(source as object), defaultValue: stand } : source);
    const value = memberOf(memberOf(parameters, name), 'value');
    if (value !== undefined) setMember(values, name, { value: isArm(value) ? stand : value });
  }
  const whole: Json = { ...(definition as { [name: string]: Json }), parameters: declarations };
  return { file, definition: resolved(whole), parameters: resolved(values) };
}

/** Recurrences whose interval is a parameter of the deployment. */
function withInterval(definition: Json): Json {
  const text = JSON.stringify(definition).replaceAll('"interval":"deployed"', '"interval":6');
  return parseJson(text);
}

const unsupported = new Set(['WorkflowActionTypeNotSupported', 'WorkflowOptionNotSupported']);

test('published definitions are planned, or refused only for what does not exist here', {
  skip: isThere ? false : 'no corpus beside the checkout',
}, (context) => {
  const index = read(join(corpus, 'index.json'));
  const broken = new Set(
    (isJsonArray(index) ? index : []).flatMap((entry) => {
      const faults = memberOf(entry, 'brokenReferences');
      const file = memberOf(entry, 'file');
      return typeof file === 'string' && brokenByIndex.test(JSON.stringify(faults ?? [])) ? [file] : [];
    }),
  );
  const refusals = new Map<string, number>();
  const unexpected: string[] = [];
  let planned = 0;
  let total = 0;
  for (const path of filesOf(corpus)) {
    const file = path.slice(corpus.length + 1);
    for (const published of workflowsIn(read(path), file)) {
      const { definition, parameters } = typed(published);
      const result = planWorkflow({ definition: withInterval(definition), parameters });
      total += 1;
      if (result.kind === 'planned') {
        planned += 1;
        continue;
      }
      const { code, message, options } = result.fault;
      for (const detail of options.details ?? [{ code, message }]) {
        const line = `${detail.code}: ${detail.message.replaceAll(/ (?:of|of action|of trigger) '[^']*'(?= of type| is not)/g, '')}`;
        refusals.set(line, (refusals.get(line) ?? 0) + 1);
        if (unsupported.has(detail.code) && brokenOtherwise[file] === undefined) continue;
        if (!broken.has(file) && brokenOtherwise[file] === undefined) unexpected.push(`${file}: ${detail.message}`);
      }
    }
  }
  for (const [line, count] of [...refusals].sort((left, right) => right[1] - left[1])) {
    context.diagnostic(`${count} x ${line.slice(0, 240)}`);
  }
  context.diagnostic(`${planned} of ${total} planned`);
  assert.deepEqual(unexpected, []);
  assert.ok(planned >= 95, String(planned));
});
