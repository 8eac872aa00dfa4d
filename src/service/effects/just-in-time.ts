/**
 * Just-in-time access: a request for ports of machines, added to the policy that allows it.
 *
 * Owns: checking a request against its policy, the entry in `properties.requests`.
 * Source: the published `jitNetworkAccessPolicies/initiate` operation.
 *
 * Invariants
 * JT1. Only machines and ports of the policy are opened, no longer than it allows.
 */
import {
  type Fault,
  fault,
  formatTime,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseTimeText,
  textMember,
} from '#foundation';
import { parseIsoDuration } from '#workflow';
import type { Services } from '../services.ts';
import type { SpecialCall, SpecialOutcome } from './special-outcome.ts';

const usualMilliseconds = 3 * 60 * 60 * 1000;

export function initiateAccess(services: Services, { document, body, caller }: SpecialCall): SpecialOutcome | Fault {
  const machines = memberOf(body, 'virtualMachines');
  if (!isJsonArray(machines) || machines.length === 0) {
    return bad("The member 'virtualMachines' must name at least one machine.", 'virtualMachines');
  }
  const properties = memberOf(document.body, 'properties');
  const now = services.clock.now();
  const opened: JsonObject[] = [];
  for (const machine of machines) {
    const one = openedMachine(memberOf(properties, 'virtualMachines'), machine, now);
    if (isFault(one)) return one;
    opened.push(one);
  }
  const justification = textMember(body, 'justification');
  const request: JsonObject = {
    virtualMachines: opened,
    startTimeUtc: formatTime(now),
    requestor: caller,
    ...(justification === undefined ? {} : { justification }),
  };
  const known = memberOf(properties, 'requests');
  const requests = [...(isJsonArray(known) ? known : []), request].slice(-100);
  return {
    result: request,
    status: 202,
    changed: { ...document.body, properties: { ...(isJsonObject(properties) ? properties : {}), requests } },
  };
}

function openedMachine(policies: Json | undefined, machine: Json, now: number): JsonObject | Fault {
  const id = textMember(machine, 'id') ?? '';
  const policy = (isJsonArray(policies) ? policies : []).find(
    (one) => textMember(one, 'id')?.toLowerCase() === id.toLowerCase(),
  );
  if (policy === undefined) return bad(`The machine '${id}' is not in the policy.`, 'virtualMachines');
  const ports = memberOf(machine, 'ports');
  if (!isJsonArray(ports) || ports.length === 0) return bad(`No ports are asked for of the machine '${id}'.`, 'ports');
  const opened: JsonObject[] = [];
  for (const port of ports) {
    const one = openedPort(memberOf(policy, 'ports'), port, now);
    if (isFault(one)) return one;
    opened.push(one);
  }
  return { id, ports: opened };
}

function openedPort(allowed: Json | undefined, port: Json, now: number): JsonObject | Fault {
  const number = memberOf(port, 'number');
  const rule = (isJsonArray(allowed) ? allowed : []).find((one) => memberOf(one, 'number') === number);
  if (typeof number !== 'number' || rule === undefined)
    return bad(`The port '${typeof number === 'number' ? number : ''}' is not in the policy.`, 'ports');
  const most = lengthOf(textMember(rule, 'maxRequestAccessDuration')) ?? usualMilliseconds;
  const wanted = lengthOf(textMember(port, 'duration')) ?? endOf(textMember(port, 'endTimeUtc'), now) ?? most;
  if (!(wanted > 0) || wanted > most)
    return bad(`The time asked for on port ${number} is over the policy's limit.`, 'duration');
  const source = memberOf(port, 'allowedSourceAddressPrefixes') ?? memberOf(port, 'allowedSourceAddressPrefix') ?? '*';
  return {
    number,
    ...(isJsonArray(source) ? { allowedSourceAddressPrefixes: source } : { allowedSourceAddressPrefix: source }),
    endTimeUtc: formatTime(now + wanted),
    status: 'Initiated',
    statusReason: 'UserRequested',
  };
}

function lengthOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseIsoDuration(text);
}

function endOf(text: string | undefined, now: number): number | undefined {
  const end = text === undefined ? undefined : parseTimeText(text);
  return end === undefined ? undefined : end - now;
}

function bad(message: string, target: string): Fault {
  return fault('BadRequest', message, { target });
}
