/**
 * What policies are evaluated on: subscriptions, resource groups, every resource, and children that live in their parents.
 *
 * Owns: how a stored document looks to a policy. Does not own: which policies reach it.
 *
 * Invariants
 * SU1. A policy sees what a GET of the resource answers, never secrets.
 * SU2. The policy objects themselves (definitions, assignments, exemptions, locks) are not subjects.
 *
 * Source: policy reference 2, 9, 15.
 */
import { armIdKey, type Json, type JsonObject, memberOf, type ResourceDocument, textMember } from '#foundation';
import { embeddedChildren, embeddedEntries, knownTypes, resourceAnswer } from '#inventory';
import type { AssignedPolicy, Surroundings } from '#policy';
import { resourceGroupId, resourceGroupType } from '../resource-group-document.ts';
import { subscriptionType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import { workflowOf, workflowType } from '../workflow-resource.ts';

/** The type of resource groups as policies name it. */
export const policyGroupType = 'Microsoft.Resources/subscriptions/resourceGroups';

export interface Subject {
  /** Full id, case as stored. */
  readonly id: string;
  /** Lower-case id. */
  readonly key: string;
  readonly type: string;
  readonly subscriptionId: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  readonly tags: JsonObject;
  /** As policies see it. */
  readonly document: JsonObject;
}

const policyObjects = /^microsoft\.authorization\/(?:policy\w+|locks)$/i;

/** A stored document and the children in it, as subjects; none for what policies do not look at. */
export function subjectsOf(document: ResourceDocument): readonly Subject[] {
  const { subscriptionId } = document;
  if (subscriptionId === undefined || policyObjects.test(document.type)) return [];
  const own = subjectOf(policyDocument(document), document, subscriptionId);
  const children = embeddedChildren.filter(({ parent }) => parent.toLowerCase() === document.type.toLowerCase());
  if (children.length === 0) return [own];
  const inside = children.flatMap((child) => embeddedEntries(document.body, child));
  return [own, ...inside.map((entry) => subjectOf(entry, document, subscriptionId))];
}

function subjectOf(shown: JsonObject, owner: ResourceDocument, subscriptionId: string): Subject {
  const id = textMember(shown, 'id') ?? owner.id;
  const location = textMember(shown, 'location');
  const tags = memberOf(shown, 'tags');
  return {
    id,
    key: armIdKey(id),
    type: textMember(shown, 'type') ?? owner.type,
    subscriptionId,
    ...(owner.resourceGroup === undefined ? {} : { resourceGroup: owner.resourceGroup }),
    ...(location === undefined || location === '' ? {} : { location }),
    tags: isObject(tags) ? tags : {},
    document: shown,
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A stored document as policies see it (SU1). */
export function policyDocument(document: ResourceDocument): JsonObject {
  const answer = resourceAnswer(document);
  if (document.type === resourceGroupType) return { ...answer, type: policyGroupType };
  if (document.type === workflowType) return workflowDocument(document, answer);
  if (document.type !== subscriptionType) return answer;
  const { displayName, state, tags } = document.body;
  return {
    id: document.id,
    name: document.name,
    type: subscriptionType,
    subscriptionId: document.name,
    displayName: displayName ?? document.name,
    state: state ?? 'Enabled',
    tags: tags ?? {},
    properties: { displayName: displayName ?? document.name, state: state ?? 'Enabled' },
  };
}

/** A logic app keeps its properties under a name of its own. */
function workflowDocument(document: ResourceDocument, answer: JsonObject): JsonObject {
  const { workflow: _workflow, ...rest } = answer;
  const { state, definition, parameters, accessControl } = workflowOf(document).body;
  return {
    ...rest,
    properties: { state, definition, parameters, ...(accessControl === undefined ? {} : { accessControl }) },
  };
}

/** The subject of an id, also of a child in its parent; undefined when it is not there. */
export function findSubject({ store }: Pick<Services, 'store'>, id: string): Subject | undefined {
  const key = armIdKey(id);
  const found = store.resources.get(key);
  if (found !== undefined) return subjectsOf(found).find((subject) => subject.key === key);
  const parentKey = key.split('/').slice(0, -2).join('/');
  const parent = parentKey === '' ? undefined : store.resources.get(parentKey);
  return parent === undefined ? undefined : subjectsOf(parent).find((subject) => subject.key === key);
}

const newestVersions: ReadonlyMap<string, string> = new Map(
  knownTypes.flatMap(({ namespace, type, apiVersions }) => {
    const newest = apiVersions.toSorted().at(-1);
    return newest === undefined ? [] : [[`${namespace}/${type}`.toLowerCase(), newest] as const];
  }),
);

/** The newest api-version of a type: the one of a scan, and of a change that a policy makes. */
export function newestApiVersion(type: string): string {
  return newestVersions.get(type.toLowerCase()) ?? '2021-04-01';
}

/** What an evaluation of the policy on the subject is told. */
export function surroundingsOf(
  services: Pick<Services, 'store' | 'settings'>,
  policy: AssignedPolicy,
  subject: Subject,
  now: number,
): Surroundings {
  const told = {
    resource: subject.document,
    parameters: policy.parameters,
    now,
    policy: policy.identity,
    requestContext: { apiVersion: newestApiVersion(subject.type) },
    // Read when a rule asks for it.
    get subscription(): JsonObject {
      return subscriptionFacts(services, subject.subscriptionId);
    },
  };
  const { resourceGroup } = subject;
  if (resourceGroup === undefined) return told;
  return Object.defineProperty<Surroundings>(told, 'resourceGroup', {
    get: () => groupFacts(services, subject.subscriptionId, resourceGroup),
  });
}

function groupFacts({ store }: Pick<Services, 'store'>, subscriptionId: string, name: string): JsonObject {
  const group = store.resources.get(resourceGroupId(subscriptionId, name));
  return group === undefined ? {} : resourceAnswer(group);
}

function subscriptionFacts(
  { store, settings }: Pick<Services, 'store' | 'settings'>,
  subscriptionId: string,
): JsonObject {
  const found = store.resources.get(`/subscriptions/${subscriptionId}`);
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId: settings.tenantId,
    displayName: memberOf(found?.body, 'displayName') ?? subscriptionId,
    tags: memberOf(found?.body, 'tags') ?? {},
  };
}
