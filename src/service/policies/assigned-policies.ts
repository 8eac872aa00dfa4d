/**
 * The policies in force, in memory: which reach a resource.
 *
 * Owns: the index of assignments by scope, what a commit makes stale, exemptions. Does not own: compiling
 * (`compile-assignment.ts`), evaluating, saving.
 *
 * Invariants
 * AP1. Compiled once per state of the assignment and its definitions; the commit that changes either makes it stale.
 * AP2. What reaches a resource costs one look-up for each scope above it, however many assignments there are elsewhere.
 * AP3. Outermost scope first, then by id, then in the set's order.
 *
 * Source: policy reference 12 to 14, 20.
 */
import { groupsAbove, type ScopeHierarchy } from '#access';
import { armIdKey, memberOf, parseArmId, type ResourceDocument, type Store, textMember, type Write } from '#foundation';
import { readHierarchy } from '../access-control.ts';
import { isObservedStore } from '../commit-feed.ts';
import type { Services } from '../services.ts';
import type { Assigned } from './assigned.ts';
import { compileAssignment, type CompileFault, isCompiled } from './compile-assignment.ts';
import { DefinitionPlans, findDefinition } from './definition-source.ts';
import { type Exemption, Exemptions } from './exemptions.ts';
import { policyAssignmentType, policyIdOf, policyScopeOf } from './policy-types.ts';
import { concernsLocation, type Selectable, selects } from './selectors.ts';

export type { Assigned } from './assigned.ts';
export type { Exemption } from './exemptions.ts';

export interface PolicyChange {
  /** Full id of the scope of what changed, empty at the tenant; an exemption's own. */
  readonly scope: string;
  readonly assignmentId: string;
  readonly kind: 'assignment' | 'definition' | 'exemption';
}

export interface AssignedPolicies {
  /**
   * Every policy that reaches the resource (AP3), not-enforced ones too, excluded scopes and disabled ones left out. Which
   * resource selectors and overrides by location hold is told by `assignedFor`.
   */
  reaching(resourceId: string): readonly Assigned[];
  /** The policies of an assignment; none when it does not exist or cannot be in force. */
  of(assignmentId: string): readonly Assigned[];
  /** The policy of an assignment, for a set the member of the reference id. */
  get(assignmentId: string, referenceId?: string): Assigned | undefined;
  all(): Iterable<Assigned>;
  /** Called after the commit that changed something, before its caller goes on. */
  onChange(listener: (change: PolicyChange) => void): void;
  /** What frees the resource from the policy at `now`, milliseconds; `resource` saves a look-up. */
  exemptionOf(assigned: Assigned, resourceId: string, now: number, resource?: Selectable): Exemption | undefined;
}

/** The policy as it holds for one resource: undefined when it is not selected, with another effect where overridden. */
export function assignedFor(assigned: Assigned, resource: Selectable): Assigned | undefined {
  if (!selects(assigned.resourceSelectors, resource)) return undefined;
  if (assigned.variants.size === 0) return assigned;
  for (const override of assigned.overrides) {
    if (override.kind !== 'policyEffect' || !concernsLocation(override, resource.location)) continue;
    const policy = assigned.variants.get(override.value.toLowerCase());
    return policy === undefined ? assigned : { ...assigned, policy, effect: policy.effect };
  }
  return assigned;
}

const indexes = new WeakMap<Store, PolicyIndex>();

/** The policies in force of a store; read at the first question, then kept current by its commits. */
export function policiesOf({ store, log }: Pick<Services, 'store' | 'log'>): AssignedPolicies {
  let index = indexes.get(store);
  if (index === undefined) {
    index = new PolicyIndex(store, log);
    indexes.set(store, index);
  }
  return index;
}

interface Entry {
  readonly document: ResourceDocument;
  /** Keys of excluded scopes. */
  readonly notScopes: readonly string[];
  compiled?: readonly Assigned[];
}

const none: readonly Assigned[] = [];

