/**
 * Reads the activity log.
 *
 * Owns: its filter fields and pages. Source: `Microsoft.Insights/eventtypes/management/values`, 2015-04-01.
 */
import { planFilter } from '#query';
import {
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  orThrow,
  raise,
  type StoredDocument,
} from '#foundation';
import { activityCollection } from './record-activity.ts';
import type { Services } from './services.ts';

export interface ActivityQuery {
  /** Empty for the entries at the tenant; absent: all. */
  readonly subscriptionId?: string;
  /** Whether the caller may see an entry. */
  readonly shown?: (entry: JsonObject) => boolean;
  /** Members of an entry to answer, as `$select` has them; absent: all. */
  readonly select?: readonly string[];
  readonly filter: string;
  readonly top: number;
  /** Position from the page before. */
  readonly after: string | undefined;
}

export interface ActivityPage {
  readonly value: readonly JsonObject[];
  readonly next?: string;
}

/** Newest first. @throws TocsinError `InvalidParameter` for the filter or the position. */
export function activityPage(services: Pick<Services, 'store'>, query: ActivityQuery): ActivityPage {
  const fits = orThrow(planFilter<StoredDocument>(query.filter, { field: fieldOf }));
  const { shown = () => true, select } = query;
  const value: JsonObject[] = [];
  let after = positionOf(query.after);
  const step = 200;
  for (;;) {
    const batch = services.store.documents.list({
      collection: activityCollection,
      ...(query.subscriptionId === undefined ? {} : { parent: query.subscriptionId.toLowerCase() }),
      top: step,
      ...(after === undefined ? {} : { after }),
    });
    for (const document of batch) {
      after = { time: document.time, key: document.key };
      if (!fits(document) || !shown(document.body)) continue;
      value.push(select === undefined ? document.body : selected(document.body, select));
      if (value.length === query.top) return { value, next: `${document.time} ${document.key}` };
    }
    if (batch.length < step) return { value };
  }
}

function selected(entry: JsonObject, names: readonly string[]): JsonObject {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(entry).filter(([name]) => wanted.has(name.toLowerCase())));
}

/** `$select=eventName,operationName`; undefined where nothing is selected. */
export function selectedMembers(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : names;
}

/** The fields Azure names, and any other member of an entry; `{ value, localizedValue }` members by their value. */
function fieldOf(path: string): (document: StoredDocument) => Json | undefined {
  const names = path.split('/');
  const first = names[0]?.toLowerCase();
  if (first === 'resourceuri' || first === 'resourceid') return (document) => memberOf(document.body, 'resourceId');
  if (first === 'resourceprovider') {
    return (document) => memberOf(memberOf(document.body, 'resourceProviderName'), 'value');
  }
  return (document) => {
    let value: Json | undefined = document.body;
    for (const name of names) value = memberIgnoringCase(value, name);
    return memberOf(value, 'value') ?? value;
  };
}

function positionOf(text: string | undefined): { readonly time: number; readonly key: string } | undefined {
  if (text === undefined) return undefined;
  const [time, key] = text.split(' ');
  if (key === undefined || !Number.isSafeInteger(Number(time))) {
    return raise('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' });
  }
  return { time: Number(time), key };
}
