/**
 * Workspaces as queries and collectors name them: by id, by their own GUID, by name.
 *
 * Owns: finding them, the GUID of one that is only named by an automation. Does not own: their documents (generic
 * resources), their keys (`workspace-keys.ts`).
 *
 * Invariants
 * WS1. A workspace that exists has the GUID its document says; one that automations only name has one made of its id.
 */
import { uuid5 } from '#events';
import { armIdKey, memberOf, parseArmId, type ResourceDocument, textMember } from '#foundation';
import type { Services } from '../services.ts';
import { workspacesOfAutomations } from '../read-log-rows.ts';
import { workspaceType } from '../workspace-links.ts';

export interface LogWorkspace {
  readonly id: string;
  readonly customerId: string;
  /** Days that rows are kept. */
  readonly retentionDays?: number;
}

type Read = Pick<Services, 'store'>;

function workspaceOf(document: ResourceDocument): LogWorkspace {
  const properties = memberOf(document.body, 'properties');
  const days = memberOf(properties, 'retentionInDays');
  return {
    id: document.id,
    customerId: (textMember(properties, 'customerId') ?? uuid5('workspace', armIdKey(document.id))).toLowerCase(),
    ...(typeof days === 'number' && days > 0 ? { retentionDays: days } : {}),
  };
}

/** The workspace of an id; one that has no document is there once something was written to it. */
export function workspaceAt({ store }: Read, id: string): LogWorkspace | undefined {
  const found = store.resources.get(id);
  if (found !== undefined) return workspaceOf(found);
  if (parseArmId(id)?.type.toLowerCase() !== workspaceType.toLowerCase()) return undefined;
  const key = armIdKey(id);
  if (store.logs.tables(key).length === 0 && !isNamed({ store }, key)) return undefined;
  return { id, customerId: uuid5('workspace', key) };
}

function isNamed(services: Read, key: string): boolean {
  return workspacesOfAutomations(services).some((id) => armIdKey(id) === key);
}

/** The GUID of a workspace, whether anything was written to it or not. */
export function customerIdOf(services: Read, id: string): string {
  const found = services.store.resources.get(id);
  return found === undefined ? uuid5('workspace', armIdKey(id)) : workspaceOf(found).customerId;
}

/** The workspace of a GUID. */
export function workspaceOfCustomer(services: Read, customerId: string): LogWorkspace | undefined {
  const wanted = customerId.toLowerCase();
  return allWorkspaces(services).find((workspace) => workspace.customerId === wanted);
}

/** All that have a document, and those that automations write to. */
export function allWorkspaces(services: Read): readonly LogWorkspace[] {
  const { store } = services;
  const documents = store.resources.list({ type: workspaceType }).map(workspaceOf);
  const known = new Set(documents.map(({ id }) => armIdKey(id)));
  const others = new Set([
    ...workspacesOfAutomations(services),
    ...store.logs.tables().map(({ workspace }) => workspace),
  ]);
  const named = [...others].filter((id) => !known.has(armIdKey(id)));
  const unique = new Map(named.map((id) => [armIdKey(id), id]));
  return [...documents, ...[...unique.values()].map((id) => ({ id, customerId: uuid5('workspace', armIdKey(id)) }))];
}

/** By GUID, full id or bare name, as the query API takes them. */
export function findWorkspace(services: Read, text: string): LogWorkspace | undefined {
  if (text.startsWith('/')) return workspaceAt(services, text);
  const byCustomer = workspaceOfCustomer(services, text);
  if (byCustomer !== undefined) return byCustomer;
  const named = allWorkspaces(services).filter(
    ({ id }) => id.slice(id.lastIndexOf('/') + 1).toLowerCase() === text.toLowerCase(),
  );
  return named.length === 1 ? named[0] : undefined;
}

/** Whether a host is the data collector of a workspace that is kept here: `{guid}.ods.opinsights.azure.com`. */
export function isLocalCollector(services: Read, host: string): boolean {
  const customer = /^([0-9a-f-]{36})\.ods\.opinsights\.azure\.(?:com|us|cn)$/i.exec(host)?.[1];
  return customer !== undefined && workspaceOfCustomer(services, customer) !== undefined;
}
