/**
 * Logic apps as their list shows them: the last run, and how many ran and failed in the last 24 hours, hour by hour.
 *
 * Owns: the summaries. Does not own: counting (`Store.tallies`). Source: own API reference, overview; portal reference 3.6.
 *
 * Invariants
 * WS1. A page costs a few look-ups for each logic app on it, whatever the number of its runs.
 */
import { armIdKey, formatTime, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import type { Services } from '../services.ts';
import { workflowOf, workflowType, type StoredWorkflow } from '../workflow-resource.ts';
import { overviewActions } from './read-overview.ts';
import { isFailure } from './run-failure.ts';
import { partsOf, startsOf } from './time-range.ts';
import type { Viewer } from './viewer.ts';

const sliceSize = 200;

/** Up to `count` logic apps that the viewer sees and that fit, in the order of their ids behind `after`. */
export function listWorkflowSummaries(
  services: Services,
  viewer: Viewer,
  options: { readonly count: number; readonly after?: string; readonly fits: (summary: JsonObject) => boolean },
): readonly JsonObject[] {
  const found: JsonObject[] = [];
  for (let after = options.after; ; ) {
    const slice = services.store.resources.list({
      type: workflowType,
      top: sliceSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const document of slice) {
      if (!viewer.sees(`${workflowType}/read`, document.id)) continue;
      const summary = plainSummary(workflowOf(document));
      if (options.fits(summary)) found.push(summary);
      if (found.length === options.count) return found;
    }
    const last = slice.at(-1);
    if (last === undefined || slice.length < sliceSize) return found;
    after = armIdKey(last.id);
  }
}

/** What a filter can ask for: nothing of it needs a look at runs. */
function plainSummary({ id, document, body }: StoredWorkflow): JsonObject {
  const tags = memberOf(document.body, 'tags');
  return {
    id,
    name: document.name,
    type: document.type,
    location: document.location ?? '',
    ...(isJsonObject(tags) ? { tags } : {}),
    properties: {
      state: body.state,
      createdTime: formatTime(document.createdTime),
      changedTime: formatTime(document.changedTime),
      ...triggerOf(body.definition),
    },
  };
}

/** Its first trigger: name, type and kind. */
function triggerOf(definition: Json | undefined): JsonObject {
  const triggers = memberOf(definition, 'triggers');
  const [name, trigger] = isJsonObject(triggers) ? (Object.entries(triggers)[0] ?? []) : [];
  if (name === undefined) return {};
  const kind = textMember(trigger ?? null, 'kind');
  return {
    trigger: { name, type: textMember(trigger ?? null, 'type') ?? '', ...(kind === undefined ? {} : { kind }) },
  };
}

/** The summary with its runs, where the viewer may read those. */
export function withRuns(services: Services, viewer: Viewer, summary: JsonObject): JsonObject {
  const id = textMember(summary, 'id') ?? '';
  if (!viewer.sees(overviewActions.runs, id)) return summary;
  const { history, tallies } = services.store;
  const workflow = armIdKey(id);
  const day = partsOf('24h', services.clock.now());
  const rows = tallies.runsInTime(day, workflow);
  const count = (test: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(test).reduce((total, row) => total + row.count, 0);
  const [last] = history.runs({ workflow, top: 1 });
  return {
    ...summary,
    ...(last === undefined
      ? {}
      : {
          lastRun: {
            id: `${id}/runs/${last.name}`,
            status: last.status,
            startTime: formatTime(last.startTime),
          },
        }),
    runs: {
      total: count(() => true),
      failed: count(({ status }) => isFailure(status)),
      hourly: startsOf(day).map((start) => count((row) => row.start === start)),
    },
  };
}
