/**
 * The resources a template makes, and every name one of them goes by.
 *
 * Owns: ids, names, short names, symbols and names of copies, and which of them a condition left out.
 * Does not own: making instances (`expand.ts`). Source: template reference 8, 9, 13.
 *
 * Invariants
 * RI1. A name stands for all instances that go by it; `find` takes the first.
 */
import { armIdKey } from '#foundation';
import type { CopyFrame } from './context.ts';
import type { OutlinedResource } from './outline.ts';

export interface Instance {
  readonly outlined: OutlinedResource;
  readonly frame: CopyFrame | undefined;
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly parent: string | undefined;
  /** The condition asks what only the running deployment knows. */
  readonly conditionPending: boolean;
}

export class ResourceInstances {
  readonly list: Instance[] = [];
  readonly #byKey = new Map<string, Instance>();
  /** Keys of what a name, a copy's name, a symbol or an id stands for. */
  readonly #named = new Map<string, string[]>();
  /** What may be named although a condition left it out, and of these the keys of ids. */
  readonly #leftOutNames = new Set<string>();
  readonly leftOut = new Set<string>();

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  add(instance: Instance, names: readonly string[]): void {
    this.list.push(instance);
    this.#byKey.set(instance.key, instance);
    for (const name of [instance.key, ...names]) this.#remember(name.toLowerCase(), instance.key);
  }

  /** A copy's name or a symbol, which may stand for nothing at all. */
  declare(name: string): void {
    this.#remember(name.toLowerCase(), undefined);
  }

  leaveOut(key: string, names: readonly string[]): void {
    this.leftOut.add(key);
    for (const name of [key, ...names]) this.#leftOutNames.add(name.toLowerCase());
  }

  isLeftOut(name: string): boolean {
    return this.#leftOutNames.has(name.toLowerCase()) || this.#leftOutNames.has(armIdKey(name));
  }

  /** Keys of all that go by a name; undefined when nothing does. */
  keysOf(name: string): readonly string[] | undefined {
    return this.#named.get(name.toLowerCase()) ?? this.#named.get(armIdKey(name));
  }

  all(name: string): readonly Instance[] | undefined {
    return this.keysOf(name)?.flatMap((key) => this.#byKey.get(key) ?? []);
  }

  find(name: string): Instance | undefined {
    return this.all(name)?.[0];
  }

  #remember(name: string, key: string | undefined): void {
    const keys = this.#named.get(name) ?? [];
    if (key !== undefined && !keys.includes(key)) keys.push(key);
    this.#named.set(name, keys);
  }
}
