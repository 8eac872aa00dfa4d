/**
 * The functions that only policy expressions know, and what they are answered from.
 *
 * Owns: `field`, `current`, `parameters`, `requestContext`, `policy`, `ipRangeContains`, `utcNow`, `addDays`, `resourceGroup`,
 * `subscription`, and which template functions policies may not use. Does not own: the template functions themselves.
 *
 * Invariants
 * F1. `field()` always reads the resource of the `if`, also in an existence condition.
 * F3. A tag that a group or subscription does not have is an empty text; every other missing member is an error.
 * F2. `current()` looks outwards from the innermost count; without a name it needs exactly one to choose from.
 *
 * Source: policy reference 4, 7, 8.
 */
import { isJsonObject, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import {
  badArguments,
  type EvaluationContext,
  type EvaluationStop,
  newBudget,
  type PlaceFunction,
  stop,
} from '#templates';
import { parseField } from './alias.ts';
import { addDays, isoTime } from './dates.ts';
import { ipRangeContains } from './ip-range.ts';
import { quoted } from './quoted.ts';
import { type Binding, type ResourceDocument, selectAlias, selectField } from './select.ts';

/** What an evaluation is about. */
export interface Surroundings {
  /** The resource of the `if`. */
  readonly resource: ResourceDocument;
  /** Effective values of the assignment's parameters, by lower-case name. */
  readonly parameters: ReadonlyMap<string, Json>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly policy: PolicyIdentity;
  /** `apiVersion` of the write, or the newest of the type in a scan. */
  readonly requestContext: JsonObject;
  /** The group the resource is in; absent at levels that have none. */
  readonly resourceGroup?: JsonObject;
  readonly subscription?: JsonObject;
}

/** What `policy()` answers with. */
export interface PolicyIdentity {
  readonly assignmentId: string;
  readonly definitionId: string;
  readonly setDefinitionId?: string;
  readonly definitionReferenceId?: string;
}

/** The counts around an expression, innermost first. */
export type CountFrame =
  | { readonly kind: 'value'; readonly name: string; readonly value: Json; readonly outer: CountFrame | undefined }
  | {
      readonly kind: 'field';
      readonly alias: string;
      readonly resource: ResourceDocument;
      readonly binding: Binding | undefined;
      readonly outer: CountFrame | undefined;
    };

/** Names that policy expressions know beside the common functions, lower case; planning is told so. */
export const policyFunctionNames: ReadonlySet<string> = new Set([
  'field',
  'current',
  'parameters',
  'requestcontext',
  'policy',
  'iprangecontains',
  'utcnow',
  'adddays',
  'resourcegroup',
  'subscription',
]);

/** Template functions that policies may not use, lower case; `list*` too. */
export const refusedFunctionNames: ReadonlySet<string> = new Set([
  'copyindex',
  'datetimeadd',
  'datetimefromepoch',
  'datetimetoepoch',
  'deployment',
  'environment',
  'extensionresourceid',
  'lambda',
  'lambdavariables',
  'filter',
  'map',
  'mapvalues',
  'reduce',
  'sort',
  'tofobject',
  'groupby',
  'toobject',
  'managementgroup',
  'newguid',
  'pickzones',
  'providers',
  'reference',
  'references',
  'resourceid',
  'subscriptionresourceid',
  'tenantresourceid',
  'managementgroupresourceid',
  'tenant',
  'variables',
  'deployer',
]);

/** The context of the template language for expressions inside the counts of `frame`. */
export function contextOf(
  surroundings: Surroundings,
  frame: CountFrame | undefined,
  budget = newBudget(),
): EvaluationContext {
  return {
    budget,
    missing: (object) => (typeof object === 'object' && object !== null && tagsOfPlaces.has(object) ? '' : undefined),
    place: (name) => {
      if (name === 'current') return (args) => current(args, frame);
      if (name === 'field') return (args) => fieldValue(args, surroundings, frame);
      return Object.hasOwn(placeFunctions, name)
        ? (args) => (placeFunctions[name] as Answer)(args, surroundings)
        : undefined;
    },
  };
}

type Answer = (args: readonly Json[], surroundings: Surroundings) => ReturnType<PlaceFunction>;

const placeFunctions: Readonly<Record<string, Answer>> = {
  parameters: ([name], { parameters }) => {
    if (typeof name !== 'string') return badArguments('parameters', 'it takes the name of a parameter.');
    const value = parameters.get(name.toLowerCase());
    return value === undefined ? stop(`The policy parameter '${name}' is not defined or has no value.`) : value;
  },
  requestcontext: (_args, { requestContext }) => requestContext,
  policy: (_args, { policy }) => ({ ...policy }),
  iprangecontains: ([range, target]) =>
    typeof range === 'string' && typeof target === 'string'
      ? ipRangeContains(range, target)
      : badArguments('ipRangeContains', 'it takes two texts.'),
  utcnow: (_args, { now }) => isoTime(now),
  adddays: ([date, days]) => addDays(date, days),
  resourcegroup: (_args, { resourceGroup }) =>
    resourceGroup === undefined
      ? stop('The resource is in no resource group: resourceGroup() has no value.')
      : withEmptyTags(resourceGroup),
  subscription: (_args, { subscription }) =>
    subscription === undefined
      ? stop('The resource is in no subscription: subscription() has no value.')
      : withEmptyTags(subscription),
};

/** Tags that `resourceGroup()` and `subscription()` gave: those that are missing read as an empty text. */
const tagsOfPlaces = new WeakSet<object>();

/** Built-in policies that inherit a tag read one that may be missing, and rely on an empty text. */
function withEmptyTags(document: JsonObject): JsonObject {
  const given = memberIgnoringCase(document, 'tags');
  const tags: JsonObject = isJsonObject(given) ? { ...given } : {};
  tagsOfPlaces.add(tags);
  return { ...document, tags };
}

/** A missing plain alias is `''`; `[*]` gives the array of all selected values. */
function fieldValue(
  [name]: readonly Json[],
  { resource }: Surroundings,
  frame: CountFrame | undefined,
): Json | EvaluationStop {
  const field = typeof name === 'string' ? parseField(name) : undefined;
  if (field === undefined) return badArguments('field', `'${quoted(name)}' is not a field or an alias.`);
  const selected = selectField(resource, field, bindingOf(frame, resource));
  if (field.kind === 'alias' && field.alias.includes('[*]')) return selected.map((value) => value ?? null);
  return selected[0] ?? '';
}

/** The members bound by the field counts around, for the resource they count on. */
export function bindingOf(frame: CountFrame | undefined, resource: ResourceDocument): Binding | undefined {
  for (let at = frame; at !== undefined; at = at.outer) {
    if (at.kind === 'field') return at.resource === resource ? at.binding : undefined;
  }
  return undefined;
}

function current([name]: readonly Json[], frame: CountFrame | undefined): Json | EvaluationStop {
  if (frame === undefined) return stop("The function 'current' can only be used inside the 'where' of a count.");
  if (name === undefined) {
    return frame.outer === undefined
      ? valueOf(frame, frame.kind === 'value' ? undefined : frame.alias)
      : stop("The function 'current' needs a name inside nested counts.");
  }
  if (typeof name !== 'string') return badArguments('current', 'it takes the name of a count, or an array alias.');
  for (let at: CountFrame | undefined = frame; at !== undefined; at = at.outer) {
    const wanted = name.toLowerCase();
    const own = (at.kind === 'value' ? at.name : at.alias).toLowerCase();
    if (own === wanted) return valueOf(at, at.kind === 'value' ? undefined : name);
    if (at.kind === 'field' && wanted.startsWith(own)) return valueOf(at, name);
  }
  return stop(`The function 'current' names '${name}', which no count around it does.`);
}

function valueOf(frame: CountFrame, alias: string | undefined): Json | EvaluationStop {
  if (frame.kind === 'value') return frame.value;
  const selected = selectAlias(frame.resource, alias ?? frame.alias, frame.binding).map(({ value }) => value ?? null);
  return selected.length === 1 ? (selected[0] ?? null) : selected;
}
