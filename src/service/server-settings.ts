/**
 * The server's settings: what is in force and where it comes from, and changing what may change while the server works.
 *
 * Owns: the saved settings, their checks, putting them into force. Does not own: options (`start-options.ts`), the names of
 * limits (`limits.ts`), what a setting means to whoever reads it, the answer (`server-settings-answer.ts`).
 *
 * Invariants
 * ST1. An option that was given at the start wins: it cannot be changed here, and what is saved for it waits until it is left away.
 * ST2. What is saved is in force when the answer comes, and after each start.
 * Source: portal reference 3.7; own API reference, "Server".
 */
import { isJsonObject, type Json, type JsonObject, memberOf, raise } from '#foundation';
import { limitDefaults, readLimits } from './limits.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { RetentionLimits } from './retention.ts';
import type { Services, Settings } from './services.ts';
import type { StartOptions } from './start-options.ts';

const collection = 'serverSettings';
const key = 'server';

/** What a start gives. */
export interface StartFacts {
  readonly options: StartOptions;
  /** Names of the options that were given, on the command line or by the environment. */
  readonly given: ReadonlySet<string>;
  /** The limits that the file of `--limits` names. */
  readonly fileLimits: JsonObject;
  /** Milliseconds since 1970. */
  readonly startedOn: number;
}

/** A setting that changes at run time: its member, the option that fixes it, its bounds. */
interface Changeable {
  readonly option: string;
  readonly least: number;
  readonly most: number;
}

/** Days as the options take them; a store below 16 MB would forget runs as fast as they end. */
export const changeableSettings: Readonly<Record<string, Changeable>> = {
  retentionDays: { option: 'retention-days', least: 1, most: 99_999 },
  retentionBytes: { option: 'retention-bytes', least: 16 * 1024 * 1024, most: Number.MAX_SAFE_INTEGER },
  activityDays: { option: 'activity-days', least: 1, most: 99_999 },
};

type Numbers = Readonly<Record<string, number>>;

interface Saved {
  readonly settings: Numbers;
  readonly limits: Numbers;
}

const numbersOf = (value: Json | undefined): Numbers =>
  Object.fromEntries(
    Object.entries(isJsonObject(value) ? value : {}).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );

export class ServerSettings {
  readonly facts: StartFacts;
  readonly #services: Services;

  constructor(services: Services, facts: StartFacts) {
    this.#services = services;
    this.facts = facts;
    this.#enforce(this.saved);
  }

  /** What was saved, in force or waiting (ST1). */
  get saved(): Saved {
    const body = this.#services.store.documents.get(collection, key)?.body;
    return { settings: numbersOf(memberOf(body, 'settings')), limits: numbersOf(memberOf(body, 'limits')) };
  }

  /** How long and how much of runs is kept now. */
  get retention(): RetentionLimits {
    const { options, given } = this.facts;
    const { settings } = this.saved;
    const days = given.has('retention-days') ? undefined : settings['retentionDays'];
    const bytes = given.has('retention-bytes') ? options.retention.bytes : settings['retentionBytes'];
    return { days: days ?? options.retention.days, ...(bytes === undefined ? {} : { bytes }) };
  }

  /**
   * Takes `{settings?: {name: number|null}, limits?: {name: number|null}}`; null goes back to what holds without it.
   * @throws TocsinError `InvalidParameter`, `SettingFixedByOption`; then nothing is changed.
   */
  async change(caller: Caller, body: Json | undefined): Promise<void> {
    const { store, clock } = this.#services;
    const given = isJsonObject(body) ? body : raise('InvalidRequestContent', 'The body must be a JSON object.');
    const unknown = Object.keys(given).find((name) => name !== 'settings' && name !== 'limits');
    if (unknown !== undefined) raise('InvalidParameter', `There is no member '${unknown}'.`, { target: unknown });
    const before = this.saved;
    const next: Saved = {
      settings: merged(before.settings, memberOf(given, 'settings'), (name, value) => this.#checkSetting(name, value)),
      limits: merged(before.limits, memberOf(given, 'limits'), (name, value) => this.#checkLimit(name, value)),
    };
    const changed = changedNames(before, next);
    if (changed.length === 0) return;
    await store.commit([
      {
        kind: 'putDocument',
        document: { collection, key, parent: '', time: clock.now(), status: '', body: { ...next } },
      },
      activityWrite(this.#services, caller, {
        operation: 'Tocsin/settings/write',
        resourceId: '/providers/Tocsin/settings',
        description: `Changed: ${changed.join(', ')}.`,
      }),
    ]);
    this.#enforce(next);
  }

  #checkSetting(name: string, value: number | null): void {
    const entry = Object.hasOwn(changeableSettings, name) ? changeableSettings[name] : undefined;
    if (entry === undefined)
      return raise('InvalidParameter', `There is no setting '${name}' to change.`, { target: name });
    if (this.facts.given.has(entry.option)) return fixed(name, `--${entry.option}`);
    if (value !== null && (value < entry.least || value > entry.most)) {
      raise('InvalidParameter', `'${name}' must be from ${entry.least} to ${entry.most}.`, { target: name });
    }
  }

  #checkLimit(name: string, _value: number | null): void {
    if (!limitDefaults.has(name)) raise('InvalidParameter', `There is no limit '${name}'.`, { target: name });
    if (Object.hasOwn(this.facts.fileLimits, name)) fixed(name, '--limits');
  }

  /** ST2. Whoever uses a setting reads it anew each time. */
  #enforce({ settings, limits }: Saved): void {
    const { options, given, fileLimits } = this.facts;
    const days = given.has('activity-days') ? undefined : settings['activityDays'];
    const known = Object.fromEntries(Object.entries(limits).filter(([name]) => limitDefaults.has(name)));
    const inForce = readLimits({ ...known, ...fileLimits });
    Object.assign(this.#services.settings as { -readonly [K in keyof Settings]: Settings[K] }, {
      activityDays: days ?? options.activityDays,
      runLimits: undefined,
      ...inForce,
    });
  }
}

function fixed(name: string, option: string): never {
  return raise(
    'SettingFixedByOption',
    `'${name}' is fixed by ${option}; start without it to change the setting here.`,
    {
      target: name,
    },
  );
}

function merged(
  before: Numbers,
  given: Json | undefined,
  check: (name: string, value: number | null) => void,
): Numbers {
  if (given === undefined) return before;
  if (!isJsonObject(given)) return raise('InvalidParameter', 'Settings are an object of numbers by name.');
  const next = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)) {
      raise('InvalidParameter', `'${name}' must be a whole number from 1, or null.`, { target: name });
    }
    check(name, value);
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return Object.fromEntries(next);
}

function changedNames(before: Saved, next: Saved): readonly string[] {
  return (['settings', 'limits'] as const).flatMap((part) => {
    const names = new Set([...Object.keys(before[part]), ...Object.keys(next[part])]);
    return [...names].filter((name) => before[part][name] !== next[part][name]);
  });
}

const known = new WeakMap<Services, ServerSettings>();

/** Of a start, once. */
export function startSettings(services: Services, facts: StartFacts): ServerSettings {
  const made = new ServerSettings(services, facts);
  known.set(services, made);
  return made;
}

/** @throws TocsinError `NotSupported` where the server was put together without options: in tests of other parts. */
export function serverSettingsOf(services: Services): ServerSettings {
  return known.get(services) ?? raise('NotSupported', 'This server was started without settings.');
}
