/** Policies as the server shows them, and the commands on them. Source: management API reference 10.1, 11. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { armPath, idParts } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import { kqlText, whereIn } from '../model/kql-text.ts';
import { type Declarations, type Definition, isInitiative } from '../model/policy-definition.ts';
import { mostGraphRows } from './graph-lists.ts';
import { askGraphPage } from './resource-graph.ts';

/** The path of a policy resource with its api-version. */
export const policyPath = (id: string): string => armPath(id, idParts(id).type);

/** What the list shows of a definition. */
export interface DefinitionRow {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly policyType: string;
  readonly category: string;
  readonly version: string;
  readonly effect: string | null;
  readonly parameters: Declarations | null;
  readonly members: number | null;
}

export function useDefinition(id: string): UseQueryResult<Definition, ArmError> {
  return useQuery<Definition, ArmError>({
    queryKey: ['arm', 'policy', id.toLowerCase()],
    queryFn: ({ signal }) => read<Definition>(policyPath(id), signal),
    enabled: id !== '',
  });
}

const idsInQuery = 200;

/** The definitions in an initiative, as far as the caller may read them. */
export async function readMembers(initiative: Definition, signal?: AbortSignal): Promise<readonly Definition[]> {
  const ids = [
    ...new Set((initiative.properties.policyDefinitions ?? []).map((each) => each.policyDefinitionId.toLowerCase())),
  ];
  const found: Definition[] = [];
  for (let from = 0; from < ids.length; from += idsInQuery) {
    const query = `PolicyResources\n| where type =~ 'microsoft.authorization/policydefinitions'\n${whereIn('id', ids.slice(from, from + idsInQuery))}\n| project id, name, properties`;
    const { data } = await askGraphPage<Definition>({ query, scopes: {} }, { top: mostGraphRows, signal });
    found.push(...data);
  }
  return found;
}

export function useMembers(definition: Definition | undefined): UseQueryResult<readonly Definition[], ArmError> {
  return useQuery<readonly Definition[], ArmError>({
    queryKey: ['policyMembers', definition?.id.toLowerCase(), definition?.properties.policyDefinitions],
    queryFn: ({ signal }) => (definition === undefined ? [] : readMembers(definition, signal)),
    enabled: definition !== undefined && isInitiative(definition.id),
    staleTime: 30_000,
  });
}

export async function deletePolicy(id: string): Promise<void> {
  await call('DELETE', policyPath(id));
}

export interface AssignmentRow {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly scope: string;
  readonly definitionId: string;
  readonly enforcement: string;
  readonly principalId: string;
}

/** Rows of assignments; `conditions` narrow them. */
export function assignmentQuery(conditions: string, order = 'displayName'): string {
  return [
    'PolicyResources',
    "| where type =~ 'microsoft.authorization/policyassignments'",
    '| extend displayName = iff(isempty(properties.displayName), name, tostring(properties.displayName)), scope = tostring(properties.scope), definitionId = tostring(properties.policyDefinitionId), enforcement = tostring(properties.enforcementMode)',
    conditions,
    '| project id, name, displayName, scope, definitionId, enforcement, principalId = tostring(identity.principalId)',
    `| order by ${order}, id asc`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

export const assignmentsOf = (definitionId: string): string =>
  assignmentQuery(`| where definitionId =~ ${kqlText(definitionId)}`);
