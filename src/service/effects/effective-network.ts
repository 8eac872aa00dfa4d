/**
 * What is in force on a network interface: the rules of its security groups, the routes of its subnets.
 *
 * Owns: finding the groups and tables that reach an interface. Source: the published `effectiveNetworkSecurityGroups` and
 * `effectiveRouteTable` operations.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { findResource } from '../read-resource.ts';
import type { Services } from '../services.ts';
import type { SpecialCall, SpecialOutcome } from './special-outcome.ts';

export function effectiveSecurityRules(services: Services, { document }: SpecialCall): SpecialOutcome {
  const own = memberOf(memberOf(document.body, 'properties'), 'networkSecurityGroup');
  const groups = [
    ...associated(services, own, { networkInterface: { id: document.id } }),
    ...subnetsOf(services, document.body).flatMap((subnet) =>
      associated(services, memberOf(memberOf(subnet, 'properties'), 'networkSecurityGroup'), {
        subnet: { id: memberOf(subnet, 'id') ?? null },
      }),
    ),
  ];
  return { result: { value: groups } };
}

function associated(services: Services, reference: Json | undefined, association: JsonObject): readonly JsonObject[] {
  const id = textMember(reference, 'id');
  const group = id === undefined ? undefined : findResource(services, id)?.answer;
  if (group === undefined) return [];
  const properties = memberOf(group, 'properties');
  const rules = [
    ...rulesOf(properties, 'securityRules', 'securityRules'),
    ...rulesOf(properties, 'defaultSecurityRules', 'defaultSecurityRules'),
  ];
  return [{ networkSecurityGroup: { id: textMember(group, 'id') ?? '' }, association, effectiveSecurityRules: rules }];
}

const shownRule = [
  'protocol',
  'sourcePortRange',
  'destinationPortRange',
  'sourcePortRanges',
  'destinationPortRanges',
  'sourceAddressPrefix',
  'destinationAddressPrefix',
  'sourceAddressPrefixes',
  'destinationAddressPrefixes',
  'access',
  'priority',
  'direction',
];

function rulesOf(properties: Json | undefined, member: string, prefix: string): readonly JsonObject[] {
  const rules = memberOf(properties, member);
  return (isJsonArray(rules) ? rules : []).map((rule) => ({
    name: `${prefix}/${textMember(rule, 'name') ?? ''}`,
    ...Object.fromEntries(
      shownRule.flatMap((name) => {
        const value = memberOf(memberOf(rule, 'properties'), name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  }));
}

export function effectiveRoutes(services: Services, { document }: SpecialCall): SpecialOutcome {
  const routes = subnetsOf(services, document.body).flatMap((subnet) => {
    const id = textMember(memberOf(memberOf(subnet, 'properties'), 'routeTable'), 'id');
    const table = id === undefined ? undefined : findResource(services, id)?.answer;
    const list = memberOf(memberOf(table, 'properties'), 'routes');
    return (isJsonArray(list) ? list : []).map((route): JsonObject => {
      const properties = memberOf(route, 'properties');
      const next = textMember(properties, 'nextHopIpAddress');
      return {
        name: textMember(route, 'name') ?? '',
        source: 'User',
        state: 'Active',
        addressPrefix: [textMember(properties, 'addressPrefix') ?? ''],
        nextHopType: textMember(properties, 'nextHopType') ?? '',
        nextHopIpAddress: next === undefined ? [] : [next],
      };
    });
  });
  return { result: { value: routes } };
}

/** The subnets that an interface's configurations are in. */
function subnetsOf(services: Services, body: JsonObject): readonly JsonObject[] {
  const configurations = memberOf(memberOf(body, 'properties'), 'ipConfigurations');
  const ids = (isJsonArray(configurations) ? configurations : []).flatMap((one) => {
    const id = textMember(memberOf(memberOf(one, 'properties'), 'subnet'), 'id');
    return id === undefined ? [] : [id];
  });
  return [...new Set(ids)].flatMap((id) => {
    const subnet = findResource(services, id)?.answer;
    return isJsonObject(subnet) ? [subnet] : [];
  });
}
