/** Prepared statements of the reading connection, kept by their text, and reading JSON back. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { isJsonObject, type JsonObject, parseJson, raise } from '#foundation';
import type { Query } from './statements/query.ts';

export type Row = Record<string, SQLOutputValue>;

export class Reading {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  rows(query: Query): Row[] {
    return this.statement(query.sql).all(...query.values);
  }

  count(query: Query): number {
    return this.statement(query.sql).get(...query.values)?.['count'] as number;
  }
}

/** A stored JSON object. @throws TocsinError `StoreDamaged` when the text is none. */
export function objectOf(text: SQLOutputValue | undefined): JsonObject {
  const value = parseJson(text as string);
  return isJsonObject(value) ? value : raise('StoreDamaged', 'A stored document is not a JSON object.');
}
