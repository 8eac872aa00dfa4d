/**
 * An SDK client that judges its own answers: every call passes through unchanged, and what it answers is held against
 * what the package declares (`declared-types.ts`). The client itself is the published one.
 */
import assert from 'node:assert/strict';
import type { TSType } from 'oxc-parser';
import { argumentsOf, DeclaredTypes, referenceName } from './declared-types.ts';

/** What was called of one package. */
export class Watch {
  readonly #types: DeclaredTypes;
  readonly #client: string;
  readonly #returns: ReadonlyMap<string, TSType | undefined>;
  readonly #called = new Set<string>();
  readonly #asInAzure: readonly RegExp[];

  /**
   * @param client the class that the package exports
   * @param asInAzure problems that this client has with answers of Azure too
   */
  constructor(packageName: string, client: string, asInAzure: readonly RegExp[] = []) {
    this.#asInAzure = asInAzure;
    this.#types = new DeclaredTypes(packageName);
    this.#client = client;
    const operations = this.#types.operations(client);
    this.#returns = new Map(operations.map(({ group, name, returns }) => [`${group}.${name}`, returns]));
  }

  /** The same client; its answers are checked. */
  over<Client extends object>(client: Client): Client {
    return this.#proxy(client, '');
  }

  /**
   * Fails for an operation that was neither called nor is in `unserved`, and for one of `unserved` that was called or
   * does not exist. Entries are `group.operation` or a whole `group`. A begin…AndWait counts as its begin….
   */
  assertComplete(unserved: Readonly<Record<string, string>>): void {
    const all = new Set([...this.#returns.keys()].map(plainName));
    const called = new Set([...this.#called].map(plainName));
    const listed = (operation: string): boolean => operation in unserved || (operation.split('.')[0] ?? '') in unserved;
    const missing = [...all].filter((operation) => !called.has(operation) && !listed(operation));
    const wrong = [...called].filter(listed);
    const unknown = Object.keys(unserved).filter(
      (name) => ![...all].some((each) => each === name || each.startsWith(`${name}.`)),
    );
    assert.deepEqual({ missing, wrong, unknown }, { missing: [], wrong: [], unknown: [] }, this.#client);
  }

  #proxy<T extends object>(target: T, group: string): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof name !== 'string') return value;
        const operation = `${group}.${name}`;
        if (typeof value === 'function') {
          if (!this.#returns.has(operation)) return value.bind(target) as unknown;
          return (...args: readonly unknown[]) => this.#call(operation, value.bind(target) as Call, args);
        }
        const isGroup = group === '' && typeof value === 'object' && value !== null;
        return isGroup && this.#hasGroup(name) ? this.#proxy(value, name) : value;
      },
    });
  }

  #hasGroup(group: string): boolean {
    return [...this.#returns.keys()].some((operation) => operation.startsWith(`${group}.`));
  }

  #call(operation: string, call: Call, args: readonly unknown[]): unknown {
    this.#called.add(operation);
    const type = this.#returns.get(operation);
    const answer = call(...args);
    const name = referenceName(type);
    if (name === 'PagedAsyncIterableIterator') return this.#paged(operation, answer as Paged, argumentsOf(type)[0]);
    if (name === 'PollerLike') {
      const [, result] = argumentsOf(type);
      return Promise.resolve(answer).then((value) => this.#judge(operation, value, result));
    }
    return Promise.resolve(answer).then((value) => this.#settled(operation, value, argumentsOf(type)[0]));
  }

  #settled(operation: string, value: unknown, type: TSType | undefined): unknown {
    if (referenceName(type) !== 'PollerLike' && referenceName(type) !== 'SimplePollerLike') {
      return this.#judge(operation, value, type);
    }
    const result = argumentsOf(type)[1];
    const poller = value as { pollUntilDone(): Promise<unknown> };
    const poll = poller.pollUntilDone.bind(poller);
    return Object.assign(poller, {
      pollUntilDone: async () => this.#judge(operation, await poll(), result),
    });
  }

  #paged(operation: string, pages: Paged, type: TSType | undefined): unknown {
    const judge = (item: unknown): unknown => this.#judge(operation, item, type);
    return {
      byPage: (settings?: object) => pages.byPage(settings),
      async *[Symbol.asyncIterator]() {
        for await (const item of pages) yield judge(item);
      },
    };
  }

  #judge(operation: string, value: unknown, type: TSType | undefined): unknown {
    if (type?.type === 'TSVoidKeyword') return value;
    const problems = this.#types
      .problems(value, type)
      .filter((problem) => !this.#asInAzure.some((pattern) => pattern.test(problem)));
    assert.deepEqual(problems, [], `${this.#client}.${operation} answers other than it declares`);
    return value;
  }
}

type Call = (...args: readonly unknown[]) => unknown;
type Paged = AsyncIterable<unknown> & { byPage(settings?: object): AsyncIterable<unknown> };

/** `beginDeleteAndWait`, `beginDelete` and `delete` are one operation. */
function plainName(operation: string): string {
  const [group = '', name = ''] = operation.split('.');
  const plain = name.replace(/AndWait$/, '').replace(/^begin([A-Z])/, (_, letter: string) => letter.toLowerCase());
  return `${group}.${plain}`;
}

/** Everything a paged list holds. */
export async function all<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of pages) found.push(item);
  return found;
}
