/**
 * Settings of the tenant's hierarchy of management groups.
 *
 * Owns: where new subscriptions and groups go, the document, its answer. Does not own: the tree (`management-groups.ts`).
 * Source: ARM reference 9; the published REST API of hierarchy settings.
 *
 * Invariants
 * HS1. The settings belong to the root group. Creating a group needs rights on its parent, whatever is set: it cannot be
 *      switched off here.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, raise, textMember } from '#foundation';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

const collection = 'hierarchySettings';
const key = 'default';
const groupType = 'Microsoft.Management/managementGroups';

type Read = Pick<Services, 'store' | 'settings'>;

function rootId({ settings }: Pick<Services, 'settings'>): string {
  return `/providers/${groupType}/${settings.tenantId}`;
}

/** Id of the group that new subscriptions and groups without a parent go to. */
export function defaultGroupId(services: Read): string {
  const found = services.store.documents.get(collection, key);
  const id = textMember(found?.body, 'defaultManagementGroup');
  return id !== undefined && services.store.resources.get(id) !== undefined ? id : rootId(services);
}

/** The settings as GET answers them. */
export function hierarchySettingsAnswer(services: Read): JsonObject {
  const { tenantId } = services.settings;
  return {
    id: `${rootId(services)}/settings/default`,
    type: `${groupType}/settings`,
    name: 'default',
    properties: {
      tenantId,
      requireAuthorizationForGroupCreation: true,
      defaultManagementGroup: defaultGroupId(services),
    },
  };
}

/** PUT and PATCH. @throws TocsinError `InvalidParameter`, `NotFound` (the default group), `NotSupported`-like refusals. */
export async function changeHierarchySettings(
  services: Services,
  caller: Caller,
  group: string,
  body: Json | undefined,
): Promise<JsonObject> {
  requireRoot(services, group);
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(properties)) raise('InvalidRequestContent', "The member 'properties' must be an object.");
  if (memberOf(properties, 'requireAuthorizationForGroupCreation') === false) {
    raise(
      'InvalidParameter',
      'Creating management groups needs rights on the parent; this cannot be switched off here.',
      {
        target: 'requireAuthorizationForGroupCreation',
      },
    );
  }
  const wanted = textMember(properties, 'defaultManagementGroup');
  return inTurn(services.store, collection, async () => {
    const defaultManagementGroup = wanted === undefined ? defaultGroupId(services) : groupIdOf(services, wanted);
    await services.store.commit([
      {
        kind: 'putDocument',
        document: {
          collection,
          key,
          parent: '',
          time: services.clock.now(),
          status: '',
          body: { defaultManagementGroup },
        },
      },
      activity(services, caller, 'write'),
    ]);
    return hierarchySettingsAnswer(services);
  });
}

/** Back to the root as the default. */
export async function deleteHierarchySettings(services: Services, caller: Caller, group: string): Promise<void> {
  requireRoot(services, group);
  await services.store.commit([{ kind: 'deleteDocument', collection, key }, activity(services, caller, 'delete')]);
}

/** @throws TocsinError `InvalidParameter`: only the root group has settings. */
export function requireRoot(services: Read, group: string): void {
  if (group.toLowerCase() === services.settings.tenantId) return;
  raise('InvalidParameter', 'Hierarchy settings belong to the root management group.', { target: 'groupId' });
}

function groupIdOf(services: Read, text: string): string {
  const name = text.slice(text.lastIndexOf('/') + 1);
  const found = services.store.resources.get(`/providers/${groupType}/${name}`);
  return found?.id ?? raise('NotFound', `The management group '${text}' could not be found.`);
}

function activity(services: Services, caller: Caller, verb: string): ReturnType<typeof activityWrite> {
  const operation = `${groupType}/settings/${verb}`;
  return activityWrite(services, caller, { operation, resourceId: `${rootId(services)}/settings/default` });
}
