/** Reads policy records. */
import type { PolicyRecordKey, PolicyRecordQuery, PolicyRecordReader, StoredPolicyRecord } from '#foundation';
import { objectOf, type Reading, type Row } from './reading.ts';
import {
  latestPolicyRecord,
  latestPolicyRecordsOf,
  listPolicyRecords,
  recordKinds,
} from './statements/list-policy-records.ts';

export class SqlitePolicyRecords implements PolicyRecordReader {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  latest({ resource, assignment, reference }: PolicyRecordKey): StoredPolicyRecord | undefined {
    const row = this.#reading.statement(latestPolicyRecord).get(resource, assignment, reference);
    return row === undefined ? undefined : recordOf(row);
  }

  latestOf(resource: string): readonly StoredPolicyRecord[] {
    return this.#reading.statement(latestPolicyRecordsOf).all(resource).map(recordOf);
  }

  list(query: PolicyRecordQuery): readonly StoredPolicyRecord[] {
    switch (query.kind) {
      case 'latest':
        return this.#listKind(query, recordKinds.latest);
      case 'past':
        return this.#listKind(query, recordKinds.past);
      case 'events':
        return this.#listKind(query, recordKinds.event);
      case 'history': {
        const both = [...this.#listKind(query, recordKinds.latest), ...this.#listKind(query, recordKinds.past)];
        both.sort((left, right) => right.time - left.time || right.number - left.number);
        return both.slice(0, query.top ?? both.length);
      }
    }
  }

  #listKind(query: PolicyRecordQuery, kind: number): StoredPolicyRecord[] {
    return this.#reading.rows(listPolicyRecords(query, kind)).map(recordOf);
  }
}

function recordOf(row: Row): StoredPolicyRecord {
  return {
    number: row['id'] as number,
    resource: row['resource'] as string,
    subscription: row['subscription'] as string,
    assignment: row['assignment'] as string,
    reference: row['reference'] as string,
    definition: row['definition'] as string,
    setDefinition: row['set_definition'] as string,
    state: row['state'] as string,
    time: row['time'] as number,
    body: objectOf(row['body']),
  };
}
