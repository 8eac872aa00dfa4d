/** Tables of a workbook at Microsoft Graph: columns, rows by index, one page at a time. */
import type { Json, JsonObject } from '#foundation';
import { type FakeRoute, headerOnly } from './service.ts';

export class FakeWorkbook {
  readonly rows: Json[][];
  readonly #columns: readonly string[];

  constructor(columns: readonly string[], rows: readonly (readonly Json[])[]) {
    this.#columns = columns;
    this.rows = rows.map((row) => [...row]);
  }

  /** Routes of the table `name` in the item `file` of the drive `drive`. */
  routes(token: string, drive: string, file: string, name: string): Readonly<Record<string, FakeRoute>> {
    const base = `/v1.0/drives/${drive}/items/${file}/workbook/tables/${name}`;
    const guarded = (route: FakeRoute): FakeRoute => headerOnly('authorization', `Bearer ${token}`, route);
    const row = (index: number): JsonObject => ({ index, values: [this.rows[index] ?? []] });
    return {
      [`GET ${base}/columns`]: guarded(() => ({
        body: { value: this.#columns.map((one, index) => ({ index, name: one })) },
      })),
      [`GET ${base}/rows`]: guarded(({ query }) => {
        const skip = Number(query.get('$skip') ?? 0);
        const top = Number(query.get('$top') ?? 0);
        return { body: { value: this.rows.map((_, index) => row(index)).slice(skip, skip + top) } };
      }),
      [`POST ${base}/rows/add`]: guarded(({ body }) => {
        const [values = []] = (body as { values: Json[][] }).values;
        if (values.length !== this.#columns.length)
          return { status: 400, body: { error: { code: 'InvalidArgument' } } };
        this.rows.push(values);
        return { status: 201, body: row(this.rows.length - 1) };
      }),
      [`PATCH ${base}/rows/itemAt\\(index=(\\d+)\\)`]: guarded(({ body }, [at = '']) => {
        const [values = []] = (body as { values: Json[][] }).values;
        const old = this.rows[Number(at)] ?? [];
        this.rows[Number(at)] = old.map((cell, column) => values[column] ?? cell);
        return { body: row(Number(at)) };
      }),
      [`DELETE ${base}/rows/itemAt\\(index=(\\d+)\\)`]: guarded((_, [at = '']) => {
        this.rows.splice(Number(at), 1);
        return { status: 204 };
      }),
    };
  }
}
