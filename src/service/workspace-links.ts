/**
 * Links from a workspace resource to a real Log Analytics workspace, whose ingestion API then takes what workspace actions
 * would put into local tables.
 *
 * Owns: the link documents, what is required of one. Does not own: requests to the API (`log-ingestion.ts`).
 *
 * Invariants
 * K1. Keys and client secrets are in `secrets` only; no answer holds them.
 * Source: the published HTTP data collector API and logs ingestion API; docs/concepts/automations.md.
 */
import {
  armIdKey,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const workspaceType = 'Microsoft.OperationalInsights/workspaces';
const collection = 'workspaceLinks';

export type WorkspaceLink =
  | {
      readonly kind: 'DataCollector';
      /** The workspace's own GUID. */
      readonly customerId: string;
      readonly sharedKey: string;
      readonly endpoint: string;
    }
  | {
      readonly kind: 'LogsIngestion';
      /** Of the data collection endpoint or rule. */
      readonly endpoint: string;
      /** `dcr-…`, the immutable id. */
      readonly dataCollectionRuleId: string;
      /** By local table; absent ones are `Custom-{table}`. */
      readonly streams: Readonly<Record<string, string>>;
      readonly authority: string;
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    };

export function isLinkedWorkspace({ store }: Pick<Services, 'store'>, workspaceId: string): boolean {
  return store.documents.get(collection, armIdKey(workspaceId)) !== undefined;
}

/** The link of a workspace. */
export function workspaceLink({ store }: Pick<Services, 'store'>, workspaceId: string): WorkspaceLink | undefined {
  const document = store.documents.get(collection, armIdKey(workspaceId));
  if (document === undefined) return undefined;
  return { ...(memberOf(document.body, 'link') as JsonObject), ...document.secrets } as unknown as WorkspaceLink;
}

export function listWorkspaceLinks({ store }: Pick<Services, 'store'>): readonly JsonObject[] {
  return store.documents.list({ collection }).map(linkAnswer);
}

function linkAnswer({ body }: StoredDocument): JsonObject {
  const link = memberOf(body, 'link');
  return { workspaceResourceId: textMember(body, 'workspaceResourceId') ?? '', ...(isJsonObject(link) ? link : {}) };
}

/** @throws TocsinError `InvalidParameter` naming the member. */
export async function putWorkspaceLink(services: Services, caller: Caller, body: Json): Promise<JsonObject> {
  const workspaceResourceId = requireWorkspaceId(textMember(body, 'workspaceResourceId'));
  const { link, secrets } = linkOf(body);
  const document: StoredDocument = {
    collection,
    key: armIdKey(workspaceResourceId),
    parent: '',
    time: services.clock.now(),
    status: '',
    body: { workspaceResourceId, link },
    secrets,
  };
  await services.store.commit([
    { kind: 'putDocument', document },
    activityWrite(services, caller, { operation: `${workspaceType}/write`, resourceId: workspaceResourceId }),
  ]);
  return linkAnswer(document);
}

export async function deleteWorkspaceLink(services: Services, caller: Caller, workspaceId: string): Promise<void> {
  const key = armIdKey(workspaceId);
  if (services.store.documents.get(collection, key) === undefined) return;
  await services.store.commit([
    { kind: 'deleteDocument', collection, key },
    activityWrite(services, caller, { operation: `${workspaceType}/write`, resourceId: workspaceId }),
  ]);
}

/** @throws TocsinError `InvalidParameter` unless the id is that of a workspace. */
export function requireWorkspaceId(id: string | undefined): string {
  if (id !== undefined && parseArmId(id)?.type.toLowerCase() === workspaceType.toLowerCase()) return id;
  return raise('InvalidParameter', `The id of a Log Analytics workspace (${workspaceType}) is required.`, {
    target: 'workspaceResourceId',
  });
}

function linkOf(body: Json): { readonly link: JsonObject; readonly secrets: JsonObject } {
  switch (textMember(body, 'kind')) {
    case 'DataCollector': {
      const customerId = required(body, 'customerId', /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i);
      const endpoint = urlMember(body, 'endpoint') ?? `https://${customerId}.ods.opinsights.azure.com`;
      const sharedKey = required(body, 'sharedKey', /^[A-Za-z0-9+/]+={0,2}$/);
      return { link: { kind: 'DataCollector', customerId, endpoint }, secrets: { sharedKey } };
    }
    case 'LogsIngestion': {
      const endpoint = urlMember(body, 'endpoint') ?? missing('endpoint');
      const dataCollectionRuleId = required(body, 'dataCollectionRuleId', /^dcr-[0-9a-z]+$/i);
      const authority = urlMember(body, 'authority') ?? 'https://login.microsoftonline.com';
      const streams = memberOf(body, 'streams');
      const link = {
        kind: 'LogsIngestion',
        endpoint,
        dataCollectionRuleId,
        streams: isJsonObject(streams) ? streams : {},
        authority,
        tenantId: required(body, 'tenantId', /^[\w.-]+$/),
        clientId: required(body, 'clientId', /^[\w-]+$/),
      };
      return { link, secrets: { clientSecret: required(body, 'clientSecret', /./) } };
    }
    default:
      return raise('InvalidParameter', "kind must be 'DataCollector' or 'LogsIngestion'.", { target: 'kind' });
  }
}

function required(body: Json, name: string, form: RegExp): string {
  const value = textMember(body, name);
  return value !== undefined && form.test(value) ? value : missing(name);
}

function missing(name: string): never {
  return raise('InvalidParameter', `The member '${name}' is missing or has not the right form.`, { target: name });
}

function urlMember(body: Json, name: string): string | undefined {
  const value = textMember(body, name);
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) return missing(name);
  return value.replace(/\/+$/, '');
}
