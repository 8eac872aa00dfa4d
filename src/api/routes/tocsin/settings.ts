/** `/tocsin/v1/settings`: what is in force, and changing what may change while the server works. */
import { serverSettingsOf, settingsAnswer } from '#service';
import { callerOf } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { serverVersion } from '../../server-version.ts';

const path = '/tocsin/v1/settings';

function answer({ services }: RouteCall) {
  return { status: 200, body: settingsAnswer(services, serverSettingsOf(services), serverVersion) };
}

async function change(call: RouteCall) {
  await serverSettingsOf(call.services).change(callerOf(call), call.request.body);
  return answer(call);
}

export const settingsRoutes: readonly Route[] = [
  { method: 'GET', pattern: path, permission: { action: 'Tocsin/settings/read' }, handle: answer },
  { method: 'PATCH', pattern: path, permission: { action: 'Tocsin/settings/write' }, handle: change },
];
