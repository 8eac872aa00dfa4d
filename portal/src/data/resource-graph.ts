/** Questions to Azure Resource Graph: one for any number of subscriptions. Source: connectors reference 6.2. */
import { call } from '../api/http.ts';

interface GraphAnswer<T> {
  readonly data: readonly T[];
  readonly $skipToken?: string;
}

export interface GraphTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

export const graphPath = '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01';
const rowsOfPage = 1000;

/** A text as the query language writes it. */
export const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * The rows of a query over `subscriptions` (ids of them, all that the caller may read when empty), of at most `mostPages`
 * pages of a thousand. @throws ArmError
 */
export async function askGraph<T>(
  query: string,
  subscriptions: readonly string[] = [],
  signal?: AbortSignal,
  mostPages = 10,
): Promise<readonly T[]> {
  const found: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const options = {
      resultFormat: 'objectArray',
      $top: rowsOfPage,
      ...(token === undefined ? {} : { $skipToken: token }),
    };
    const body = { query, options, ...(subscriptions.length === 0 ? {} : { subscriptions }) };
    const answer = await call<GraphAnswer<T>>('POST', graphPath, { body, ...(signal === undefined ? {} : { signal }) });
    found.push(...answer.body.data);
    token = answer.body.$skipToken;
    if (token === undefined) break;
  }
  return found;
}
