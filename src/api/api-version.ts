/**
 * The `api-version` of a request against the versions of its route.
 *
 * Owns: reading the parameter and the three refusals. Source: ARM reference 1.1.
 *
 * Invariants
 * N1. Every listed version and every later date is accepted; `any` takes every well-formed version.
 * N2. A version given twice counts once: newer clients append it again to poll URLs that already carry it.
 */
import { type ArmRequest, type Fault, fault } from '#foundation';
import type { Route } from './route.ts';

const wellFormed = /^(\d{4}-\d{2}-\d{2})(?:-[a-z0-9.]{1,40})?$/i;

/** The version asked for, empty where the route takes none, or why it is refused. */
export function checkApiVersion(route: Route, request: ArmRequest): string | Fault {
  if (route.apiVersions === undefined) return '';
  const given = queryValue(request.query, 'api-version');
  if (given === undefined || given === '') {
    return fault(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  const version = given.split(/[?&]/, 1)[0] as string;
  const date = wellFormed.exec(version)?.[1];
  if (date === undefined) return invalid(version, route.apiVersions);
  if (route.apiVersions === 'any') return version;
  const wanted = version.toLowerCase();
  if (route.apiVersions.some((known) => known.toLowerCase() === wanted)) return version;
  const newest = route.apiVersions.reduce((best, known) => (known > best ? known : best), '');
  if (date > newest.slice(0, 10)) return version;
  return unknown(version, route.pattern, route.apiVersions);
}

function invalid(version: string, known: readonly string[] | 'any'): Fault {
  const supported = known === 'any' ? '' : ` The supported versions are '${known.join(',')}'.`;
  return fault('InvalidApiVersionParameter', `The api-version '${version}' is invalid.${supported}`);
}

function unknown(version: string, pattern: string, known: readonly string[]): Fault {
  const type = typeOfPattern(pattern);
  if (type === undefined || type.startsWith('Microsoft.Resources/')) return invalid(version, known);
  return fault(
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '' and API version '${version}' for type ` +
      `'${type.slice(type.indexOf('/') + 1)}'. The supported api-versions are '${known.join(', ')}'.`,
  );
}

/** The resource type a route's pattern is about, `Microsoft.Logic/workflows/runs`; undefined outside providers. */
export function typeOfPattern(pattern: string): string | undefined {
  const at = pattern.lastIndexOf('/providers/');
  if (at < 0) return undefined;
  const [namespace, ...rest] = pattern.slice(at + '/providers/'.length).split('/');
  if (namespace === undefined || namespace.startsWith('{')) return undefined;
  const types = rest.filter((segment, index) => index % 2 === 0 && !segment.startsWith('{'));
  return [namespace, ...types].join('/');
}

/** A query parameter found ignoring case; the exact name wins. */
export function queryValue(query: Readonly<Record<string, string>>, name: string): string | undefined {
  const exact = query[name];
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const key of Object.keys(query)) if (key.toLowerCase() === wanted) return query[key];
  return undefined;
}
