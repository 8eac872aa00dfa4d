/**
 * Devices of Defender for Endpoint where a connection acts as somebody of this server: the machines of the inventory.
 *
 * Owns: what of a machine is a device, and how an action on it goes on by time. Does not own: the service itself
 * (`#connectors`), machines and who may do what to them (ARM, `arm-sender.ts`). Source: connectors reference 2, 3.6, 5.
 *
 * Invariants
 * LD1. A device is read and acted on as the connection's identity: its roles at the machine decide, with Azure's errors.
 * LD2. An action's state follows from its start and engine time alone: it goes on over restarts, the same for all readers.
 * LD3. Nothing happens to the machine itself: the action, its comment and who asked are kept, as a resource of the machine.
 */
import { createHash } from 'node:crypto';
import type { Operation, OperationInput, OperationOutcome, SendToService, ServiceAnswer } from '#connectors';
import {
  formatTime,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  nameUuid,
  type OutboundFailure,
  type ResourceDocument,
  textIgnoringCase,
  textMember,
} from '#foundation';
import { planFilter } from '#query';
import type { Services } from '../services.ts';
import { actsHere, armSender } from './arm-sender.ts';
import type { OperationCall } from './operation-call.ts';

/** A call about devices, by whatever way it came. */
export interface DeviceCall {
  readonly services: Services;
  readonly operation: Pick<Operation, 'id' | 'summary'>;
  readonly input: Pick<OperationInput, 'path' | 'query' | 'body' | 'key'>;
  /** Our own ARM, as whoever calls. */
  readonly send: SendToService;
}

type DeviceOperation = (call: DeviceCall) => Promise<OperationOutcome>;

const types = ['Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines'] as const;
const apiVersion = 'api-version=2023-03-01';
const actionNamespace = '0c7f1f2e-58d2-4c0e-8a53-0d7a9b1f6e42';
const mostListed = 10_000;
/** Engine time after which an action is under way, and done. */
const beginsAfter = 2_000;
const endsAfter = 10_000;

const json = { 'content-type': 'application/json; charset=utf-8' } as const;

function answer(status: number, body: Json): ServiceAnswer {
  return { status, headers: json, body };
}

function notFound(what: string): ServiceAnswer {
  return answer(404, { error: { code: 'ResourceNotFound', message: `${what} was not found.` } });
}

function isFine(value: ServiceAnswer | OutboundFailure): value is ServiceAnswer {
  return !('kind' in value) && value.status < 300;
}

// --- Devices ----------------------------------------------------------------------------------------------------

/** A device's id, as long as those of the service are. */
function deviceId(resourceId: string): string {
  return createHash('sha1').update(resourceId.toLowerCase()).digest('hex');
}

function nameOf({ body, name }: ResourceDocument): string {
  const properties = memberOf(body, 'properties');
  return (
    textMember(memberOf(properties, 'osProfile'), 'computerName') ??
    textMember(properties, 'dnsFqdn') ??
    textMember(properties, 'machineFqdn') ??
    name
  );
}

function machinesOf({ store }: Services): readonly ResourceDocument[] {
  return types.flatMap((type) => store.resources.list({ type }));
}

function addressOf({ store }: Services, document: ResourceDocument): string | null {
  const interfaces = memberOf(memberOf(memberOf(document.body, 'properties'), 'networkProfile'), 'networkInterfaces');
  for (const each of isJsonArray(interfaces) ? interfaces : []) {
    const card = store.resources.get(textMember(each, 'id') ?? '');
    const configurations = memberOf(memberOf(card?.body, 'properties'), 'ipConfigurations');
    for (const one of isJsonArray(configurations) ? configurations : []) {
      const address = textMember(memberOf(one, 'properties'), 'privateIPAddress');
      if (address !== undefined) return address;
    }
  }
  return null;
}

function tagsOf(document: ResourceDocument): readonly string[] {
  const tags = memberOf(document.body, 'tags');
  const text = isJsonObject(tags) ? textIgnoringCase(tags, tagName) : undefined;
  return (text ?? '').split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]));
}

/** Tags of a device are kept in this tag of its machine. */
const tagName = 'DefenderTags';

