/**
 * `GET /tocsin/v1/originalEvent?id=`: the record that an alert, a recommendation or a finding was made from, as it was sent.
 *
 * Owns: the mapping. Source: domain reference 21, common rules.
 */
import { type ArmResponse, raise } from '#foundation';
import { findEventById } from '#service';
import { parameter } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

function original(call: RouteCall): ArmResponse {
  const id = parameter(call, 'id') ?? raise('InvalidParameter', "The parameter 'id' is missing.", { target: 'id' });
  const event = findEventById(call.services, id);
  const kind = event?.kind === 'Alerts' ? 'alerts' : 'assessments';
  // Whoever may not read it hears the same as if it were not there.
  if (event === undefined || !call.allowed(`Microsoft.Security/${kind}/read`, event.id)) {
    return raise('ResourceNotFound', `The event '${id.slice(0, 300)}' could not be found.`);
  }
  return { status: 200, body: { id: event.id, kind: event.kind, original: event.original ?? event.body } };
}

export const originalRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/originalEvent', permission: { signedIn: true }, handle: original },
];
