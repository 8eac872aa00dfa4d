/**
 * Finding the related resources of an existence effect.
 *
 * Owns: from a question to documents, what is no resource in the store included. Does not own: which satisfy (`#policy`).
 *
 * Invariants
 * CA1. One indexed look-up answers a question; a named resource whose place is known is read by its id.
 *
 * Source: policy reference 11, 20.
 */
import type { JsonObject } from '#foundation';
import { canonicalType, embeddedChildren, embeddedEntries } from '#inventory';
import { type CandidateQuery, isNamed } from '#policy';
import { assessmentAnswer, existingAssessment } from '../event-answers.ts';
import { resourceGroupType } from '../resource-group-document.ts';
import { planNames, pricingAnswer } from '../security-settings.ts';
import type { Services } from '../services.ts';
import { findSubject, policyDocument, type Subject } from './subject.ts';

type Read = Pick<Services, 'store'>;

const page = 200;

/** Types whose resources stand on others: they are looked for on the resource itself. */
const extensionTypes: ReadonlySet<string> = new Set([
  'microsoft.authorization/locks',
  'microsoft.authorization/roleassignments',
  'microsoft.guestconfiguration/guestconfigurationassignments',
  'microsoft.insights/diagnosticsettings',
  'microsoft.maintenance/configurationassignments',
  'microsoft.security/advancedthreatprotectionsettings',
  'microsoft.security/assessments',
  'microsoft.security/defenderforstoragesettings',
  'microsoft.security/pricings',
]);

/** The documents of a question about a subject, as policies see them. */
export function* candidatesOf(services: Read, question: CandidateQuery, subject: Subject): Generator<JsonObject> {
  const query = onSubject(question, subject);
  const kept = keptElsewhere(services, query);
  if (kept !== undefined) {
    yield* kept;
    return;
  }
  const named = namedId(query);
  if (named !== undefined) {
    const found = findSubject(services, named)?.document;
    if (found !== undefined) yield found;
    return;
  }
  for (const document of listed(services, query.type, scopeOf(query))) {
    if (isNamed(document, query.name)) yield document;
  }
}

/**
 * The scope whose resources a question goes through, when it is the same for many resources that ask: a subscription or a
 * group. `type`: as stored, the parent's for children that live in it.
 */
export function sharedList(
  question: CandidateQuery,
  subject: Subject,
): { readonly scope: string; readonly type: string; readonly inParents: boolean } | undefined {
  const query = onSubject(question, subject);
  if (query.where.kind === 'below' || namedId(query) !== undefined) return undefined;
  if (query.type.toLowerCase() === 'microsoft.security/pricings') return undefined;
  const { stored, child } = storedAs(query.type);
  return { scope: scopeOf(query), type: stored, inParents: child !== undefined };
}

function onSubject(query: CandidateQuery, subject: Subject): CandidateQuery {
  const isExtension = extensionTypes.has(query.type.toLowerCase());
  if (!isExtension || query.where.kind === 'subscription') return query;
  return { ...query, where: { kind: 'below', resourceId: subject.id } };
}

function scopeOf({ where }: CandidateQuery): string {
  switch (where.kind) {
    case 'below':
      return where.resourceId;
    case 'subscription':
      return `/subscriptions/${where.subscriptionId}`;
    case 'resourceGroup':
      return `/subscriptions/${where.subscriptionId}/resourceGroups/${where.resourceGroup}`;
  }
}

/** The id of the one resource that is asked for, where its name and place say all of it. */
function namedId(query: CandidateQuery): string | undefined {
  const { type, name, where } = query;
  if (name === undefined || name.includes('?')) return undefined;
  if (isGroupType(type)) {
    if (where.kind === 'below') return undefined;
    return `/subscriptions/${where.subscriptionId}/resourceGroups/${name}`;
  }
  const [namespace = '', ...types] = type.split('/');
  const names = name.split('/');
  if (where.kind === 'below' && extensionTypes.has(type.toLowerCase())) {
    return `${where.resourceId}/providers/${type}/${name}`;
  }
  if (where.kind !== 'resourceGroup' || names.length !== types.length) return undefined;
  const pairs = types.map((segment, index) => `${segment}/${names[index] ?? ''}`);
  return `${scopeOf(query)}/providers/${namespace}/${pairs.join('/')}`;
}

function isGroupType(type: string): boolean {
  return /^microsoft\.resources\/(?:subscriptions\/)?resourcegroups$/i.test(type);
}

function storedAs(type: string) {
  const child = embeddedChildren.find((each) => `${each.parent}/${each.child}`.toLowerCase() === type.toLowerCase());
  return { child, stored: child?.parent ?? (isGroupType(type) ? resourceGroupType : canonicalType(type)) };
}

function* listed({ store }: Read, type: string, scope: string): Generator<JsonObject> {
  const { stored, child } = storedAs(type);
  let after: string | undefined;
  for (;;) {
    const found = store.resources.list({ type: stored, scope, top: page, ...(after === undefined ? {} : { after }) });
    for (const document of found) {
      if (child === undefined) yield policyDocument(document);
      else yield* embeddedEntries(document.body, child);
    }
    if (found.length < page) return;
    after = found.at(-1)?.id.toLowerCase();
  }
}

/** Candidates that are no resources in the store: recommendations, and the plans of a subscription. */
function keptElsewhere(services: Read, query: CandidateQuery): readonly JsonObject[] | undefined {
  const { type, name, where } = query;
  if (type.toLowerCase() === 'microsoft.security/assessments' && name !== undefined && where.kind === 'below') {
    const found = existingAssessment(services, `${where.resourceId}/providers/${type}/${name}`);
    return found === undefined ? [] : [assessmentAnswer(found, { metadata: true, links: false }, '2020-01-01')];
  }
  if (type.toLowerCase() !== 'microsoft.security/pricings') return undefined;
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(scopeOf(query))?.[1];
  if (subscriptionId === undefined) return [];
  return planNames.map((plan) => pricingAnswer(services, subscriptionId, plan)).filter((plan) => isNamed(plan, name));
}
