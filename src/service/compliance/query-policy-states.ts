/**
 * Queries over states and events.
 *
 * Owns: from options to rows: what the store looks up, what the query language decides, pages.
 * Does not own: the language (`#query`), answers' envelope (`#api`).
 *
 * Invariants
 * QS1. Rows are read in pages and forgotten; memory is that of the page asked for, or of the groups.
 * QS2. What the store looks up is a part of what the filter asks for, never more: the filter decides.
 *
 * Source: policy reference 18; ARM reference 11.
 */
import {
  armIdKey,
  fault,
  isWithin,
  type JsonObject,
  orThrow,
  type PolicyRecordQuery,
  raise,
  type StoredPolicyRecord,
  TocsinError,
} from '#foundation';
import {
  BestRows,
  groupedRows,
  type OrderPosition,
  planRowQuery,
  requiredTexts,
  type RowQuery,
  type RowQueryTexts,
  selectedMembers,
  timeOf,
} from '#query';
import type { Services } from '../services.ts';
import { complianceOf } from './compliance.ts';
import { requireManagementGroup } from '../management-groups.ts';
import { managementGroupOf, subscriptionFilter } from './scope-subscriptions.ts';
import { stateAnswer, stateColumns, type StateRow, type StateRows } from './state-columns.ts';

export interface StateQuery {
  readonly kind: 'latest' | 'history' | 'events';
  /** A management group, subscription, group, resource, or a definition, initiative or assignment. */
  readonly scope: string;
  readonly texts: RowQueryTexts;
  readonly top?: number;
  /** ISO times. */
  readonly from?: string;
  readonly to?: string;
  readonly expand?: string;
  /** Where the page before ended, as `next` of its answer said. */
  readonly position?: string;
  /** Management groups above a scope, nearest first. */
  readonly groupsAbove: (scope: string) => readonly string[];
}

export interface StatePage {
  readonly rows: readonly JsonObject[];
  /** Absent on the last page. */
  readonly next?: string;
}

const mostInPage = 1_000;
const rowsAtOnce = 500;
const day = 24 * 60 * 60_000;

/** One page, of at most `most` rows. @throws TocsinError `InvalidParameter` with the place of the fault in the option's text. */
export async function queryPolicyStates(services: Services, query: StateQuery, most = mostInPage): Promise<StatePage> {
  const planned = orThrow(planRowQuery(query.texts, stateColumns));
  const expansion = expansionOf(query.expand);
  const position = positionOf(query.position);
  const left = Math.max(1, position?.left ?? query.top ?? Number.MAX_SAFE_INTEGER);
  const page: PageRequest = {
    size: Math.min(left, most),
    left,
    ...(position === undefined ? {} : { position }),
  };
  const source = new RowSource(services, query);
  if (planned.grouped !== undefined) return groupedPage(source, planned, page);
  const shape = (row: StateRow): JsonObject => shaped(row, planned, expansion);
  const { order } = planned.plain ?? {};
  return order === undefined
    ? plainPage(source, planned, page, shape)
    : orderedPage(source, planned, order, page, shape);
}

interface Position {
  /** Rows that `$top` still allows. */
  readonly left: number;
  /** Time and number of the row before, its ordering values, or how many groups were shown. */
  readonly after?: { readonly time: number; readonly number: number };
  readonly order?: OrderPosition;
  readonly shown?: number;
}

interface PageRequest {
  readonly size: number;
  readonly left: number;
  readonly position?: Position;
}

function nextOf(page: PageRequest, rows: number, where: Omit<Position, 'left'>): { readonly next?: string } {
  const left = page.left - rows;
  return left <= 0 ? {} : { next: JSON.stringify({ left, ...where }) };
}

async function plainPage(
  source: RowSource,
  { passes }: RowQuery<StateRow>,
  page: PageRequest,
  shape: (row: StateRow) => JsonObject,
): Promise<StatePage> {
  const found: StateRow[] = [];
  for await (const row of source.rows(page.position?.after)) {
    if (!passes(row)) continue;
    found.push(row);
    if (found.length > page.size) break;
  }
  const shown = found.slice(0, page.size);
  const last = shown.at(-1)?.record;
  if (found.length <= page.size || last === undefined) return { rows: shown.map(shape) };
  const { time, number } = last;
  return { rows: shown.map(shape), ...nextOf(page, shown.length, { after: { time, number } }) };
}