function deviceOf(services: Services, document: ResourceDocument): JsonObject {
  const properties = memberOf(document.body, 'properties');
  const system =
    textMember(memberOf(memberOf(properties, 'storageProfile'), 'osDisk'), 'osType') ??
    textMember(properties, 'osType');
  const seen = formatTime(document.changedTime);
  return {
    id: deviceId(document.id),
    computerDnsName: nameOf(document),
    firstSeen: formatTime(document.createdTime),
    lastSeen: seen,
    osPlatform: /linux/i.test(system ?? '') ? 'Linux' : 'WindowsServer',
    version: null,
    healthStatus: 'Active',
    onboardingStatus: 'Onboarded',
    riskScore: 'None',
    exposureLevel: 'None',
    lastIpAddress: addressOf(services, document),
    lastExternalIpAddress: null,
    rbacGroupId: 0,
    rbacGroupName: null,
    isAadJoined: false,
    aadDeviceId: null,
    machineTags: tagsOf(document),
    vmMetadata: {
      vmId: textMember(properties, 'vmId') ?? null,
      cloudProvider: 'Azure',
      resourceId: document.id,
      subscriptionId: document.subscriptionId ?? null,
    },
  };
}

/** The machine that an id or a name means, when the identity may read it (LD1). */
async function findDevice(call: DeviceCall): Promise<ResourceDocument | OperationOutcome> {
  const asked = (call.input.path['machineId'] ?? '').toLowerCase();
  const found = machinesOf(call.services).find(
    (document) => deviceId(document.id) === asked || nameOf(document).toLowerCase() === asked,
  );
  if (found === undefined) return notFound(`Machine ${asked}`);
  const read = await call.send({ method: 'GET', path: `${found.id}?${apiVersion}` });
  return isFine(read) ? found : read;
}

function isDocument(value: ResourceDocument | OperationOutcome): value is ResourceDocument {
  return 'body' in value && 'changedTime' in value;
}

/** All devices in resource groups whose machines the identity may list. */
async function readable(call: DeviceCall): Promise<readonly ResourceDocument[]> {
  const { send } = call;
  const groups = new Set(machinesOf(call.services).map(({ id }) => id.split('/').slice(0, 5).join('/').toLowerCase()));
  const ids = new Set<string>();
  for (const group of groups) {
    for (const type of types) {
      let next: string | undefined = `${group}/providers/${type}?${apiVersion}`;
      while (next !== undefined && ids.size < mostListed) {
        const page: ServiceAnswer | OutboundFailure = await send({ method: 'GET', path: next });
        if (!isFine(page)) break;
        const value = memberOf(page.body, 'value');
        for (const one of isJsonArray(value) ? value : []) ids.add((textMember(one, 'id') ?? '').toLowerCase());
        next = textMember(page.body ?? null, 'nextLink');
      }
    }
  }
  return machinesOf(call.services).filter(({ id }) => ids.has(id.toLowerCase()));
}

async function listDevices(call: DeviceCall): Promise<OperationOutcome> {
  const { $filter = '', $top = '', $skip = '' } = call.input.query;
  const fits = planFilter<JsonObject>($filter, { field: (path) => (device) => memberIgnoringCase(device, path) });
  if (isFault(fits)) return answer(400, { error: { code: 'BadRequest', message: fits.message } });
  const skip = Number($skip) || 0;
  const devices = (await readable(call)).map((document) => deviceOf(call.services, document)).filter(fits);
  return answer(200, { value: devices.slice(skip, skip + (Number($top) || mostListed)) });
}

async function findByIp(call: DeviceCall): Promise<OperationOutcome> {
  const devices = (await readable(call)).map((document) => deviceOf(call.services, document));
  return answer(200, { value: devices.filter((device) => device['lastIpAddress'] === call.input.path['ip']) });
}

async function getDevice(call: DeviceCall): Promise<OperationOutcome> {
  const document = await findDevice(call);
  return isDocument(document) ? answer(200, deviceOf(call.services, document)) : document;
}

async function tagDevice(call: DeviceCall): Promise<OperationOutcome> {
  const document = await findDevice(call);
  if (!isDocument(document)) return document;
  const tag = textIgnoringCase(call.input.body, 'Value') ?? '';
  const how = (textIgnoringCase(call.input.body, 'Action') ?? '').toLowerCase();
  if (tag === '' || tag.includes(',') || !/^(add|remove)$/.test(how)) {
    return answer(400, {
      error: { code: 'BadRequest', message: "A tag needs a 'Value' and the 'Action' Add or Remove." },
    });
  }
  const others = tagsOf(document).filter((one) => one.toLowerCase() !== tag.toLowerCase());
  const tags = how === 'add' ? [...others, tag] : others;
  const old = memberOf(document.body, 'tags');
  const kept = Object.entries(isJsonObject(old) ? old : {}).filter(
    ([name]) => name.toLowerCase() !== tagName.toLowerCase(),
  );
  const body = { tags: { ...Object.fromEntries(kept), [tagName]: tags.join(',') } };
  const changed = await call.send({ method: 'PATCH', path: `${document.id}?${apiVersion}`, body });
  return isFine(changed) ? getDevice(call) : changed;
}

