/**
 * What each built-in role may do at each route, asked of a running server: one real request for every route and role, by a
 * service principal that holds the role at the tenant root.
 *
 * Owns: making the requests, reading refusals, the page. Does not own: what is right (`role-matrix.test.ts`).
 *
 * Invariants
 * M1. Refused is only what the router refuses for the action of the route itself: what a handler refuses later, because a
 *     linked resource needs more, shows as allowed.
 */
import { type Route, routes } from '#api';
import type { JsonObject } from '#foundation';
import { textOf, type TocsinServer } from './tocsin-server.ts';

/** The roles of the page, the weakest first: what stronger ones change cannot be in their way. */
export const matrixRoles = [
  ['Security Reader', '39bc4728-0917-49c7-9d2c-d95423bc2eb4'],
  ['Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7'],
  ['Logic App Operator', '515c2055-d9d4-4321-b1b9-bd0c9a0f79fe'],
  ['Logic App Contributor', '87a39d53-fc1b-424a-814c-f7e04687dc9e'],
  ['Security Admin', 'fb1c8493-542b-48eb-b624-b4c8fea62acd'],
  ['Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c'],
  ['Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'],
] as const;

/** `open` needs no identity, `signedIn` shows every caller what they may read. */
export type RouteNeed = 'open' | 'signedIn' | 'action';

export interface MatrixRow {
  readonly method: string;
  readonly pattern: string;
  readonly need: RouteNeed;
  /** The action, or what protects an open route. */
  readonly detail: string;
  /** Whether each role of `matrixRoles` may; every one for what needs no action. */
  readonly allowed: readonly boolean[];
}

export async function roleMatrix(server: TocsinServer): Promise<readonly MatrixRow[]> {
  const subscriptionId = '00000000-0000-4000-8000-00000000aaaa';
  const made = await server.call('PUT', '/providers/Microsoft.Subscription/aliases/matrix?api-version=2021-10-01', {
    body: { properties: { subscriptionId, displayName: 'Matrix' } },
  });
  if (made.status >= 300) throw new Error(made.text);
  const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-matrix`;
  await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  const tokens: string[] = [];
  for (const [, role] of matrixRoles) tokens.push(await tokenWith(server, role));
  const rows: MatrixRow[] = [];
  for (const route of inOrder(routes)) rows.push(await rowOf(server, route, subscriptionId, tokens));
  return rows.toSorted((one, other) => compare(`${one.pattern} ${one.method}`, `${other.pattern} ${other.method}`));
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Cancelling the subscription comes last, and so does enabling it again: nothing else works in between. */
function inOrder(all: readonly Route[]): readonly Route[] {
  const rank = ({ pattern }: Route): number =>
    ['/cancel', '/enable'].findIndex((end) => pattern.endsWith(`Subscription${end}`)) + 1;
  return all.toSorted((one, other) => rank(one) - rank(other));
}

async function tokenWith(server: TocsinServer, role: string): Promise<string> {
  const made = await server.call('POST', '/tocsin/v1/principals', {
    body: { displayName: `holder of ${role}`, type: 'ServicePrincipal' },
  });
  const assignment = `/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const properties = {
    roleDefinitionId,
    principalId: textOf(made.body, 'objectId'),
    principalType: 'ServicePrincipal',
  };
  const given = await server.call('PUT', assignment, { body: { properties } });
  if (given.status !== 201) throw new Error(given.text);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: textOf(made.body, 'appId'),
    client_secret: textOf(made.body.secret, 'value'),
    scope: 'https://management.azure.com/.default',
  });
  const answer = await server.call('POST', '/adfs/oauth2/token', {
    text: form.toString(),
    token: null,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return textOf(answer.body, 'access_token');
}

async function rowOf(
  server: TocsinServer,
  route: Route,
  subscriptionId: string,
  tokens: readonly string[],
): Promise<MatrixRow> {
  const { method, pattern, permission } = route;
  const values = valuesOf(route, subscriptionId);
  if ('open' in permission)
    return { method, pattern, need: 'open', detail: permission.open, allowed: tokens.map(() => true) };
  const need = 'signedIn' in permission ? 'signedIn' : 'action';
  const action = 'action' in permission ? permission.action : '';
  const detail = typeof action === 'string' ? action : action(values);
  const allowed: boolean[] = [];
  for (const token of tokens) allowed.push(!(await refused(server, route, values, token, detail)));
  return { method, pattern, need, detail, allowed };
}

/** M1 */
async function refused(
  server: TocsinServer,
  route: Route,
  values: Readonly<Record<string, string>>,
  token: string,
  action: string,
): Promise<boolean> {
  const { method, apiVersions } = route;
  const version =
    apiVersions === undefined
      ? ''
      : `?api-version=${apiVersions === 'any' ? '2024-01-01' : (apiVersions.at(-1) ?? '')}`;
  // A body that nobody takes: what is allowed changes nothing.
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: [] };
  const reply = await server.call(method, `${pathOf(route, values)}${version}`, { token, ...body });
  if (reply.status === 401) throw new Error(`${method} ${route.pattern}: ${reply.text}`);
  // HEAD has no body to say why; a 403 there is the router's.
  if (method === 'HEAD') return reply.status === 403;
  const error = reply.body.error as JsonObject | undefined;
  // The directory words its refusals as Microsoft Graph does, without the action.
  if (error?.code === 'Authorization_RequestDenied') return reply.status === 403;
  return (
    reply.status === 403 && error?.code === 'AuthorizationFailed' && textOf(error, 'message').includes(`'${action}'`)
  );
}

