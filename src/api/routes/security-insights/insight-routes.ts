/**
 * What the routes of `Microsoft.SecurityInsights` share: where they are, answers, lists, and the four calls of a simple kind.
 *
 * Owns: that. Does not own: what each kind is (`#service`). Source: connectors reference 3.5, 4.
 */
import { type ArmResponse, isFault, type JsonObject, TocsinError } from '#foundation';
import {
  alertIdsOf,
  deleteInsight,
  insightAnswer,
  type InsightItem,
  type InsightKind,
  listInsights,
  planAnswerFilter,
  requireInsight,
  shownProperties,
  workspaceOfCustomer,
} from '#service';
import { parameter, segment } from '../../call-values.ts';
import { documentPosition, positionOf } from '../../document-position.ts';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

import { insightVersions } from './versions.data.ts';

export const apiVersions = insightVersions;
export const provider =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{workspace}/providers/Microsoft.SecurityInsights';

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The provider of the call's workspace. Playbooks on alerts know a workspace by its GUID: that finds it too. */
export function providerOf({ path, services }: RouteCall): string {
  const name = path['workspace'] ?? '';
  const id = `/subscriptions/${path['subscription']}/resourceGroups/${path['group']}/providers/Microsoft.OperationalInsights/workspaces`;
  const found = guid.test(name) ? workspaceOfCustomer(services, name) : undefined;
  const isHere = found?.id.toLowerCase().startsWith(`${id.toLowerCase()}/`) === true;
  return `${isHere ? found?.id : `${id}/${name}`}/providers/Microsoft.SecurityInsights`;
}

export function shown(item: InsightItem): JsonObject {
  return insightAnswer(item.kind === 'incidents' ? { ...item, properties: shownProperties(item) } : item);
}

export function saved({ item, created }: { readonly item: InsightItem; readonly created: boolean }): ArmResponse {
  return { status: created ? 201 : 200, body: shown(item) };
}

// --- Lists ------------------------------------------------------------------------------------------------------

/** Incidents of one alert: an `any` over ids that no answer shows. */
const ofAlert = /^\s*properties\/relatedAlertIds\/any\(\s*(\w+)\s*:\s*\1\s+eq\s+'((?:[^']|'')*)'\s*\)\s*$/i;

function testOf(call: RouteCall): (item: InsightItem) => boolean {
  const text = parameter(call, '$filter');
  if (text === undefined || text.trim() === '') return () => true;
  const alert = ofAlert.exec(text)?.[2]?.replaceAll("''", "'").toLowerCase();
  if (alert !== undefined) return (item) => alertIdsOf(item).some((id) => id.toLowerCase() === alert);
  const planned = planAnswerFilter(text);
  if (isFault(planned)) throw new TocsinError(planned);
  return (item) => {
    const outcome = planned(shown(item));
    return outcome === true;
  };
}

export function listOf(call: RouteCall, parentId: string, kind: InsightKind): ArmResponse {
  const test = testOf(call);
  const source = {
    read: (count: number, after: string | undefined) => {
      const found: InsightItem[] = [];
      let position = after === undefined ? undefined : positionOf(after);
      while (found.length < count) {
        const items = listInsights(call.services, parentId, kind, 500, position);
        found.push(...items.filter(test));
        const last = items.at(-1)?.document;
        if (last === undefined || items.length < 500) break;
        position = { time: last.time, key: last.key };
      }
      return found.slice(0, count);
    },
    position: ({ document }: InsightItem) => documentPosition(document),
    shape: shown,
  };
  return { status: 200, body: page(call.request, source, { usual: 50 }) };
}

export async function remove(call: RouteCall, id: string): Promise<ArmResponse> {
  return { status: (await deleteInsight(call.services, id)) ? 200 : 204 };
}

export interface InsightRoutes {
  readonly kind: InsightKind;
  /** Of the list; one is `{pattern}/{name}`. */
  readonly pattern: string;
  readonly name: string;
  readonly parent: (call: RouteCall) => string;
  readonly put: (call: RouteCall) => Promise<ArmResponse>;
  /** Usually `Microsoft.SecurityInsights/{first segment of kind}`. */
  readonly action?: string;
  readonly remove?: (call: RouteCall, id: string) => Promise<ArmResponse>;
}

/** GET of a list and of one, PUT and DELETE of one. */
export function insightKindRoutes(of: InsightRoutes): readonly Route[] {
  const { kind, pattern, name, parent } = of;
  const action = of.action ?? `Microsoft.SecurityInsights/${kind.split('/')[0]}`;
  const id = (call: RouteCall): string => `${parent(call)}/${kind.split('/').at(-1)}/${segment(call, name)}`;
  return [
    {
      method: 'GET',
      pattern,
      permission: { action: `${action}/read` },
      apiVersions,
      handle: (call) => listOf(call, parent(call), kind),
    },
    {
      method: 'GET',
      pattern: `${pattern}/{${name}}`,
      permission: { action: `${action}/read` },
      apiVersions,
      handle: (call) => ({ status: 200, body: shown(requireInsight(call.services, id(call))) }),
    },
    {
      method: 'PUT',
      pattern: `${pattern}/{${name}}`,
      permission: { action: `${action}/write` },
      apiVersions,
      handle: of.put,
    },
    {
      method: 'DELETE',
      pattern: `${pattern}/{${name}}`,
      permission: { action: `${action}/delete` },
      apiVersions,
      handle: (call) => (of.remove ?? remove)(call, id(call)),
    },
  ];
}
