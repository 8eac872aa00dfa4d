/**
 * Which format the data of a CloudEvent is in, by the envelope's type: what the operator says beside what types say themselves.
 *
 * Owns: the list, its checks, the look-up. Does not own: envelopes (`#events`).
 *
 * Invariants
 * C1. The first entry that fits decides; a type that none fits is read as if there were no list.
 * Source: domain reference 21, CloudEvents ("`type` selects the adapter (configurable)").
 */
import { type EnvelopeFormat, formatNames } from '#events';
import { isJsonArray, type Json, type JsonObject, memberOf, raise, textMember } from '#foundation';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

const collection = 'cloudEventTypes';
const key = 'types';
const entryLimit = 1_000;
const typeLimit = 1_024;

interface TypeRule {
  /** In lower case; what stands before a `*` at the end is a beginning. */
  readonly type: string;
  readonly format: EnvelopeFormat;
}

const formats = [...formatNames.filter((name) => name !== 'cloudevents'), 'discard'] as const;

function rulesOf(value: Json | undefined): readonly TypeRule[] {
  return (isJsonArray(value) ? value : []).flatMap((entry) => {
    const type = textMember(entry, 'type');
    const format = formats.find((name) => name === textMember(entry, 'format'));
    return type === undefined || format === undefined ? [] : [{ type: type.toLowerCase(), format }];
  });
}

/** The entries as they were saved, in their order. */
export function listCloudEventTypes({ store }: Pick<Services, 'store'>): readonly JsonObject[] {
  const types = memberOf(store.documents.get(collection, key)?.body, 'types');
  return isJsonArray(types) ? (types as readonly JsonObject[]) : [];
}

/** The format that the operator has chosen for a type; undefined where he has chosen none (C1). */
export function cloudEventFormat(services: Pick<Services, 'store'>): (type: string) => EnvelopeFormat | undefined {
  const rules = rulesOf([...listCloudEventTypes(services)]);
  return (type) => rules.find((rule) => fits(rule, type.toLowerCase()))?.format;
}

function fits(rule: TypeRule, type: string): boolean {
  return rule.type.endsWith('*') ? type.startsWith(rule.type.slice(0, -1)) : rule.type === type;
}

/** Replaces the list. @throws TocsinError `InvalidParameter` with the place of the first wrong entry. */
export async function putCloudEventTypes(
  services: Services,
  request: { readonly caller: Caller; readonly body?: Json | undefined },
): Promise<readonly JsonObject[]> {
  const given = memberOf(request.body, 'types');
  if (!isJsonArray(given))
    return raise('InvalidParameter', "The body must have 'types', an array.", { target: 'types' });
  if (given.length > entryLimit)
    return raise('InvalidParameter', `At most ${entryLimit} entries are taken.`, { target: 'types' });
  const types = given.map((entry, at): JsonObject => checkedEntry(entry, `types[${at}]`));
  const resourceId = '/providers/Tocsin/cloudEventTypes';
  await services.store.commit([
    {
      kind: 'putDocument',
      document: { collection, key, parent: '', time: services.clock.now(), status: '', body: { types } },
    },
    activityWrite(services, request.caller, { operation: 'Tocsin/cloudEventTypes/write', resourceId }),
  ]);
  return types;
}

function checkedEntry(entry: Json, place: string): JsonObject {
  const type = textMember(entry, 'type');
  const format = textMember(entry, 'format')?.toLowerCase();
  const star = type?.indexOf('*') ?? -1;
  if (type === undefined || type === '' || type.length > typeLimit || (star >= 0 && star < type.length - 1)) {
    const message = `${place}.type must be the type of CloudEvents, or its beginning with a '*' behind it.`;
    return raise('InvalidParameter', message, { target: `${place}.type` });
  }
  const found = formats.find((name) => name === format);
  if (found === undefined) {
    const message = `${place}.format must be one of ${formats.join(', ')}.`;
    return raise('InvalidParameter', message, { target: `${place}.format` });
  }
  return { type, format: found };
}