async function orderedPage(
  source: RowSource,
  { passes }: RowQuery<StateRow>,
  order: ConstructorParameters<typeof BestRows<StateRow>>[0],
  page: PageRequest,
  shape: (row: StateRow) => JsonObject,
): Promise<StatePage> {
  const best = new BestRows<StateRow>(order, page.size + 1, page.position?.order);
  for await (const row of source.rows()) if (passes(row)) best.add(row, row.record.number);
  const found = best.take();
  const shown = found.slice(0, page.size);
  const rows = shown.map(({ item }) => shape(item));
  const last = shown.at(-1);
  if (found.length <= page.size || last === undefined) return { rows };
  return { rows, ...nextOf(page, rows.length, { order: last.position }) };
}

async function groupedPage(source: RowSource, planned: RowQuery<StateRow>, page: PageRequest): Promise<StatePage> {
  const { grouped, passes } = planned;
  if (grouped === undefined) return { rows: [] };
  const collector = grouped.plan.collect();
  for await (const row of source.rows()) {
    const full = passes(row) ? collector.add(row) : undefined;
    if (full !== undefined) throw new TocsinError(full);
  }
  const all = groupedRows(grouped, collector);
  const from = page.position?.shown ?? 0;
  const rows = all.slice(from, from + page.size);
  return from + rows.length >= all.length
    ? { rows }
    : { rows, ...nextOf(page, rows.length, { shown: from + rows.length }) };
}

// --- Shapes -------------------------------------------------------------------------------------------------------

interface Expansion {
  readonly details: boolean;
  readonly components: boolean;
}

function expansionOf(text: string | undefined): Expansion {
  const words = (text ?? '')
    .replaceAll(/\([^)]*\)/g, '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter(Boolean);
  const unknown = words.find((word) => word !== 'policyevaluationdetails' && word !== 'components');
  if (unknown !== undefined) {
    raise('InvalidParameter', `'$expand' takes 'PolicyEvaluationDetails' and 'components', not '${unknown}'.`, {
      target: '$expand',
    });
  }
  return { details: words.includes('policyevaluationdetails'), components: words.includes('components') };
}

function shaped(row: StateRow, { plain }: RowQuery<StateRow>, { details, components }: Expansion): JsonObject {
  const whole =
    plain?.select === undefined
      ? stateAnswer(row, stateColumns, details)
      : { ...selectedMembers(row, plain.select), ...(details ? detailsOf(row) : {}) };
  // Definitions of data planes are not evaluated, so that no resource has components.
  return components ? { ...whole, components: [] } : whole;
}

function detailsOf({ record }: StateRow): JsonObject {
  return { policyEvaluationDetails: record.body['details'] ?? {} };
}

function positionOf(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    const position = JSON.parse(text) as Position;
    if (typeof position === 'object' && Number.isSafeInteger(position.left)) return position;
  } catch {
    // Said below.
  }
  throw new TocsinError(fault('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' }));
}

// --- Rows ---------------------------------------------------------------------------------------------------------

/** The rows of a scope and time, narrowed by what the filter says of indexed columns. */
export class RowSource {
  readonly #services: Services;
  readonly #query: PolicyRecordQuery;
  readonly #rows: StateRows;
  readonly #also: (record: StoredPolicyRecord) => boolean;

  constructor(services: Services, query: StateQuery) {
    this.#services = services;
    const place = placeOf(services, query);
    this.#query = { ...place.query, ...timesOf(services, query), ...narrowed(query.texts.filter ?? '', place.query) };
    this.#also = place.also;
    this.#rows = complianceOf(services).stateRows(query.groupsAbove);
  }

