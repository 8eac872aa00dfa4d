/**
 * The directory of the operator's own tenant, in place of the one kept here.
 *
 * Owns: its settings, whether it is linked, where its calls go. Does not own: calls (`pass-through.ts`), which calls stay here
 * (`#api`), permissions (`directory/app-role-grants.ts`).
 * Source: design section 5, connectors reference 5.
 *
 * Invariants
 * LD1. Secrets of the link are sealed and never answered.
 * LD2. Applications, managed identities and their permissions are this server's own: they say who may use the operator's
 *      credential, and are never asked of the linked tenant.
 */
import type { LinkedCredentialSetting } from '#connectors';
import { formatTime, type Json, type JsonObject, memberOf, type StoredDocument, textMember } from '#foundation';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { linkedClouds, linkedGraphs } from './clouds.data.ts';
import { linkSettings } from './link-settings.ts';
import type { LinkTarget } from './pass-through.ts';

const collection = 'linkedDirectory';
const key = 'directory';

function stored({ store }: Pick<Services, 'store'>): StoredDocument | undefined {
  return store.documents.get(collection, key);
}

/** Where calls on Microsoft Graph go; undefined where the directory is kept here. */
export function directoryTarget(services: Pick<Services, 'store'>): LinkTarget | undefined {
  const document = stored(services);
  if (document === undefined) return undefined;
  const { body, secrets } = document;
  const cloud = textMember(body, 'cloud') ?? 'AzureCloud';
  const custom = memberOf(body, 'endpoints');
  const graph = linkedGraphs[cloud];
  const authorities = textMember(body, 'authorities');
  return {
    title: 'linked directory',
    cloud,
    root: graph ?? textMember(custom, 'graph') ?? '',
    audience: graph ?? textMember(custom, 'audience') ?? '',
    authority: linkedClouds[cloud]?.authority ?? textMember(custom, 'authority') ?? '',
    ...(authorities === undefined ? {} : { authorities }),
    credential: { ...(memberOf(body, 'credential') as JsonObject), ...secrets } as unknown as LinkedCredentialSetting,
    version: textMember(body, 'version') ?? '',
  };
}

/** The link without its secrets (LD1); undefined without one. */
export function directoryLinkAnswer(services: Pick<Services, 'store'>): JsonObject | undefined {
  const document = stored(services);
  if (document === undefined) return undefined;
  const { version: _version, ...body } = document.body;
  return { ...body, changedOn: formatTime(document.time) };
}

/** Links the directory, or changes the link. @throws TocsinError `InvalidParameter`. */
export async function putDirectoryLink(
  services: Services,
  caller: Caller,
  request: Json | undefined,
): Promise<JsonObject> {
  const { shown, secrets } = linkSettings(request, ['graph', 'authority']);
  const body = { ...shown, version: services.random.uuid() };
  await services.store.commit([
    {
      kind: 'putDocument',
      document: { collection, key, parent: '', time: services.clock.now(), status: '', body, secrets },
    },
    activityWrite(services, caller, { operation: 'Tocsin/linkedDirectory/write', resourceId: '/' }),
  ]);
  return directoryLinkAnswer(services) ?? {};
}

/** Unlinks: the directory kept here counts again, as it was. @returns whether it was linked. */
export async function deleteDirectoryLink(services: Services, caller: Caller): Promise<boolean> {
  if (stored(services) === undefined) return false;
  await services.store.commit([
    { kind: 'deleteDocument', collection, key },
    activityWrite(services, caller, { operation: 'Tocsin/linkedDirectory/delete', resourceId: '/' }),
  ]);
  return true;
}
