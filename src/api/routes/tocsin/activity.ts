/** The activity log over all subscriptions, and its chain. Source: own API reference, "overview"; portal reference 3.7. */
import { type ArmResponse, type JsonObject, raise, textMember } from '#foundation';
import { activityPage, selectedMembers, verificationBody, verifyActivity } from '#service';
import { parameter } from '../../call-values.ts';
import { nextLink, skipPosition, topOf } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const reads = 'Microsoft.Insights/eventtypes/values/Read';

/** Entries of what the caller may read, newest first; `scopes` narrows them to these ids and what is below. */
function list(call: RouteCall): ArmResponse {
  const scopes = (parameter(call, 'scopes') ?? '')
    .split(',')
    .map((scope) => scope.trim().toLowerCase().replace(/\/+$/, ''))
    .filter((scope) => scope !== '');
  const select = selectedMembers(parameter(call, '$select'));
  const { value, next } = activityPage(call.services, {
    filter: parameter(call, '$filter') ?? parameter(call, 'filter') ?? '',
    top: Math.min(topOf(call.request) ?? 100, 1000),
    after: skipPosition(call.request),
    shown: (entry) => isWithin(entry, scopes) && mayRead(call, entry),
    ...(select === undefined ? {} : { select }),
  });
  return { status: 200, body: next === undefined ? { value } : { value, nextLink: nextLink(call.request, next) } };
}

function isWithin(entry: JsonObject, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return true;
  const id = (textMember(entry, 'resourceId') ?? '').toLowerCase();
  return scopes.some((scope) => id === scope || id.startsWith(`${scope}/`));
}

function mayRead(call: RouteCall, entry: JsonObject): boolean {
  const subscription = textMember(entry, 'subscriptionId') ?? '';
  const scope = subscription === '' ? '' : (textMember(entry, 'resourceId') ?? `/subscriptions/${subscription}`);
  return call.allowed(reads, scope);
}

async function verify(call: RouteCall): Promise<ArmResponse> {
  const head = textMember(call.request.body, 'head');
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    raise('InvalidParameter', "The member 'head' must be the hash of a block, 64 hexadecimal digits.", {
      target: 'head',
    });
  }
  return { status: 200, body: verificationBody(await verifyActivity(call.services, head)) };
}

export const activityRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/activity', permission: { signedIn: true }, handle: list },
  { method: 'POST', pattern: '/tocsin/v1/activity/verify', permission: { action: reads }, handle: verify },
];
