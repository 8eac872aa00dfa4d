/**
 * Reads policy resources: one by id, and the lists of a scope with their filters.
 *
 * Owns: which of them a scope's list shows. Does not own: their answers' form (`policy-request.ts`), pages (`#api`).
 *
 * Invariants
 * LP1. A list shows what counts at the scope: what stands at it and above; for assignments and exemptions of a subscription,
 *      group or resource also what stands below.
 *
 * Source: management API reference 10.1.
 */
import { planFilter } from '#query';
import {
  armIdKey,
  fault,
  isWithin,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  type ResourceDocument,
  textMember,
  TocsinError,
} from '#foundation';
import type { Services } from '../services.ts';
import { compareVersions } from './definition-version.ts';
import { findDefinition, versionOf, versionsOf } from './definition-source.ts';
import { exemptionOfDocument } from './exemptions.ts';
import { policyAnswer, type PolicyRequest, requireScope } from './policy-request.ts';
import { policyAssignmentType, policyExemptionType, policyScopeOf } from './policy-types.ts';
import { type DefinitionKind, definitionIdOf, definitionTypeOf } from './put-policy-definition.ts';
import { assignmentIdOf, assignmentNotFound } from './put-policy-assignment.ts';
import { exemptionIdOf, exemptionNotFound } from './put-policy-exemption.ts';
import { shippedDefinitions } from './shipped-definitions.ts';

type Read = Pick<Services, 'store'>;

export interface PolicyList extends Pick<PolicyRequest, 'scope' | 'groupsAbove'> {
  readonly filter: string;
}

// --- One --------------------------------------------------------------------------------------------------------

function definitionNotFound(kind: DefinitionKind, name: string): TocsinError {
  return kind === 'definition'
    ? new TocsinError(fault('PolicyDefinitionNotFound', `The policy definition '${name}' could not be found.`))
    : new TocsinError(fault('PolicySetDefinitionNotFound', `The policy set definition '${name}' could not be found.`));
}

/** @throws TocsinError `PolicyDefinitionNotFound`, `PolicySetDefinitionNotFound`. */
export function readPolicyDefinition(services: Read, kind: DefinitionKind, scope: string, name: string): JsonObject {
  const id = definitionIdOf(kind, scope, name);
  const stored = services.store.resources.get(id);
  if (stored !== undefined) return policyAnswer(stored);
  const found = findDefinition(services.store.resources, id);
  if (found === undefined) throw definitionNotFound(kind, name);
  return { properties: found.properties, id: found.id, type: definitionTypeOf(kind), name: found.name };
}

/** The versions of a definition, newest first, each as its own resource. @throws TocsinError as `readPolicyDefinition`. */
export function listPolicyVersions(
  services: Read,
  kind: DefinitionKind,
  scope: string,
  name: string,
): readonly JsonObject[] {
  const id = definitionIdOf(kind, scope, name);
  const found = findDefinition(services.store.resources, id);
  if (found === undefined) throw definitionNotFound(kind, name);
  const all = new Set([...versionsOf(found.properties), versionOf(found.properties)]);
  return [...all]
    .toSorted((left, right) => compareVersions(right, left))
    .map((version) => versionAnswer(services, kind, id, version))
    .filter((answer) => answer !== undefined);
}

/** @throws TocsinError `PolicyDefinitionVersionNotFound`. */
export function readPolicyVersion(
  services: Read,
  kind: DefinitionKind,
  scope: string,
  { name, version }: { readonly name: string; readonly version: string },
): JsonObject {
  const answer = versionAnswer(services, kind, definitionIdOf(kind, scope, name), version);
  if (answer !== undefined) return answer;
  const message = `The version '${version}' of the policy definition '${name}' could not be found.`;
  throw new TocsinError(fault('PolicyDefinitionVersionNotFound', message));
}

function versionAnswer(services: Read, kind: DefinitionKind, id: string, version: string): JsonObject | undefined {
  const found = findDefinition(services.store.resources, id, version);
  if (found === undefined || found.version !== version) return undefined;
  const { versions: _versions, ...properties } = found.properties;
  const type = `${definitionTypeOf(kind)}/versions`;
  return { properties: { ...properties, version }, id: `${found.id}/versions/${version}`, type, name: version };
}

/** @throws TocsinError `PolicyAssignmentNotFound`. */
export function readPolicyAssignment(services: Read, scope: string, name: string): JsonObject {
  const found = services.store.resources.get(assignmentIdOf(scope, name));
  if (found === undefined) throw assignmentNotFound(name);
  return policyAnswer(found);
}

/** @throws TocsinError `PolicyExemptionNotFound`. */
export function readPolicyExemption(services: Read, scope: string, name: string): JsonObject {
  const found = services.store.resources.get(exemptionIdOf(scope, name));
  if (found === undefined) throw exemptionNotFound(name);
  return policyAnswer(found);
}

// --- Definitions ------------------------------------------------------------------------------------------------

/** What the definitions' filters read. */
interface Listed {
  readonly scope: string;
  readonly answer: JsonObject;
}