function valuesOf({ method, pattern }: Route, subscriptionId: string): Readonly<Record<string, string>> {
  const known: Readonly<Record<string, string>> = {
    // A resource: subscriptions and groups have routes of their own beside some of any scope.
    scope: `/subscriptions/${subscriptionId}/resourceGroups/rg-matrix/providers/Microsoft.Compute/disks/d1`,
    subscription: subscriptionId,
    subscriptionId,
    namespace: 'Microsoft.Compute',
    rest: method === 'POST' ? 'disks/d1/restart' : 'disks/d1',
    location: 'centralus',
    version: 'v1.0',
  };
  const names = [...pattern.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => name ?? '');
  return Object.fromEntries(
    names.map((name) => [
      name,
      known[name] ?? (/group/i.test(name) ? 'rg-matrix' : '00000000-0000-4000-8000-00000000bbbb'),
    ]),
  );
}

function pathOf({ pattern }: Route, values: Readonly<Record<string, string>>): string {
  const path = pattern.replaceAll(/\/?\{(\w+)(\*?)\}/g, (whole, name: string) => {
    const value = values[name] ?? '';
    return whole.startsWith('/') && !value.startsWith('/') ? `/${value}` : value;
  });
  return path.startsWith('/') ? path : `/${path}`;
}

/** The page `docs/reference/roles.md`. */
export function matrixPage(rows: readonly MatrixRow[]): string {
  const columns = matrixRoles.map(([name], index) => [name, index] as const).toReversed();
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const escaped = (text: string): string => text.replaceAll('|', '\\|');
  const acting = rows.filter(({ need }) => need === 'action');
  const name = ({ method, pattern }: MatrixRow): string => `\`${method} ${escaped(pattern)}\``;
  return [
    '# Who may do what',
    '',
    'Every route of the server with the action it needs, and which built-in roles have it: ● may, – may not. Measured, not copied: each cell is a',
    'real request of a service principal that holds the role at the tenant root (`node tools/generate-role-docs.ts`; a test asks again and',
    'compares). A role at a smaller scope has the same row within it. What a resource is linked to may need more: an automation the right to',
    '`listCallbackUrl` of its logic app, a deployment the rights to what it deploys.',
    '',
    line(['Route', 'Action', ...columns.map(([role]) => role)]),
    line(['--', '--', ...columns.map(() => ':-:')]),
    ...acting.map((row) =>
      line([name(row), `\`${row.detail}\``, ...columns.map(([, index]) => (row.allowed[index] === true ? '●' : '–'))]),
    ),
    '',
    '## For every caller who is signed in',
    '',
    'These show and change only what the caller has the right to: lists leave out the rest, and what is named without the right is refused.',
    '',
    ...rows.filter(({ need }) => need === 'signedIn').map((row) => `- ${name(row)}`),
    '',
    '## Without a token',
    '',
    line(['Route', 'What protects it']),
    line(['--', '--']),
    ...rows.filter(({ need }) => need === 'open').map((row) => line([name(row), escaped(row.detail)])),
    '',
  ].join('\n');
}
