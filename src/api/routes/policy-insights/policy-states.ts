/**
 * Routes of states and events: queries, summaries, evaluation on demand.
 *
 * Owns: the mapping and the OData envelope. Source: ARM reference 11, policy reference 18.
 */
import type { ArmResponse, JsonObject } from '#foundation';
import { raise } from '#foundation';
import { queryPolicyStates, type StateQuery, summarizePolicyStates, triggerEvaluation } from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { acceptedAtLocation } from '../../long-running.ts';
import { nextLink, skipPosition, topOf } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { stateVersions } from './versions.data.ts';

const provider = '/providers/Microsoft.PolicyInsights';
const scoped = `{scope*}${provider}`;

const scopeOf = (path: PathValues): string => path['scope'] ?? '';

function viewOf(call: RouteCall): 'latest' | 'history' {
  const view = segment(call, 'view').toLowerCase();
  if (view === 'latest') return 'latest';
  if (view === 'default') return 'history';
  return raise('InvalidParameter', `The policy states are 'latest' or 'default', not '${segment(call, 'view')}'.`, {
    target: 'policyStatesResource',
  });
}

function queryOf(call: RouteCall, kind: StateQuery['kind']): StateQuery {
  const [top, position] = [topOf(call.request), skipPosition(call.request)];
  const option = <K extends string>(name: K): Partial<Record<K, string>> => {
    const value = parameter(call, `$${name}`);
    return value === undefined ? {} : ({ [name]: value } as Partial<Record<K, string>>);
  };
  return {
    kind,
    scope: segment(call, 'scope'),
    texts: { ...option('filter'), ...option('apply'), ...option('orderby'), ...option('select') },
    ...(top === undefined ? {} : { top }),
    ...option('from'),
    ...option('to'),
    ...option('expand'),
    ...(position === undefined ? {} : { position }),
    groupsAbove: (scope) => call.groupsAbove(scope),
  };
}

function contextOf(call: RouteCall, what: string): string {
  return `${call.request.baseUrl}${scopeOf(call.path)}${provider}/${what.split('#')[0] ?? ''}/$metadata#${what.split('#')[1] ?? ''}`;
}

async function queryResults(call: RouteCall, kind: StateQuery['kind']): Promise<ArmResponse> {
  const query = queryOf(call, kind);
  const { rows, next } = await queryPolicyStates(call.services, query);
  const context = contextOf(
    call,
    kind === 'events' ? 'policyEvents#default' : `policyStates#${kind === 'latest' ? 'latest' : 'default'}`,
  );
  const isPlain = query.texts.apply === undefined && query.texts.select === undefined;
  const value = isPlain
    ? rows.map((row): JsonObject => ({ '@odata.id': null, '@odata.context': `${context}/$entity`, ...row }))
    : rows;
  return {
    status: 200,
    body: {
      '@odata.context': context,
      '@odata.count': value.length,
      ...(next === undefined ? {} : { '@odata.nextLink': nextLink(call.request, next) }),
      value,
    },
  };
}

async function summarize(call: RouteCall): Promise<ArmResponse> {
  const kind = viewOf(call);
  if (kind !== 'latest') {
    return raise('InvalidParameter', "Only the latest policy states are summarized: use 'latest'.", {
      target: 'policyStatesSummaryResource',
    });
  }
  const query = queryOf(call, kind);
  const uriOf = (filter: string | undefined): string => {
    const wanted = [query.texts.filter, filter].filter((each) => each !== undefined).map((each) => `(${each})`);
    const options = new URLSearchParams({
      'api-version': call.apiVersion,
      ...(query.from === undefined ? {} : { $from: query.from }),
      ...(query.to === undefined ? {} : { $to: query.to }),
      ...(wanted.length === 0 ? {} : { $filter: wanted.join(' and ') }),
    });
    const path = `${scopeOf(call.path)}${provider}/policyStates/latest/queryResults`;
    return `${call.request.baseUrl}${path}?${options.toString().replaceAll('%24', '$')}`;
  };
  const summary = await summarizePolicyStates(call.services, query, { uriOf });
  const context = contextOf(call, 'policyStates#summary');
  return { status: 200, body: { '@odata.context': context, '@odata.count': 1, value: [summary] } };
}

async function trigger(call: RouteCall): Promise<ArmResponse> {
  const operation = await triggerEvaluation(call.services, callerOf(call), triggerScope(call.path));
  return acceptedAtLocation(call, operation);
}

function triggerScope({ subscription = '', group }: PathValues): string {
  return `/subscriptions/${subscription}${group === undefined ? '' : `/resourceGroups/${group}`}`;
}

function route(pattern: string, action: string, handle: Route['handle']): Route {
  return {
    method: 'POST',
    pattern: `${scoped}/${pattern}`,
    permission: { action: `Microsoft.PolicyInsights/${action}`, scope: scopeOf },
    apiVersions: stateVersions,
    handle,
  };
}

export const policyStateRoutes: readonly Route[] = [
  route('policyStates/{view}/queryResults', 'policyStates/queryResults/read', (call) =>
    queryResults(call, viewOf(call)),
  ),
  route('policyStates/{view}/summarize', 'policyStates/summarize/read', summarize),
  route('policyEvents/default/queryResults', 'policyEvents/queryResults/read', (call) => queryResults(call, 'events')),
  ...['/subscriptions/{subscription}', '/subscriptions/{subscription}/resourceGroups/{group}'].map(
    (place): Route => ({
      method: 'POST',
      pattern: `${place}${provider}/policyStates/latest/triggerEvaluation`,
      permission: { action: 'Microsoft.PolicyInsights/policyStates/triggerEvaluation/action', scope: triggerScope },
      apiVersions: stateVersions,
      handle: trigger,
    }),
  ),
];
