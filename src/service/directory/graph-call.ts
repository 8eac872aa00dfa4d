/**
 * What a call on Microsoft Graph asks for.
 *
 * Owns: from method and path to the action, and the permission to recommend for it. Does not own: judgements (`preflight/`,
 * `#api`), the permissions (`#directory`).
 *
 * Invariants
 * GC1. Calls that look things up are reads, whatever their method.
 */
import { actionMatches } from '#access';
import { type EntitySet, type EntitySetName, entitySets, graphPermissions } from '#directory';

const verbs: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  DELETE: 'delete',
};

/** Below these, the second segment is a set or an action, not a key. */
const namespaces: ReadonlySet<string> = new Set([
  'auditlogs',
  'identity',
  'identityprotection',
  'informationprotection',
  'devicemanagement',
  'policies',
  'reports',
  'rolemanagement',
  'security',
]);

const sessionActions = /^(?:microsoft\.graph\.)?(?:revokesigninsessions|invalidateallrefreshtokens)$/i;
const readingActions = /^(?:(?:check|get)member(?:groups|objects)|getbyids|runhuntingquery|getmailtips)$/i;

/** `Microsoft.Authorization/directory/users/signInSessions/write` of `POST /v1.0/users/{id}/revokeSignInSessions`. */
export function graphActionOf(method: string, path: string): string {
  const plain = (path.split(/[?#]/, 1)[0] ?? '').replaceAll(/\([^)]*\)/g, '/key');
  const below = plain.replace(/^\/+(?:v1\.0|beta)\/+/i, '').replace(/\/+$/, '');
  const verb = verbs[method.toUpperCase()] ?? 'write';
  const found = (Object.entries(entitySets) as [EntitySetName, EntitySet][]).find(([, { path: set }]) =>
    `${below.toLowerCase()}/`.startsWith(`${set.toLowerCase()}/`),
  );
  const action = found === undefined ? otherAction(below, verb) : setAction(found, below, verb);
  return `Microsoft.Authorization/directory/${action}`;
}

function setAction([name, set]: readonly [EntitySetName, EntitySet], below: string, verb: string): string {
  const [, , relation, ...rest] = below.slice(set.path.length).split('/');
  if (name === 'riskyUsers' || relation === undefined) return `${name}/${verb}`;
  if (sessionActions.test(relation)) return `${name}/signInSessions/write`;
  if (readingActions.test(relation)) return `${name}/read`;
  const isLink = rest.at(-1)?.toLowerCase() === '$ref' || relation.toLowerCase() === 'manager';
  if (isLink && verb !== 'read') return `${name}/${relation}/write`;
  const own = /^(?:members|owners|memberof|transitive\w+|manager|directreports|registered\w+|ownedDevices|\$count)$/i;
  return own.test(relation) ? `${name}/${verb}` : `${name}/${relation}/${verb}`;
}

function otherAction(below: string, verb: string): string {
  const segments = below.split('/');
  const start = namespaces.has(segments[0]?.toLowerCase() ?? '') ? 1 : 0;
  const types = segments.filter((_, index) => index <= start || (index - start) % 2 === 0);
  const isLookUp = segments.some((segment) => readingActions.test(segment));
  if (types[0]?.toLowerCase() === 'directoryobjects') return `users/${isLookUp ? 'read' : verb}`;
  return `${types.join('/')}/${isLookUp ? 'read' : verb}`;
}

/** The narrowest permission of Microsoft Graph that allows an action. */
export function permissionFor(action: string): string | undefined {
  const fitting = graphPermissions.filter(({ actions }) => actions.some((pattern) => actionMatches(pattern, action)));
  return fitting.toSorted((one, other) => one.actions.length - other.actions.length)[0]?.value;
}
