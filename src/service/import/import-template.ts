/**
 * Takes an ARM template that a resource group was exported as into the inventory: deploys it.
 *
 * Owns: the deployment and its report. Does not own: deployments (`deployments/`).
 *
 * Invariants
 * IT1. It goes through our own ARM as the caller: his roles count, and what templates do anywhere.
 */
import {
  type ArmResponse,
  type Identity,
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';
import { ImportReport } from './import-report.ts';

export interface TemplateImport {
  readonly identity: Identity;
  readonly baseUrl: string;
  readonly template: JsonObject;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

const version = { 'api-version': '2022-09-01' };

/** @throws TocsinError `InvalidParameter` when the deployment cannot begin. */
export async function importTemplate(services: Services, request: TemplateImport): Promise<JsonObject> {
  const group = `/subscriptions/${request.subscriptionId}/resourceGroups/${request.resourceGroup}`;
  const call = (method: string, path: string, body?: Json): Promise<ArmResponse> =>
    services.arm({
      method,
      path,
      query: version,
      headers: {},
      ...(body === undefined ? {} : { body, rawBody: JSON.stringify(body) }),
      identity: request.identity,
      baseUrl: request.baseUrl,
    });
  if ((await call('GET', group)).status === 404) {
    const location = firstLocation(request.template);
    requireGood(await call('PUT', group, { location }));
  }
  const path = `${group}/providers/Microsoft.Resources/deployments/import-${services.random.uuid().slice(0, 8)}`;
  requireGood(
    await call('PUT', path, { properties: { mode: 'Incremental', template: request.template, parameters: {} } }),
  );
  const state = await ended(services, () => call('GET', path));
  const report = new ImportReport();
  const operations = memberOf((await call('GET', `${path}/operations`)).body, 'value');
  for (const operation of isJsonArray(operations) ? operations : []) note(report, memberOf(operation, 'properties'));
  return report.answer({ format: 'template', state });
}

function note(report: ImportReport, properties: Json | undefined): void {
  const id = textMember(memberOf(properties, 'targetResource'), 'id');
  if (id === undefined) return;
  const code = textMember(properties, 'statusCode') ?? '';
  if (textMember(properties, 'provisioningState') === 'Succeeded') {
    report.count(/created/i.test(code) ? 'created' : 'updated');
    return;
  }
  const message = memberOf(properties, 'statusMessage');
  const error = memberOf(message, 'error') ?? message;
  report.refuse(id, { code: 'Conflict', message: textMember(error, 'message') ?? 'The resource was not deployed.' });
}

async function ended(services: Services, ask: () => Promise<ArmResponse>): Promise<string> {
  for (;;) {
    const state = textMember(memberOf((await ask()).body, 'properties'), 'provisioningState') ?? '';
    if (/^(?:Succeeded|Failed|Canceled)$/.test(state)) return state;
    await new Promise<void>((resolve) => services.clock.after(50, resolve));
  }
}

function firstLocation(template: JsonObject): string {
  const resources = memberOf(template, 'resources');
  for (const resource of isJsonArray(resources) ? resources : []) {
    const location = textMember(resource, 'location') ?? '';
    if (location !== '' && !location.startsWith('[')) return location;
  }
  return 'westeurope';
}

function requireGood({ status, body }: ArmResponse): void {
  if (status < 400) return;
  const message = textMember(memberOf(body, 'error'), 'message') ?? 'The template could not be deployed.';
  raise('InvalidParameter', message);
}
