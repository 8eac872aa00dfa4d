/**
 * The brakes of an automation: at most so many starts an hour, one start per key within a time, or none at all for a trial.
 *
 * Owns: the tags that set them, their meaning for one event. Does not own: what has been started (`brake-ledger.ts`).
 *
 * Brakes are tags, because every client, template and policy can write tags and gets them back; a property of ours would
 * be dropped by the SDKs.
 *
 * Invariants
 * B1. A tag whose value cannot be read is refused on save, never half obeyed.
 * Source: docs/concepts/brakes.md.
 */
import {
  armIdKey,
  type Fault,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  stringifyJson,
  textMember,
} from '#foundation';
import { invalidAutomation, type MatchableEvent, parsePath, type PropertyPath, readPath } from '#rules';
import { parseIsoDuration } from '#workflow';

export const brakeTags = {
  maxStartsPerHour: 'tocsin-max-starts-per-hour',
  oncePer: 'tocsin-once-per',
  dedupKey: 'tocsin-dedup-key',
  dryRun: 'tocsin-dry-run',
} as const;

export interface Brakes {
  /** 1 to 100,000, within any 60 minutes. */
  readonly maxStartsPerHour?: number;
  /** Milliseconds from a start in which its key starts nothing more. */
  readonly oncePer?: number;
  /** What makes the key; absent: the default for the event's kind. */
  readonly dedupKey?: readonly PropertyPath[];
  /** Record, start nothing. */
  readonly dryRun: boolean;
}

const mostStarts = 100_000;
const longestWindow = 30 * 24 * 60 * 60_000;

/** The brakes that tags set, undefined when they set none, or what is wrong with them. */
export function parseBrakes(tags: Json | undefined): Brakes | undefined | Fault {
  if (!isJsonObject(tags)) return undefined;
  const given = (tag: string): string | undefined => {
    const value = memberIgnoringCase(tags, tag);
    return typeof value === 'string' ? value.trim() : undefined;
  };
  const count = given(brakeTags.maxStartsPerHour);
  const window = given(brakeTags.oncePer);
  const key = given(brakeTags.dedupKey);
  const dry = given(brakeTags.dryRun)?.toLowerCase();
  if (count !== undefined && (!/^[1-9]\d{0,5}$/.test(count) || Number(count) > mostStarts)) {
    return invalid(brakeTags.maxStartsPerHour, `a whole number from 1 to ${mostStarts}`);
  }
  const oncePer = window === undefined ? undefined : windowOf(window);
  if (window !== undefined && oncePer === undefined) {
    return invalid(brakeTags.oncePer, 'an ISO 8601 duration from PT1S to P30D, such as PT1H');
  }
  if (key !== undefined && oncePer === undefined) {
    return invalid(brakeTags.dedupKey, `given together with '${brakeTags.oncePer}'`);
  }
  const dedupKey = key === undefined ? undefined : pathsOf(key);
  if (key !== undefined && dedupKey === undefined) {
    return invalid(brakeTags.dedupKey, 'a list of property paths, separated by commas');
  }
  if (dry !== undefined && dry !== 'true' && dry !== 'false') return invalid(brakeTags.dryRun, "'true' or 'false'");
  const dryRun = dry === 'true';
  if (count === undefined && oncePer === undefined && !dryRun) return undefined;
  return {
    ...(count === undefined ? {} : { maxStartsPerHour: Number(count) }),
    ...(oncePer === undefined ? {} : { oncePer }),
    ...(dedupKey === undefined ? {} : { dedupKey }),
    dryRun,
  };
}

function windowOf(text: string): number | undefined {
  const duration = parseIsoDuration(text);
  if (duration === undefined) return undefined;
  return duration >= 1000 && duration <= longestWindow ? duration : undefined;
}

function pathsOf(text: string): readonly PropertyPath[] | undefined {
  const paths = text.split(',').map((part) => parsePath(part.trim()));
  return paths.every((path): path is PropertyPath => 'segments' in path) ? paths : undefined;
}

function invalid(tag: string, wanted: string): Fault {
  return invalidAutomation([{ target: `tags.${tag}`, message: `The tag '${tag}' must be ${wanted}.` }]);
}

/** What events are the same to a dedup brake: the values of its paths, else a default by kind. */
export function dedupKeyOf(brakes: Brakes, event: MatchableEvent): string {
  if (brakes.dedupKey !== undefined) {
    return stringifyJson(brakes.dedupKey.map((path) => readPath(event.body, path)));
  }
  if (event.source !== 'Alerts') return event.subjects.map(armIdKey).join('\n');
  const subject = event.subjects[0] ?? '';
  const about = [textMember(event.body, 'AlertType'), textMember(event.body, 'CompromisedEntity'), subject];
  return about.map((part) => (part ?? '').toLowerCase()).join('\n');
}
