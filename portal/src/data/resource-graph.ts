/** Questions to Azure Resource Graph: one for any number of subscriptions. Source: connectors reference 6.2. */
import { call } from '../api/http.ts';

export { kqlText as quoted } from '../model/kql-text.ts';

export interface GraphScopes {
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
}

export interface GraphQuestion {
  readonly query: string;
  /** Everything that the caller may read when neither is named. */
  readonly scopes: GraphScopes;
  /** Where assignments and definitions stand that are shown; those at the scopes and below unless told. */
  readonly stands?: 'AtScopeAndBelow' | 'AtScopeAboveAndBelow';
}

export interface GraphPage<T> {
  readonly totalRecords: number;
  readonly data: readonly T[];
  readonly $skipToken?: string;
}

export const graphPath = '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01';
const rowsOfPage = 1000;

export interface PageOptions {
  /** At most 1,000. */
  readonly top: number;
  /** The token of the page before. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One page of a query's rows. Pages are told apart by `id`, which the query must show. @throws ArmError */
export async function askGraphPage<T>(
  { query, scopes, stands }: GraphQuestion,
  { top, after = '', signal }: PageOptions,
): Promise<GraphPage<T>> {
  const options = {
    resultFormat: 'objectArray',
    $top: top,
    ...(stands === undefined ? {} : { authorizationScopeFilter: stands }),
    ...(after === '' ? {} : { $skipToken: after }),
  };
  const body = { query, ...scopes, options };
  const answer = await call<GraphPage<T>>('POST', graphPath, { body, ...(signal === undefined ? {} : { signal }) });
  return answer.body;
}

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
  const scopes = subscriptions.length === 0 ? {} : { subscriptions };
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { data, $skipToken } = await askGraphPage<T>({ query, scopes }, { top: rowsOfPage, after, signal });
    found.push(...data);
    after = $skipToken;
    if (after === undefined) break;
  }
  return found;
}
