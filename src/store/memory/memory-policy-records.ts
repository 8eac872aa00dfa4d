/** Policy records in memory. */
import {
  isWithin,
  type JsonObject,
  parseJson,
  type PolicyRecord,
  type PolicyRecordKey,
  type PolicyRecordQuery,
  type PolicyRecordReader,
  type PolicyRecordWrite,
  type StoredPolicyRecord,
  stringifyJson,
} from '#foundation';
import { compareText, put, remove, type Undo } from './undo.ts';

type Kind = 'latest' | 'past' | 'event';

interface Kept {
  readonly kind: Kind;
  readonly number: number;
  readonly record: Omit<PolicyRecord, 'body'>;
  readonly body: string;
}

export class MemoryPolicyRecords implements PolicyRecordReader {
  readonly #kept = new Map<number, Kept>();
  /** Numbers of the latest rows, by their key. */
  readonly #latest = new Map<string, number>();
  #next = 1;

  latest(key: PolicyRecordKey): StoredPolicyRecord | undefined {
    const kept = this.#kept.get(this.#latest.get(textOf(key)) ?? 0);
    return kept === undefined ? undefined : recordOf(kept, false);
  }

  latestOf(resource: string): readonly StoredPolicyRecord[] {
    return [...this.#kept.values()]
      .filter(({ kind, record }) => kind === 'latest' && record.resource === resource)
      .sort(
        ({ record: left }, { record: right }) =>
          compareText(left.assignment, right.assignment) || compareText(left.reference, right.reference),
      )
      .map((kept) => recordOf(kept, false));
  }

  list(query: PolicyRecordQuery): readonly StoredPolicyRecord[] {
    const found = [...this.#kept.values()].filter((kept) => matches(kept, query));
    found.sort((left, right) => right.record.time - left.record.time || right.number - left.number);
    return found.slice(0, query.top ?? found.length).map((kept) => recordOf(kept, query.bare === true));
  }

  apply(write: PolicyRecordWrite): Undo {
    switch (write.kind) {
      case 'putPolicyState': {
        const before = this.#latest.get(textOf(write.record));
        const ended = before === undefined || !write.keepPast ? undefined : this.#end(before);
        const number = before === undefined || write.keepPast ? this.#next++ : before;
        return together([
          ...(ended === undefined ? [] : [ended]),
          put(this.#kept, number, keptOf('latest', number, write.record)),
          put(this.#latest, textOf(write.record), number),
        ]);
      }
      case 'putPolicyEvent': {
        const number = this.#next++;
        return put(this.#kept, number, keptOf('event', number, write.record));
      }
      case 'endPolicyState': {
        const number = this.#latest.get(textOf(write.key));
        return number === undefined ? () => {} : this.#end(number);
      }
      case 'endPolicyStatesBelow':
        return this.#endWhere(({ resource }) => isWithin(resource, write.scope));
      case 'endPolicyStatesOf':
        return this.#endWhere(({ assignment }) => assignment === write.assignment);
      case 'forgetPolicyRecords':
        return this.#forget(write.before, write.top);
    }
  }

  #endWhere(test: (record: Kept['record']) => boolean): Undo {
    const numbers = [...this.#latest.values()].filter((number) => {
      const kept = this.#kept.get(number);
      return kept !== undefined && test(kept.record);
    });
    return together(numbers.map((number) => this.#end(number)));
  }

  #end(number: number): Undo {
    const kept = this.#kept.get(number);
    if (kept === undefined) return () => {};
    return together([put(this.#kept, number, { ...kept, kind: 'past' }), remove(this.#latest, textOf(kept.record))]);
  }

  #forget(before: number, top: number): Undo {
    const old = (kind: Kind): number[] =>
      [...this.#kept.values()]
        .filter((kept) => kept.kind === kind && kept.record.time < before)
        .sort((left, right) => left.record.time - right.record.time)
        .slice(0, top)
        .map(({ number }) => number);
    return together([...old('past'), ...old('event')].map((number) => remove(this.#kept, number)));
  }
}

function together(steps: readonly Undo[]): Undo {
  return () => {
    for (const step of [...steps].reverse()) step();
  };
}

function textOf({ resource, assignment, reference }: PolicyRecordKey): string {
  return `${resource}\n${assignment}\n${reference}`;
}

function keptOf(kind: Kind, number: number, { body, ...record }: PolicyRecord): Kept {
  return { kind, number, record, body: stringifyJson(body) };
}

function recordOf({ number, record, body }: Kept, bare: boolean): StoredPolicyRecord {
  return { ...record, number, body: bare ? {} : (parseJson(body) as JsonObject) };
}

const kindsOf: Readonly<Record<PolicyRecordQuery['kind'], readonly Kind[]>> = {
  latest: ['latest'],
  past: ['past'],
  history: ['latest', 'past'],
  events: ['event'],
};

function matches({ kind, number, record }: Kept, query: PolicyRecordQuery): boolean {
  const { scope, subscriptions, from, to, after } = query;
  const same = (value: string, wanted: string | undefined): boolean => wanted === undefined || value === wanted;
  return (
    kindsOf[query.kind].includes(kind) &&
    (scope === undefined || isWithin(record.resource, scope)) &&
    (subscriptions === undefined || subscriptions.includes(record.subscription)) &&
    same(record.assignment, query.assignment) &&
    same(record.reference, query.reference) &&
    same(record.definition, query.definition) &&
    same(record.setDefinition, query.setDefinition) &&
    same(record.state, query.state) &&
    (from === undefined || record.time >= from) &&
    (to === undefined || record.time <= to) &&
    (after === undefined || record.time < after.time || (record.time === after.time && number < after.number))
  );
}