class PolicyIndex implements AssignedPolicies {
  readonly #store: Store;
  readonly #log: Services['log'];
  readonly #entries = new Map<string, Entry>();
  /** Keys of assignments, in order, by key of their scope. */
  readonly #byScope = new Map<string, string[]>();
  /** Keys of assignments by key of a definition or set they use. */
  readonly #users = new Map<string, Set<string>>();
  readonly #exemptions = new Exemptions();
  readonly #plans = new DefinitionPlans();
  readonly #listeners: ((change: PolicyChange) => void)[] = [];
  #hierarchy: ScopeHierarchy | undefined;

  constructor(store: Store, log: Services['log']) {
    this.#store = store;
    this.#log = log;
    for (const document of store.resources.list({ type: policyAssignmentType })) this.#put(document);
    this.#exemptions.load(store.resources);
    if (isObservedStore(store)) store.onCommit((writes) => this.#follow(writes));
  }

  reaching(resourceId: string): readonly Assigned[] {
    if (this.#byScope.size === 0) return none;
    const scopes = this.#scopesAbove(armIdKey(resourceId));
    const found: Assigned[] = [];
    for (const scope of scopes) {
      for (const key of this.#byScope.get(scope) ?? []) {
        const entry = this.#entries.get(key);
        if (entry === undefined || entry.notScopes.some((excluded) => scopes.includes(excluded))) continue;
        for (const assigned of this.#compiled(key, entry)) {
          if (assigned.effect !== 'disabled' || assigned.variants.size > 0) found.push(assigned);
        }
      }
    }
    return found.length === 0 ? none : found;
  }

  of(assignmentId: string): readonly Assigned[] {
    const key = armIdKey(assignmentId);
    const entry = this.#entries.get(key);
    return entry === undefined ? none : this.#compiled(key, entry);
  }

  get(assignmentId: string, referenceId?: string): Assigned | undefined {
    const wanted = referenceId?.toLowerCase();
    return this.of(assignmentId).find((each) => each.referenceId?.toLowerCase() === wanted);
  }

  *all(): Iterable<Assigned> {
    for (const [key, entry] of this.#entries) yield* this.#compiled(key, entry);
  }

  onChange(listener: (change: PolicyChange) => void): void {
    this.#listeners.push(listener);
  }

  exemptionOf(assigned: Assigned, resourceId: string, now: number, resource?: Selectable): Exemption | undefined {
    if (!this.#exemptions.areOf(assigned.assignmentId)) return undefined;
    const key = armIdKey(resourceId);
    const look = (): Selectable => resource ?? this.#look(key);
    return this.#exemptions.find(assigned, key, now, groupsAbove(key, this.#groups()), look);
  }

  #look(key: string): Selectable {
    const found = this.#store.resources.get(key);
    const type = found?.type ?? parseArmId(key)?.type ?? '';
    return { type, ...(found?.location === undefined ? {} : { location: found.location }) };
  }

  /** Keys of every scope a resource is in: the tenant, management groups from the root, its own id's beginnings. */
  #scopesAbove(key: string): readonly string[] {
    const scopes = ['/', ...groupsAbove(key, this.#groups()).toReversed()];
    for (let at = key.indexOf('/', 1); at >= 0; at = key.indexOf('/', at + 1)) scopes.push(key.slice(0, at));
    scopes.push(key);
    return scopes;
  }

  #groups(): ScopeHierarchy {
    this.#hierarchy ??= readHierarchy(this.#store.resources);
    return this.#hierarchy;
  }

  #compiled(key: string, entry: Entry): readonly Assigned[] {
    entry.compiled ??= this.#compile(key, entry.document);
    return entry.compiled;
  }

  #compile(key: string, document: ResourceDocument): readonly Assigned[] {
    const definitions = {
      find: (id: string, version?: string) => findDefinition(this.#store.resources, id, version),
      definition: this.#plans.definition.bind(this.#plans),
      initiative: this.#plans.initiative.bind(this.#plans),
    };
    const compiled = compileAssignment(document, definitions, (definitionId) => this.#uses(key, definitionId));
    if (isCompiled(compiled)) return compiled;
    this.#log.warn('A policy assignment is not in force.', { assignment: document.id, reason: reasonOf(compiled) });
    return none;
  }

  #uses(key: string, definitionId: string): void {
    const definition = armIdKey(definitionId);
    const users = this.#users.get(definition) ?? new Set<string>();
    this.#users.set(definition, users.add(key));
  }

  #put(document: ResourceDocument): void {
    const key = armIdKey(document.id);
    this.#drop(key);
    const excluded = memberOf(memberOf(document.body, 'properties'), 'notScopes');
    const texts = Array.isArray(excluded) ? excluded.filter((each) => typeof each === 'string') : [];
    this.#entries.set(key, { document, notScopes: texts.map(armIdKey) });
    const scope = armIdKey(policyScopeOf(document.id));
    const keys = [...(this.#byScope.get(scope) ?? []), key];
    this.#byScope.set(scope, keys.toSorted());
    this.#uses(key, textMember(memberOf(document.body, 'properties'), 'policyDefinitionId') ?? '');
  }

  #drop(key: string): ResourceDocument | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    const scope = armIdKey(policyScopeOf(entry.document.id));
    const left = (this.#byScope.get(scope) ?? []).filter((each) => each !== key);
    if (left.length === 0) this.#byScope.delete(scope);
    else this.#byScope.set(scope, left);
    for (const users of this.#users.values()) users.delete(key);
    return entry.document;
  }

  /** AP1. */
  #follow(writes: readonly Write[]): void {
    const changes: PolicyChange[] = [];
    for (const write of writes) {
      if (write.kind !== 'putResource' && write.kind !== 'deleteResource') continue;
      const id = write.kind === 'putResource' ? write.resource.id : write.id;
      if (isContainer(id)) this.#hierarchy = undefined;
      const named = policyIdOf(id);
      if (named === undefined) continue;
      const document = write.kind === 'putResource' ? write.resource : undefined;
      if (named.kind === 'assignment') changes.push(...this.#assignmentChanged(named.key, document));
      else if (named.kind === 'exemption') changes.push(...this.#exemptionChanged(named.key, document));
      else changes.push(...this.#definitionChanged(named.key));
    }
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }

  #assignmentChanged(key: string, document: ResourceDocument | undefined): readonly PolicyChange[] {
    if (document !== undefined) this.#put(document);
    const known = document ?? this.#drop(key);
    if (known === undefined) return [];
    return [{ scope: policyScopeOf(known.id), assignmentId: known.id, kind: 'assignment' }];
  }

  #exemptionChanged(key: string, document: ResourceDocument | undefined): readonly PolicyChange[] {
    const before = this.#exemptions.remove(key);
    const after = document === undefined ? undefined : this.#exemptions.put(document);
    const changed = [before, after].filter((each) => each !== undefined);
    const assignments = new Map(changed.map(({ assignment, scope }) => [assignment, scope]));
    return [...assignments].map(([assignmentId, scope]) => ({ scope, assignmentId, kind: 'exemption' }));
  }

  #definitionChanged(definition: string): readonly PolicyChange[] {
    const changes: PolicyChange[] = [];
    for (const key of this.#users.get(definition) ?? []) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      delete entry.compiled;
      const { id } = entry.document;
      changes.push({ scope: policyScopeOf(id), assignmentId: id, kind: 'definition' });
    }
    return changes;
  }
}

/** Subscriptions and management groups: what the hierarchy is made of. */
function isContainer(id: string): boolean {
  return /^\/(?:subscriptions\/[^/]+|providers\/microsoft\.management\/managementgroups\/[^/]+)$/i.test(id);
}

function reasonOf(faults: readonly CompileFault[] | readonly Assigned[]): string {
  return faults.map((each) => ('message' in each ? each.message : '')).join(' ');
}
