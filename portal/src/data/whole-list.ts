/** More of a list than is shown: what a filter matches, read page by page, up to a bound. */
import { type Page, withQuery } from '../api/arm.ts';
import { read } from '../api/http.ts';

/** As many rows as Azure exports. */
export const mostExported = 13_000;
export const mostSelected = 10_000;

const pageSize = '400';

/** Rows of the list behind `path`, at most so many; whether there are more. */
export async function readMatching<T>(
  path: string,
  most: number,
): Promise<{ readonly rows: readonly T[]; readonly isCut: boolean }> {
  const rows: T[] = [];
  let next: string | undefined = withQuery(path.replace(/([?&])\$top=\d+&?/, '$1'), { $top: pageSize });
  while (next !== undefined && rows.length < most) {
    const body: Page<T> = await read<Page<T>>(next);
    rows.push(...body.value);
    next = body.nextLink;
  }
  return { rows: rows.slice(0, most), isCut: next !== undefined || rows.length > most };
}
