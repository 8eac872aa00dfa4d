/** What the last run of a logic app left: shapes for tokens, and sample data for expressions. Source: portal reference 5.8. */
import { read } from '../api/http.ts';
import type { Resource } from '../api/arm.ts';
import { type ContentLink, readRuns, type Run, workflowPath } from '../data/workflows.ts';
import type { Shape } from './catalogue/operation.ts';
import { isRecord, type JsonData } from './core/json-value.ts';

export interface LastRun {
  readonly trigger: JsonData | undefined;
  /** Outputs by the action's name in lower case. */
  readonly outputs: ReadonlyMap<string, JsonData>;
}

interface ActionAnswer {
  readonly outputsLink?: ContentLink;
  readonly outputs?: JsonData;
}

const mostActions = 60;
const mostBytes = 262_144;

/** The newest run that ended well, else the newest. Outputs that are large or secured are left out. */
export async function readLastRun(id: string, signal?: AbortSignal): Promise<LastRun | undefined> {
  const { value } = await readRuns(id, '', signal);
  const run = value.find(({ properties }) => properties.status === 'Succeeded') ?? value[0];
  if (run === undefined) return undefined;
  const whole = await read<Run>(workflowPath(run.id), signal);
  const trigger = await contentOf(whole.properties.trigger?.outputsLink, signal);
  const actions = await read<{ readonly value: readonly Resource<ActionAnswer>[] }>(
    workflowPath(`${run.id}/actions`),
    signal,
  );
  const outputs = new Map<string, JsonData>();
  for (const { name, properties } of actions.value.slice(0, mostActions)) {
    const content = properties.outputs ?? (await contentOf(properties.outputsLink, signal));
    if (content !== undefined) outputs.set(name.toLowerCase(), content);
  }
  return { trigger, outputs };
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
