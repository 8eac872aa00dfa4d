/**
 * Whether an identity may make a call on Azure Resource Manager, as far as the call is known.
 *
 * Owns: from method and path to the action asked for, and the judgement. Does not own: roles (`#access`).
 * Source: ARM reference 1 (actions of a request); security-center reference 17.
 *
 * Invariants
 * PC1. The unknown part of a path is judged kindly: a role anywhere below the known part counts.
 */
import type { Identity } from '#foundation';
import { type AccessControl, createAccessControl } from '../access-control.ts';
import type { Services } from '../services.ts';
import { isKnown, unknownPiece } from './known-inputs.ts';

export interface ArmCall {
  /** `Microsoft.Compute/virtualMachines/deallocate/action`. */
  readonly action: string;
  /** The known front of the path. */
  readonly scope: string;
  /** Whether the scope is the whole resource, and not only what is known of it. */
  readonly exact: boolean;
}

const verbs: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** What a call asks for; undefined when its resource type is known to a run only. */
export function armCallOf(method: string, path: string): ArmCall | undefined {
  const whole = (path.split(/[?#]/, 1)[0] ?? '').replace(/\/+$/, '');
  const at = whole.toLowerCase().lastIndexOf('/providers/');
  const verb = method.toUpperCase();
  const known = knownFront(whole);
  if (at < 0) return containerCall(verb, whole, known);
  const [namespace = '', ...rest] = whole.slice(at + '/providers/'.length).split('/');
  const types = rest.filter((_, index) => index % 2 === 0);
  if (!isKnown(namespace) || types.length === 0 || !types.every(isKnown)) return undefined;
  const kind = verb === 'POST' ? 'action' : verbs[verb];
  return kind === undefined ? undefined : { action: [namespace, ...types, kind].join('/'), ...known };
}

function containerCall(verb: string, path: string, known: Omit<ArmCall, 'action'>): ArmCall | undefined {
  const segments = path.split('/').filter(Boolean);
  const kind = verbs[verb];
  if (kind === undefined || segments[0]?.toLowerCase() !== 'subscriptions') return undefined;
  const type = segments.length > 2 ? 'subscriptions/resourceGroups' : 'subscriptions';
  return { action: `Microsoft.Resources/${type}/${kind}`, ...known };
}

/** Whole segments up to the first that is not known. */
function knownFront(path: string): Omit<ArmCall, 'action'> {
  const at = path.indexOf(unknownPiece);
  if (at < 0) return { scope: path, exact: true };
  const front = path.slice(0, Math.max(0, path.lastIndexOf('/', at)));
  // Without a subscription nothing is known of where the call goes.
  return { scope: /^(?:\/subscriptions)?$/i.test(front) ? '/' : front, exact: false };
}

/** Roles as they are at one moment; one for a whole preflight. */
export class PermissionCheck {
  readonly #access: AccessControl;
  readonly #answers = new Map<string, boolean>();

  constructor({ store }: Pick<Services, 'store'>) {
    // What is read of roles once holds for the whole answer.
    this.#access = createAccessControl(store, { onCommit: () => () => {}, onFailure: () => {} });
  }

  mayCall(identity: Identity, { action, scope, exact }: ArmCall): boolean {
    const key = `${identity.objectId} ${action} ${scope} ${String(exact)}`.toLowerCase();
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer =
      this.#access.allowed(identity, action, scope) || (!exact && this.#access.allowedBelow(identity, action, scope));
    this.#answers.set(key, answer);
    return answer;
  }
}
