/** Ids, api-versions and shapes of the resources that pages show. Source: management API reference. */

/** The api-version asked for, by type in lower case. */
const versions: Readonly<Record<string, string>> = {
  'microsoft.security/automations': '2023-12-01-preview',
  'microsoft.security/alerts': '2022-01-01',
  'microsoft.security/assessments': '2020-01-01',
  'microsoft.security/assessmentmetadata': '2020-01-01',
  'microsoft.security/subassessments': '2019-01-01-preview',
  'microsoft.security/regulatorycompliancestandards': '2019-01-01-preview',
  'microsoft.logic/workflows': '2019-05-01',
  'microsoft.web/connections': '2016-06-01',
  'microsoft.resources': '2021-04-01',
  'microsoft.authorization/policydefinitions': '2023-04-01',
  'microsoft.authorization/policyassignments': '2023-04-01',
  'microsoft.authorization/policysetdefinitions': '2023-04-01',
  'microsoft.authorization/roleassignments': '2022-04-01',
  'microsoft.authorization/roledefinitions': '2022-04-01',
  'microsoft.authorization/policyexemptions': '2022-07-01-preview',
  'microsoft.authorization/permissions': '2022-04-01',
  'microsoft.management/managementgroups': '2020-05-01',
  'microsoft.policyinsights/remediations': '2021-10-01',
  'microsoft.policyinsights/policystates': '2019-10-01',
};

/** `path` with the api-version of `type` and further query parameters; undefined ones are left out. */
export function armPath(path: string, type: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const version = versions[type.toLowerCase()];
  if (version === undefined) throw new Error(`No api-version is known for ${type}.`);
  return withQuery(path, { 'api-version': version, ...query });
}

/** `path` with query parameters, undefined and empty ones left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return parts.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

export interface ArmIdParts {
  readonly subscriptionId: string | undefined;
  readonly resourceGroup: string | undefined;
  /** Full type of the last provider in the id, as written: `Microsoft.Logic/workflows/runs`; empty without one. */
  readonly type: string;
  readonly name: string;
}

/** Takes an id apart; ids of containers have their Azure types. */
export function idParts(id: string): ArmIdParts {
  const segments = id.split('/').filter((segment) => segment !== '');
  const after = (word: string): string | undefined => {
    const at = segments.findIndex((segment) => segment.toLowerCase() === word);
    return at === -1 ? undefined : segments[at + 1];
  };
  const provider = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
  const typed = provider === -1 ? [] : segments.slice(provider + 1);
  const names = typed.filter((_, index) => index === 0 || index % 2 === 1);
  return {
    subscriptionId: after('subscriptions'),
    resourceGroup: after('resourcegroups'),
    type: names.join('/'),
    name: segments.at(-1) ?? '',
  };
}

export interface Page<T> {
  readonly value: readonly T[];
  readonly nextLink?: string;
  readonly count?: { readonly value: number; readonly exact: boolean };
}

export interface Resource<P = Readonly<Record<string, unknown>>> {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly etag?: string;
  readonly properties: P;
}

export interface Subscription {
  readonly id: string;
  readonly subscriptionId: string;
  readonly displayName: string;
  readonly state: string;
}
