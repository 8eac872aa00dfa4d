/**
 * `POST /tocsin/v1/sampleRecommendations`: a recommendation for trying automations out. Sample alerts have Azure's call.
 *
 * Owns: the mapping. Source: domain reference 20.
 */
import { type ArmResponse, raise, type Json } from '#foundation';
import { sampleSubscription, simulateRecommendation } from '#service';
import { callerOf } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

const action = 'Microsoft.Security/locations/simulateAlerts/action';

async function make(call: RouteCall): Promise<ArmResponse> {
  const subscriptionId = sampleSubscription(call.request.body);
  const scope = `/subscriptions/${subscriptionId}`;
  if (!call.allowed(action, scope)) {
    return raise(
      'AuthorizationFailed',
      `The client does not have authorization to perform action '${action}' over scope '${scope}'.`,
    );
  }
  const { events, rejected } = await simulateRecommendation(call.services, {
    caller: callerOf(call),
    subscriptionId,
    body: call.request.body,
  });
  const [refused] = rejected;
  if (refused !== undefined) return raise('SubscriptionNotFound', refused.message);
  const [event] = events;
  const body: Json = event === undefined ? {} : { id: event.id, kind: event.kind, runs: [...event.runs] };
  return { status: 202, body };
}

export const sampleRoutes: readonly Route[] = [
  { method: 'POST', pattern: '/tocsin/v1/sampleRecommendations', permission: { signedIn: true }, handle: make },
];