// --- Actions ----------------------------------------------------------------------------------------------------

function actionAt({ clock }: Services, id: string, properties: Json | undefined): JsonObject {
  const started = Number(memberOf(properties, 'started') ?? 0);
  const passed = (clock.now() - started) * clock.scale;
  const status = passed < beginsAfter ? 'Pending' : passed < endsAfter ? 'InProgress' : 'Succeeded';
  const last = passed < beginsAfter ? started : Math.min(clock.now(), started + endsAfter / clock.scale);
  const { started: _, ...kept } = isJsonObject(properties) ? properties : {};
  return {
    id,
    ...kept,
    status,
    creationDateTimeUtc: formatTime(started),
    lastUpdateDateTimeUtc: formatTime(last),
    cancellationRequestor: null,
    cancellationComment: null,
  };
}

/** Starts an action; a repeated call means the same one. */
function startAction(type: string): DeviceOperation {
  return async (call) => {
    const { services, input } = call;
    const document = await findDevice(call);
    if (!isDocument(document)) return document;
    const comment = textIgnoringCase(input.body, 'Comment') ?? '';
    if (comment === '') return answer(400, { error: { code: 'BadRequest', message: "The action needs a 'Comment'." } });
    const id = nameUuid(actionNamespace, input.key);
    const scope = textIgnoringCase(input.body, 'IsolationType') ?? textIgnoringCase(input.body, 'ScanType') ?? null;
    const properties = {
      type,
      title: null,
      scope,
      requestor: 'tocsin',
      requestorComment: comment,
      machineId: deviceId(document.id),
      computerDnsName: nameOf(document),
      started: services.clock.now(),
    };
    const path = `${document.id}/providers/Microsoft.Security/machineActions/${id}?api-version=2024-01-01`;
    const made = await call.send({ method: 'PUT', path, body: { properties } });
    return isFine(made) ? answer(201, { ...actionAt(services, id, properties), status: 'Pending' }) : made;
  };
}

const actionType = 'Microsoft.Security/machineActions';

async function getAction(call: DeviceCall): Promise<OperationOutcome> {
  const id = (call.input.path['actionId'] ?? '').toLowerCase();
  const found = call.services.store.resources.list({ type: actionType }).find(({ name }) => name.toLowerCase() === id);
  if (found === undefined) return notFound(`MachineAction ${id}`);
  const read = await call.send({ method: 'GET', path: `${found.id}?api-version=2024-01-01` });
  return isFine(read) ? answer(200, actionAt(call.services, id, memberOf(read.body, 'properties'))) : read;
}

const operations: Readonly<Record<string, DeviceOperation>> = {
  GetMachines: listDevices,
  GetSingleMachine: getDevice,
  FindMachinesByIp: findByIp,
  TagMachine: tagDevice,
  IsolateMachine: startAction('Isolate'),
  UnisolateMachine: startAction('Unisolate'),
  RunAntivirusScan: startAction('RunAntiVirusScan'),
  RestrictAppExecution: startAction('RestrictCodeExecution'),
  UnrestrictAppExecution: startAction('UnrestrictCodeExecution'),
  CollectInvestigationPackage: startAction('CollectInvestigationPackage'),
  StopAndQuarantineFile: startAction('StopAndQuarantineFile'),
  OffboardMachine: startAction('Offboard'),
  GetSingleMachineAction: getAction,
};

function elsewhere({ operation }: DeviceCall): OutboundFailure {
  const message = `'${operation.summary || operation.id}' is answered by Defender for Endpoint only; the identity of this call is one of this server.`;
  return { kind: 'failure', code: 'ConnectorNotSupported', message, retryable: false };
}

/** The devices of this server, for whoever is somebody here. */
export async function deviceOutcome(call: DeviceCall): Promise<OperationOutcome> {
  return operations[call.operation.id]?.(call) ?? elsewhere(call);
}

/** Devices of this server for a connection that acts here; undefined for one that signs in at the service. */
export function localDevices(call: OperationCall): Promise<OperationOutcome> | undefined {
  return actsHere(call) ? deviceOutcome({ ...call, send: armSender(call) }) : undefined;
}

export function isDeviceOperation(operation: string): boolean {
  return operations[operation] !== undefined;
}