/** Shipped ones and those at the scope and above. @throws TocsinError `InvalidParameter` for the filter. */
export function listPolicyDefinitions(services: Read, kind: DefinitionKind, list: PolicyList): readonly JsonObject[] {
  requireScope(services, list.scope);
  const key = armIdKey(list.scope);
  const above = new Set([key, ...list.groupsAbove(list.scope)]);
  const stored = services.store.resources
    .list({ type: definitionTypeOf(kind) })
    .map((document): Listed => ({ scope: armIdKey(policyScopeOf(document.id)), answer: policyAnswer(document) }))
    .filter(({ scope }) => above.has(scope));
  const fits = orThrow(
    planFilter<Listed>(withQuotes(list.filter), {
      field: definitionField,
      call: (name) => {
        if (name === 'atexactscope') return ({ scope }) => scope === key;
        return name === 'atscope' ? () => true : undefined;
      },
    }),
  );
  return [...shippedListed(kind), ...stored].filter(fits).map(({ answer }) => answer);
}

function shippedListed(kind: DefinitionKind): readonly Listed[] {
  if (kind === 'setDefinition') return [];
  const type = definitionTypeOf(kind);
  return shippedDefinitions().map(({ name, properties }) => ({
    scope: '/',
    answer: { properties, id: definitionIdOf(kind, '', name), type, name },
  }));
}

function definitionField(path: string): ((item: Listed) => Json | undefined) | undefined {
  const properties = ({ answer }: Listed): Json | undefined => memberOf(answer, 'properties');
  switch (path.toLowerCase()) {
    case 'policytype':
    case 'properties/policytype':
      return (item) => textMember(properties(item), 'policyType');
    case 'category':
    case 'properties/metadata/category':
      return (item) => textMember(memberOf(properties(item), 'metadata'), 'category');
    case 'displayname':
    case 'properties/displayname':
      return (item) => textMember(properties(item), 'displayName');
    case 'name':
      return ({ answer }) => textMember(answer, 'name');
    default:
      return undefined;
  }
}

/** `policyType -eq BuiltIn`, as the published description has it, in the form of all other filters. */
function withQuotes(filter: string): string {
  return filter
    .replaceAll(/\s-(eq|ne)\s/gi, (_, operator: string) => ` ${operator} `)
    .replaceAll(/\b(policyType)\s+(eq|ne)\s+(\w+)/gi, (_, name: string, operator: string, value: string) =>
      [name, operator, `'${value}'`].join(' '),
    );
}

// --- Assignments and exemptions ---------------------------------------------------------------------------------

/** LP1. @throws TocsinError `InvalidParameter` for the filter. */
export function listPolicyAssignments(services: Read, list: PolicyList): readonly JsonObject[] {
  return atScope(services, policyAssignmentType, list, {
    field: (path) => {
      if (!/^(?:properties\/)?policyDefinitionId$/i.test(path)) return undefined;
      return ({ body }) => textMember(memberOf(body, 'properties'), 'policyDefinitionId');
    },
    call: () => undefined,
  });
}

/** LP1. @throws TocsinError `InvalidParameter` for the filter. */
export function listPolicyExemptions(
  services: Pick<Services, 'store' | 'clock'>,
  list: PolicyList,
): readonly JsonObject[] {
  const now = services.clock.now();
  return atScope(services, policyExemptionType, list, {
    field: (path) => {
      if (!/^(?:properties\/)?policyAssignmentId$/i.test(path)) return undefined;
      return ({ body }) => textMember(memberOf(body, 'properties'), 'policyAssignmentId');
    },
    call: (name) => {
      if (name !== 'excludeexpired') return undefined;
      return (document) => (exemptionOfDocument(document).expires ?? Infinity) > now;
    },
  });
}

interface OwnFilters {
  readonly field: (path: string) => ((document: ResourceDocument) => Json | undefined) | undefined;
  readonly call: (name: string) => ((document: ResourceDocument) => boolean) | undefined;
}

function atScope(services: Read, type: string, list: PolicyList, own: OwnFilters): readonly JsonObject[] {
  const kind = requireScope(services, list.scope);
  const key = armIdKey(list.scope);
  const above = new Set(list.groupsAbove(list.scope));
  const scopeOf = ({ id }: ResourceDocument): string => armIdKey(policyScopeOf(id));
  const reachesDown = (document: ResourceDocument): boolean => {
    const scope = scopeOf(document);
    return above.has(scope) || isWithin(list.scope, scope);
  };
  const below = kind !== 'tenant' && kind !== 'managementGroup';
  const fits = orThrow(
    planFilter<ResourceDocument>(list.filter, {
      field: own.field,
      call: (name) => {
        if (name === 'atscope') return reachesDown;
        if (name === 'atexactscope') return (document) => scopeOf(document) === key;
        return own.call(name);
      },
    }),
  );
  return services.store.resources
    .list({ type })
    .filter((document) => (reachesDown(document) || (below && isWithin(scopeOf(document), key))) && fits(document))
    .map(policyAnswer);
}
