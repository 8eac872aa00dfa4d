/** Imports into the inventory and the directory. Source: docs/concepts/inventory.md. */
import { type ArmResponse, orThrow, raise } from '#foundation';
import { importDirectory, importResources, importTemplate, readImportedFile, readLinkedResources } from '#service';
import { callerOf, parameter } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

function targetOf(call: RouteCall): { readonly into?: string; readonly makesSubscriptions: boolean } {
  const into = parameter(call, 'subscriptionId');
  const makesSubscriptions = parameter(call, 'unknownSubscription')?.toLowerCase() === 'create';
  if (makesSubscriptions && !call.allowed('Microsoft.Subscription/aliases/write', '')) {
    raise('AuthorizationFailed', 'Making subscriptions needs a role at the tenant.');
  }
  return { ...(into === undefined ? {} : { into }), makesSubscriptions };
}

async function resources(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const caller = callerOf(call);
  const { into, makesSubscriptions } = targetOf(call);
  const reader = { identity: request.identity, baseUrl: request.baseUrl };
  const shared = {
    caller,
    makesSubscriptions,
    allowed: (action: string, id: string) => call.allowed(action, id),
    ...(into === undefined ? {} : { into }),
  };
  const linked = parameter(call, 'linkedSubscriptionId');
  if (linked !== undefined) {
    if (into === undefined)
      return raise('InvalidParameter', "The parameter 'subscriptionId' says where the copy goes.", {
        target: 'subscriptionId',
      });
    const { rows, unread } = await readLinkedResources(services, { ...reader, subscriptionId: linked });
    return {
      status: 200,
      body: { format: 'linked', unread, ...(await importResources(services, { ...shared, rows })) },
    };
  }
  const file = orThrow(readImportedFile(request.rawBody ?? ''));
  if (file.format === 'template') {
    const resourceGroup = parameter(call, 'resourceGroup');
    if (into === undefined || resourceGroup === undefined) {
      return raise('InvalidParameter', 'A template needs the parameters subscriptionId and resourceGroup.');
    }
    const body = await importTemplate(services, {
      ...reader,
      template: file.template,
      subscriptionId: into,
      resourceGroup,
    });
    return { status: 200, body };
  }
  const { format, rows, withoutId } = file;
  return { status: 200, body: { format, withoutId, ...(await importResources(services, { ...shared, rows })) } };
}

export const importRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/tocsin/v1/inventory/import',
    permission: { signedIn: true },
    body: 'text',
    largeBody: true,
    handle: resources,
  },
  {
    method: 'POST',
    pattern: '/tocsin/v1/directory/import',
    permission: { action: 'Microsoft.Authorization/directory/import/write' },
    largeBody: true,
    handle: async (call) => ({
      status: 200,
      body: await importDirectory(call.services, callerOf(call), call.request.body),
    }),
  },
];