  async *rows(after?: { readonly time: number; readonly number: number }): AsyncGenerator<StateRow> {
    let position = after;
    for (;;) {
      const found: readonly StoredPolicyRecord[] = this.#services.store.policyRecords.list({
        ...this.#query,
        top: rowsAtOnce,
        ...(position === undefined ? {} : { after: position }),
      });
      for (const record of found) if (this.#also(record)) yield this.#rows.row(record);
      position = found.at(-1);
      if (position === undefined || found.length < rowsAtOnce) return;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }
}

interface Place {
  readonly query: PolicyRecordQuery;
  readonly also: (record: StoredPolicyRecord) => boolean;
}

const policyObject =
  /^(.*)\/providers\/microsoft\.authorization\/(policydefinitions|policysetdefinitions|policyassignments)\/([^/]+)$/i;

function placeOf(services: Services, { kind, scope }: StateQuery): Place {
  const object = policyObject.exec(scope);
  if (object === null) return { query: { kind, ...scopeQuery(services, scope) }, also: () => true };
  const [, owner = '', type = '', name = ''] = object;
  if (type.toLowerCase() === 'policyassignments') {
    return { query: { kind, assignment: armIdKey(scope) }, also: () => true };
  }
  // A definition is named below the subscription it is asked from, wherever it lives.
  const ending = `/${type}/${name}`.toLowerCase();
  const isDefinition = type.toLowerCase() === 'policydefinitions';
  return {
    query: { kind, ...(owner === '' ? {} : scopeQuery(services, owner)) },
    also: ({ definition, setDefinition }) => (isDefinition ? definition : setDefinition).endsWith(ending),
  };
}

/** @throws TocsinError `NotFound` for a management group that is not there; what was deleted elsewhere has its history. */
function scopeQuery(services: Services, scope: string): Pick<PolicyRecordQuery, 'scope' | 'subscriptions'> {
  const group = managementGroupOf(scope);
  if (group !== undefined) requireManagementGroup(services, group);
  const subscriptions = subscriptionFilter(services, scope);
  return subscriptions === undefined ? { scope } : { subscriptions };
}

/** `$from` and `$to`; history and events are of the last day unless they say otherwise. */
function timesOf(
  { clock }: Services,
  { kind, from, to }: StateQuery,
): { readonly from?: number; readonly to?: number } {
  const end = timeNamed(to, '$to');
  const begin = timeNamed(from, '$from') ?? (kind === 'latest' ? undefined : (end ?? clock.now()) - day);
  return { ...(begin === undefined ? {} : { from: begin }), ...(end === undefined ? {} : { to: end }) };
}

function timeNamed(text: string | undefined, option: string): number | undefined {
  if (text === undefined || text === '') return undefined;
  const time = timeOf(text) ?? timeOf(`${text}T00:00`);
  return (
    time ??
    raise('InvalidParameter', `The value '${text.slice(0, 60)}' of '${option}' is not a time in ISO 8601.`, {
      target: option,
    })
  );
}

const states = ['Compliant', 'NonCompliant', 'Exempt', 'Conflict', 'Unknown'];

/** QS2. */
function narrowed(filter: string, place: PolicyRecordQuery): Partial<PolicyRecordQuery> {
  const required = requiredTexts(filter);
  const id = (name: string): string | undefined => {
    const value = required.get(name);
    return value === undefined ? undefined : armIdKey(value);
  };
  const state = states.find((each) => each.toLowerCase() === required.get('compliancestate')?.toLowerCase());
  const assignment = place.assignment ?? id('policyassignmentid');
  const definition = id('policydefinitionid');
  const setDefinition = id('policysetdefinitionid');
  const resource = id('resourceid');
  const reference = required.get('policydefinitionreferenceid')?.toLowerCase();
  const isBelow = resource !== undefined && (place.scope === undefined || isWithin(resource, place.scope));
  return {
    ...(state === undefined ? {} : { state }),
    ...(assignment === undefined ? {} : { assignment }),
    ...(definition === undefined ? {} : { definition }),
    ...(setDefinition === undefined ? {} : { setDefinition }),
    ...(reference === undefined ? {} : { reference }),
    ...(isBelow ? { scope: resource } : {}),
  };
}
