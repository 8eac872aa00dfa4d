/** What a run of a logic app left: shapes for tokens, and sample data for expressions. Source: portal reference 5.8, 7.3. */
import { ArmError } from '../api/arm-error.ts';
import { read } from '../api/http.ts';
import { type Resource, withQuery } from '../api/arm.ts';
import { readItems } from '../data/run-items.ts';
import { type ContentLink, readRuns, type Run, type RunTree, workflowPath } from '../data/workflows.ts';
import type { Iterations } from '../model/iterations.ts';
import { loopsAround, repetitionPart } from '../model/run-steps.ts';
import type { Shape } from './catalogue/operation.ts';
import { isRecord, type JsonData } from './core/json-value.ts';

export interface LastRun {
  readonly trigger: JsonData | undefined;
  /** Outputs by the action's name in lower case. */
  readonly outputs: ReadonlyMap<string, JsonData>;
  /** The item of each loop whose iteration was chosen, by the loop's name. */
  readonly items: Readonly<Record<string, JsonData>>;
}

interface ActionAnswer {
  readonly outputsLink?: ContentLink;
  readonly outputs?: JsonData;
  /** Given for a step in a loop. */
  readonly repetitionCount?: number;
}

const mostActions = 60;
const mostBytes = 262_144;

/** A run that was chosen, and the iteration of each loop whose values are wanted. */
export interface ChosenRun {
  readonly run: string;
  readonly iterations: Iterations;
}

/** The chosen run; else the newest that ended well, else the newest. Outputs that are large or secured are left out. */
export async function readLastRun(
  id: string,
  chosen: ChosenRun | undefined,
  signal?: AbortSignal,
): Promise<LastRun | undefined> {
  if (chosen !== undefined) return await readRun(`${id}/runs/${chosen.run}`, chosen.iterations, signal);
  const { value } = await readRuns(id, '', signal);
  const run = value.find(({ properties }) => properties.status === 'Succeeded') ?? value[0];
  return run === undefined ? undefined : await readRun(run.id, {}, signal);
}

async function readRun(runId: string, iterations: Iterations, signal: AbortSignal | undefined): Promise<LastRun> {
  const whole = await read<Run>(workflowPath(runId), signal);
  const trigger = await contentOf(whole.properties.trigger?.outputsLink, signal);
  const { value } = await read<{ readonly value: readonly Resource<ActionAnswer>[] }>(
    workflowPath(`${runId}/actions`),
    signal,
  );
  const isRepeated = value.some(({ properties }) => properties.repetitionCount !== undefined);
  const { actions: tree } = isRepeated
    ? await read<RunTree>(withQuery('/tocsin/v1/runTree', { id: runId }), signal)
    : { actions: [] };
  const outputs = new Map<string, JsonData>();
  for (const { name, properties } of value.slice(0, mostActions)) {
    const loops = loopsAround(tree, name) ?? [];
    const own = loops.length === 0 ? properties : await readRepetition(runId, name, nameOf(loops, iterations), signal);
    const content = own?.outputs ?? (await contentOf(own?.outputsLink, signal));
    if (content !== undefined) outputs.set(name.toLowerCase(), content);
  }
  return { trigger, outputs, items: await itemsOf(runId, tree, iterations, signal) };
}

const nameOf = (loops: readonly string[], iterations: Iterations): string =>
  loops.map((loop) => repetitionPart(iterations[loop] ?? 0)).join('-');

/** Undefined where it did not run in that iteration. */
async function readRepetition(
  runId: string,
  action: string,
  repetition: string,
  signal: AbortSignal | undefined,
): Promise<ActionAnswer | undefined> {
  const path = workflowPath(`${runId}/actions/${encodeURIComponent(action)}/repetitions/${repetition}`);
  try {
    return (await read<Resource<ActionAnswer>>(path, signal)).properties;
  } catch (error) {
    if (error instanceof ArmError && error.status === 404) return undefined;
    throw error;
  }
}

/** What each chosen loop went over, in its chosen iteration: the loop's own expression has the list as its value. */
async function itemsOf(
  runId: string,
  tree: RunTree['actions'],
  iterations: Iterations,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, JsonData>>> {
  const found: Record<string, JsonData> = {};
  for (const [loop, index] of Object.entries(iterations)) {
    const around = loopsAround(tree, loop);
    if (around === undefined) continue;
    const items = await readItems<JsonData>(runId, loop, nameOf(around, iterations), signal);
    const item = items[index];
    if (item !== undefined) found[loop] = item;
  }
  return found;
}

async function contentOf(
  link: ContentLink | undefined,
  signal: AbortSignal | undefined,
): Promise<JsonData | undefined> {
  if (link?.uri === undefined || link.secureData !== undefined || (link.contentSize ?? 0) > mostBytes) return undefined;
  try {
    return await read<JsonData>(link.uri, signal);
  } catch {
    // A link that is gone is no fault of the designer: there is less to offer.
    return undefined;
  }
}

const deepest = 6;
const mostMembers = 60;

/** A shape seen in a value. */
export function shapeOfValue(value: JsonData, depth = 0): Shape {
  if (Array.isArray(value)) {
    const [first] = value as readonly JsonData[];
    return {
      type: 'array',
      ...(first === undefined || depth > deepest ? {} : { items: shapeOfValue(first, depth + 1) }),
    };
  }
  if (!isRecord(value)) return value === null ? {} : { type: typeof value };
  if (depth > deepest) return { type: 'object' };
  const members = Object.entries(value).slice(0, mostMembers);
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([name, each]) => [name, shapeOfValue(each, depth + 1)])),
  };
}
