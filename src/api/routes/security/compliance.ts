/**
 * Regulatory compliance: read only.
 *
 * Owns: the mapping. Source: management API reference 5.5.
 */
import { type ArmResponse, type JsonObject, orThrow, raise } from '#foundation';
import { planAnswerFilter, readCompliance } from '#service';
import { parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { complianceVersions } from './versions.data.ts';

const provider = '/subscriptions/{subscription}/providers/Microsoft.Security';
const standards = `${provider}/regulatoryComplianceStandards`;
const controls = `${standards}/{standard}/regulatoryComplianceControls`;
const assessments = `${controls}/{control}/regulatoryComplianceAssessments`;

function reader(call: RouteCall) {
  return readCompliance(call.services, segment(call, 'subscription'));
}

function listed(call: RouteCall, items: readonly JsonObject[]): ArmResponse {
  const passes = orThrow(planAnswerFilter(parameter(call, '$filter') ?? ''));
  return { status: 200, body: pageOfList(call.request, items.filter(passes), (item) => item) };
}

function single(call: RouteCall, item: JsonObject | undefined): ArmResponse {
  return { status: 200, body: item ?? raise('ResourceNotFound', `There is nothing at '${call.request.path}'.`) };
}

const read = { action: 'Microsoft.Security/regulatoryComplianceStandards/read' };
const apiVersions = complianceVersions;

export const complianceRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: standards,
    permission: read,
    apiVersions,
    handle: (call) => listed(call, reader(call).standards()),
  },
  {
    method: 'GET',
    pattern: `${standards}/{standard}`,
    permission: read,
    apiVersions,
    handle: (call) => single(call, reader(call).standard(segment(call, 'standard'))),
  },
  {
    method: 'GET',
    pattern: controls,
    permission: read,
    apiVersions,
    handle: (call) => listed(call, reader(call).controls(segment(call, 'standard'))),
  },
  {
    method: 'GET',
    pattern: `${controls}/{control}`,
    permission: read,
    apiVersions,
    handle: (call) => single(call, reader(call).control(segment(call, 'standard'), segment(call, 'control'))),
  },
  {
    method: 'GET',
    pattern: assessments,
    permission: read,
    apiVersions,
    handle: (call) => listed(call, reader(call).assessments(segment(call, 'standard'), segment(call, 'control'))),
  },
  {
    method: 'GET',
    pattern: `${assessments}/{name}`,
    permission: read,
    apiVersions,
    handle: (call) =>
      single(call, reader(call).assessment(segment(call, 'standard'), segment(call, 'control'), segment(call, 'name'))),
  },
];
