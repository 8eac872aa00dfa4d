/**
 * Secure scores, of subscriptions and of management groups: read only.
 *
 * Owns: the mapping. Source: management API reference 5.6; public API specification (secureScores of 2020-01-01).
 */
import { type ArmResponse, type JsonObject, orThrow, raise, textMember } from '#foundation';
import {
  controlDefinitions,
  planAnswerFilter,
  readGroupScores,
  readScores,
  requireManagementGroup,
  type ScoreReader,
  scoresCurrent,
} from '#service';
import { parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { secureScoreVersions } from './versions.data.ts';

const apiVersions = secureScoreVersions;

function listed(call: RouteCall, items: readonly JsonObject[]): ArmResponse {
  const passes = orThrow(planAnswerFilter(parameter(call, '$filter') ?? ''));
  return { status: 200, body: pageOfList(call.request, items.filter(passes), (item) => item) };
}

/** Whether definitions are wanted. @throws TocsinError `InvalidParameter` for another expansion. */
function definitionWanted(call: RouteCall): boolean {
  const expand = parameter(call, '$expand');
  if (expand === undefined || expand === '') return false;
  if (expand.toLowerCase() === 'definition') return true;
  return raise(
    'InvalidParameter',
    `'${expand.slice(0, 60)}' is no expansion of secure score controls: it is definition.`,
    {
      target: '$expand',
    },
  );
}

/** The routes below one kind of scope, whose scores `read` gives once they are current. */
function scoreRoutes(
  provider: string,
  scope: ((path: PathValues) => string) | undefined,
  readerOf: (call: RouteCall) => ScoreReader,
): readonly Route[] {
  const read = async (call: RouteCall): Promise<ScoreReader> => {
    await scoresCurrent(call.services);
    return readerOf(call);
  };
  const route = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    pattern: `${provider}/${path}`,
    permission: {
      action: `Microsoft.Security/${path.replaceAll(/\/\{[a-z]+\}/g, '')}/read`,
      ...(scope === undefined ? {} : { scope }),
    },
    apiVersions,
    handle,
  });
  const found = (call: RouteCall, item: JsonObject | undefined): JsonObject =>
    item ?? raise('ResourceNotFound', `There is nothing at '${call.request.path}'.`);
  return [
    route('secureScores', async (call) => listed(call, (await read(call)).scores())),
    route('secureScores/{name}', async (call) => ({
      status: 200,
      body: found(call, (await read(call)).score(segment(call, 'name'))),
    })),
    route('secureScores/{name}/secureScoreControls', async (call) => {
      const definition = definitionWanted(call);
      return listed(call, (await read(call)).controls({ score: segment(call, 'name'), definition }));
    }),
    route('secureScores/{name}/secureScoreControls/{control}', async (call) => {
      const definition = definitionWanted(call);
      const controls = (await read(call)).controls({ score: segment(call, 'name'), definition });
      const name = segment(call, 'control').toLowerCase();
      const control = controls.find((each) => textMember(each, 'name')?.toLowerCase() === name);
      return { status: 200, body: found(call, control) };
    }),
    route('secureScoreControls', async (call) => {
      const definition = definitionWanted(call);
      return listed(call, (await read(call)).controls({ definition }));
    }),
    route('secureScoreControlDefinitions', async (call) => listed(call, (await read(call)).definitions())),
  ];
}

const group = '/providers/Microsoft.Management/managementGroups/{group}';

export const secureScoreRoutes: readonly Route[] = [
  ...scoreRoutes('/subscriptions/{subscription}/providers/Microsoft.Security', undefined, (call) =>
    readScores(call.services, segment(call, 'subscription')),
  ),
  ...scoreRoutes(
    `${group}/providers/Microsoft.Security`,
    (path) => group.replace('{group}', path['group'] ?? ''),
    (call) => readGroupScores(call.services, requireManagementGroup(call.services, segment(call, 'group')).id),
  ),
  {
    method: 'GET',
    pattern: '/providers/Microsoft.Security/secureScoreControlDefinitions',
    permission: { signedIn: true },
    apiVersions,
    handle: (call) => listed(call, controlDefinitions),
  },
];
