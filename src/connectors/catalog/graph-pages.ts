/**
 * Lists of Microsoft Graph, page by page.
 *
 * Owns: following the pages. Does not own: what is asked for, the forms of items (the callers).
 * Source: Microsoft Graph, paging (`@odata.nextLink`).
 *
 * Invariants
 * GP1. No more pages are read than the caller allows, and none once it has what it wants.
 */
import { isJsonArray, type Json, memberOf, textMember } from '#foundation';
import { isFine, type OperationOutcome, type SendToService, type ServiceRequest } from './connector.ts';

export interface GraphItems {
  readonly items: Json[];
  /** Headers of the last page. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether there are no further pages. */
  readonly isWhole: boolean;
}

export interface GraphBounds {
  readonly pages: number;
  /** Items that are enough; all of them when absent. */
  readonly items?: number;
}

/**
 * Reads a list. `form` makes an item of what Graph has, undefined leaves it out.
 * @returns at most `bounds.items`, or the answer of a page that was refused.
 */
export async function graphItems(
  send: SendToService,
  first: Pick<ServiceRequest, 'path' | 'headers'>,
  { pages, items: most = Number.POSITIVE_INFINITY }: GraphBounds,
  form: (item: Json) => Json | undefined,
): Promise<GraphItems | OperationOutcome> {
  const items: Json[] = [];
  let headers: GraphItems['headers'] = {};
  let next: string | undefined = first.path;
  for (let page = 0; page < pages && next !== undefined && items.length < most; page += 1) {
    const answer: OperationOutcome = await send({ ...first, method: 'GET', path: next });
    if (!isFine(answer)) return answer;
    headers = answer.headers;
    const value = memberOf(answer.body ?? null, 'value');
    for (const one of isJsonArray(value) ? value : []) {
      const item = form(one);
      if (item !== undefined && items.length < most) items.push(item);
    }
    next = textMember(answer.body ?? null, '@odata.nextLink');
  }
  return { items, headers, isWhole: next === undefined };
}

export function isGraphItems(value: GraphItems | OperationOutcome): value is GraphItems {
  return 'isWhole' in value;
}
