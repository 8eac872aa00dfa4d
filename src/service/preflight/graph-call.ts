/**
 * What a call on Microsoft Graph asks for, before any run.
 *
 * Owns: from method and path to the action, and the permission to recommend for it. Does not own: the judgement
 * (`permission-check.ts`), the permissions (`#directory`).
 *
 * Invariants
 * GC1. A call that only a run knows, or that the directory has not, asks for nothing here.
 */
import { type EntitySet, type EntitySetName, entitySets, graphPermissions } from '#directory';
import { actionMatches } from '#access';
import { isKnown } from './known-inputs.ts';
import type { ArmCall } from './permission-check.ts';

const verbs: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PATCH: 'write',
  PUT: 'write',
  DELETE: 'delete',
};

/** `directory/users/signInSessions/write` of `POST /v1.0/users/{id}/revokeSignInSessions`. */
export function graphCallOf(method: string, path: string): ArmCall | undefined {
  const plain = (path.split(/[?#]/, 1)[0] ?? '').replaceAll(/\('?[^']*'?\)/g, '/key');
  const [, version = '', below = ''] = /^\/+(v1\.0|beta)\/+(.*?)\/*$/i.exec(plain) ?? [];
  const verb = verbs[method.toUpperCase()];
  if (version === '' || verb === undefined) return undefined;
  const lower = below.toLowerCase();
  const found = (Object.entries(entitySets) as [EntitySetName, EntitySet][]).find(
    ([, set]) => lower === set.path.toLowerCase() || lower.startsWith(`${set.path.toLowerCase()}/`),
  );
  if (found === undefined) return undefined;
  const [name, set] = found;
  const [, ...rest] = lower.slice(set.path.length).split('/');
  const action = actionOf(name, verb, rest);
  return action === undefined
    ? undefined
    : { action: `Microsoft.Authorization/directory/${name}/${action}`, scope: '/', exact: true };
}

const sessionActions = /^(?:microsoft\.graph\.)?(?:revokesigninsessions|invalidateallrefreshtokens)$/;
const readingActions = /^(?:check|get)member(?:groups|objects)$/;

function actionOf(set: EntitySetName, verb: string, rest: readonly string[]): string | undefined {
  if (set === 'riskyUsers') return verb;
  const [, relation] = rest;
  if (relation === undefined) return verb;
  if (!isKnown(relation)) return undefined;
  if (sessionActions.test(relation)) return 'signInSessions/write';
  if (readingActions.test(relation) || verb === 'read') return 'read';
  return rest.at(-1) === '$ref' ? `${relation}/write` : undefined;
}

/** The narrowest permission of Microsoft Graph that allows an action. */
export function permissionFor(action: string): string | undefined {
  const fitting = graphPermissions.filter(({ actions }) => actions.some((pattern) => actionMatches(pattern, action)));
  return fitting.toSorted((one, other) => one.actions.length - other.actions.length)[0]?.value;
}
