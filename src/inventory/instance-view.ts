/**
 * The instance view of a virtual machine: what it is doing, as far as the inventory knows.
 *
 * Owns: the view's members, the power state out of a document, and that it shows nowhere else.
 * Source: the published `VirtualMachineInstanceView`; Resource Graph's `properties.extended`.
 *
 * Invariants
 * IV1. `properties.extended` is the server's: requests cannot write it, plain answers do not show it.
 */
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  textMember,
} from '#foundation';

const types: ReadonlySet<string> = new Set([
  'microsoft.compute/virtualmachines',
  'microsoft.compute/virtualmachinescalesets',
]);

export function hasPowerState(type: string): boolean {
  return types.has(type.toLowerCase());
}

/** The body without what only the server writes. */
export function withoutExtended(type: string, body: JsonObject): JsonObject {
  const properties = memberOf(body, 'properties');
  if (!hasPowerState(type) || !isJsonObject(properties) || properties['extended'] === undefined) return body;
  const { extended: _extended, ...rest } = properties;
  return { ...body, properties: rest };
}

/** The body with the server's part of a document that it replaces. */
export function withExtendedOf(type: string, body: JsonObject, before: JsonObject | undefined): JsonObject {
  if (!hasPowerState(type)) return body;
  const extended = memberOf(memberOf(before, 'properties'), 'extended');
  const clean = withoutExtended(type, body);
  if (extended === undefined) return clean;
  const properties = memberOf(clean, 'properties');
  return { ...clean, properties: { ...(isJsonObject(properties) ? properties : {}), extended } };
}

export function instanceView({ body, name, changedTime }: ResourceDocument): JsonObject {
  const properties = memberOf(body, 'properties');
  const time = formatTime(changedTime);
  const power = memberOf(memberOf(memberOf(properties, 'extended'), 'instanceView'), 'powerState');
  const status = (code: string, displayStatus: string): JsonObject => ({ code, level: 'Info', displayStatus, time });
  const computerName = textMember(memberOf(properties, 'osProfile'), 'computerName') ?? name;
  const disk = memberOf(memberOf(properties, 'storageProfile'), 'osDisk');
  const osType = textMember(disk, 'osType');
  const runs = textMember(power, 'code') === undefined || textMember(power, 'code') === 'PowerState/running';
  const agent: Json = {
    vmAgentVersion: '2.7.0.0',
    statuses: [status('ProvisioningState/succeeded', 'Ready')],
    extensionHandlers: [],
  };
  return {
    computerName,
    ...(osType === undefined ? {} : { osName: osType }),
    hyperVGeneration: 'V1',
    ...(runs ? { vmAgent: agent } : {}),
    disks: [
      {
        name: textMember(disk, 'name') ?? `${name}_OsDisk_1`,
        statuses: [status('ProvisioningState/succeeded', 'Provisioning succeeded')],
      },
    ],
    statuses: [
      status('ProvisioningState/succeeded', 'Provisioning succeeded'),
      {
        code: textMember(power, 'code') ?? 'PowerState/running',
        level: 'Info',
        displayStatus: textMember(power, 'displayStatus') ?? 'VM running',
      },
    ],
  };
}
