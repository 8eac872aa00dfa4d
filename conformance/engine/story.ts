/**
 * A story as data: a logic app with any trigger, what happens to it over time, and what is seen of it from outside.
 *
 * Owns: the form, the places that stand for what every server names by itself. Does not own: playing it (`play-story.ts`), the
 * comparison (`scenario.ts`).
 *
 * The same story is played in virtual time over a whole server without sockets (`memory-stage.ts`) and against a started one
 * (`http-stage.ts`). Texts may hold `{{app}}` (the resource id of the logic app), `{{app:NAME}}` (of another one), `{{group}}`, `{{name}}`,
 * `{{begin+60}}` (a time so many seconds after the beginning) and `{{NAME}}` (what an earlier step kept).
 *
 * Expectations are those of scenarios, and `{"$at": 60}`: a time so many seconds of engine time after the beginning.
 */
import type { Json, JsonObject } from '#foundation';
import type { Endpoint } from './endpoint.ts';

/** Members of `properties`, and the definition's parts by their usual names. */
export interface LogicApp {
  /** Named `T`. */
  readonly trigger?: JsonObject;
  /** One Compose `C` of `triggerOutputs()` unless given. */
  readonly actions?: JsonObject;
  /** More members of the definition. */
  readonly definition?: JsonObject;
  /** More members of `properties`: parameters, state, accessControl. */
  readonly properties?: JsonObject;
  readonly identity?: JsonObject;
}

export interface SentRequest {
  readonly method?: string;
  /** Of ARM from `/`, a whole URL, or else below the logic app (`disable`). */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** As it is sent, instead of `body`; with a content type among the headers. */
  readonly content?: string;
  /** The admin's unless it is null: then none is sent. */
  readonly token?: null;
  /** Another logic app than the one of the story. */
  readonly app?: string;
}

/** One thing that happens; exactly one of `save`, `request`, `invoke`, `callback`, or nothing but time. */
export interface Step {
  /** Seconds of engine time after the beginning; steps are in order. */
  readonly at?: number;
  /** First lets all runs that go on end, however long a busy machine takes. */
  readonly whenEnded?: true;
  readonly save?: LogicApp;
  readonly request?: SentRequest;
  /** A call of the trigger's URL; `path` and `query` are added to it. */
  readonly invoke?: SentRequest & { readonly signature?: 'none' | 'forged' };
  /** A call of the URL that an endpoint was given in the last call it got (or the one of that `number`); `of: "outbox"` is the sandbox. */
  readonly callback?: SentRequest & { readonly of: string; readonly number?: number };
  /** The answer comes later: the next step does not wait for it. */
  readonly waits?: true;
  /** `{ status, headers, body }`. */
  readonly answer?: JsonObject;
  /** Kept for later steps: a name, and where it stands in the answer (`body.value`). */
  readonly keep?: Readonly<Record<string, string>>;
  /** Which logic app is saved. */
  readonly app?: string;
}

export interface SeenOfApp {
  /** Of trigger `T`, oldest first; contents are shown as their values. */
  readonly histories?: Json;
  /** Oldest first: the run's properties, `actions` by name, contents as their values. */
  readonly runs?: Json;
  readonly trigger?: Json;
}

export interface Story {
  /** A sentence: the rule. */
  readonly name: string;
  /** Why only virtual time can show it. */
  readonly onlyInMemory?: string;
  /** Why it takes sockets to show it. */
  readonly onlyOverHttp?: string;
  /** What the clock shows in the beginning; for stories in memory only. */
  readonly begins?: string;
  readonly app: LogicApp;
  /** Saved before it, in this order. */
  readonly others?: Readonly<Record<string, LogicApp>>;
  /** What is written before: resources, with PUT unless said otherwise. */
  readonly resources?: readonly {
    readonly id: string;
    readonly method?: string;
    readonly apiVersion: string;
    readonly body: JsonObject;
  }[];
  readonly endpoints?: readonly Endpoint[];
  readonly steps?: readonly Step[];
  /** When everything is looked at, in seconds of engine time; after the last step unless given. */
  readonly until?: number;
  readonly expect: SeenOfApp & {
    readonly others?: Readonly<Record<string, SeenOfApp>>;
    /** What endpoints got, in order: `{ method, uri, headers, body, at }`. */
    readonly received?: Json;
    /** What the sandbox captured of the logic app's calls, oldest first. */
    readonly outbox?: Json;
  };
}

/** How long the story takes, in seconds of engine time. */
export function lengthOf({ steps = [], until = 0 }: Story): number {
  return Math.max(until, ...steps.map(({ at = 0 }) => at));
}

/** What a stage does for a player. */
export interface Stage {
  /** How much faster than the world its clock runs; 0 in virtual time, where times are exact. */
  readonly timeScale: number;
  call(request: {
    readonly method: string;
    /** Path and query, or a whole URL. */
    readonly target: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly content?: string;
    /** Undefined is the admin's. */
    readonly token: null | undefined;
  }): Promise<StageAnswer>;
  /** Lets time come to so many seconds after the beginning. */
  passTo(seconds: number): Promise<void>;
  /** Lets what is under way go on, without time in virtual time. */
  goOn(): Promise<void>;
  /** Marks the beginning; milliseconds since the epoch. */
  begin(): number;
  readonly received: readonly ReceivedCall[];
  toStage<T>(value: T): T;
  fromStage(text: string): string;
}

export interface StageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface ReceivedCall {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The caller showed a certificate of its own. */
  readonly certificate?: true;
  /** Milliseconds, of the stage's clock. */
  readonly at: number;
}
