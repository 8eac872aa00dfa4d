/** Bodies of HTML forms. */
import { fault, type Fault } from '#foundation';
import type { RouteCall } from './route.ts';

/** The first value of each form field; the body is `application/x-www-form-urlencoded`. No prototype: any name is data. */
export function formOf(call: RouteCall): Readonly<Record<string, string>> {
  return firstValues(new URLSearchParams(call.request.rawBody ?? ''));
}

export function firstValues(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const form = Object.create(null) as Record<string, string>;
  for (const [name, value] of parameters) form[name] ??= value;
  return form;
}

/** A form of a page of ours is sent by that page, not by a page of somebody else's. */
export function refuseForeignForm({ request }: RouteCall): Fault | undefined {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const ours = site === undefined ? origin === undefined || origin === request.baseUrl : site === 'same-origin';
  return ours
    ? undefined
    : fault('AuthenticationFailed', 'The form was sent by a page of another site.', { status: 403 });
}
