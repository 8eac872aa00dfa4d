/**
 * The sample of a first start: made and set off through the same doors that everybody uses.
 *
 * Owns: the order of the calls. Does not own: the bodies (`sample.data.ts`). Source: design section 6.
 *
 * Invariants
 * E1. It runs only on a data folder that has never been used, and only once.
 * E2. Every part goes through the public surface: a sample that is made is a server that works.
 */
import { type ArmResponse, formatTime, type Identity, type Json, memberOf, raise, textMember } from '#foundation';
import { sampleAlert, sampleGroup, sampleLocation, sampleResources } from './sample.data.ts';
import type { Services } from './services.ts';

const identity: Identity = { objectId: '', displayName: 'sample', kind: 'System' };

/** Makes the sample in the subscription and sends its alert. @throws TocsinError naming the call that was refused. */
export async function seedSample(services: Services, subscriptionId: string): Promise<void> {
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = `${subscription}/resourceGroups/${sampleGroup}`;
  await put(services, group, '2021-04-01', { location: sampleLocation, tags: { purpose: 'sample' } });
  for (const { path, apiVersion, body } of sampleResources(subscription)) {
    await put(services, `${group}${path}`, apiVersion, body);
  }
  await call(
    services,
    'POST',
    '/tocsin/v1/connections/sandbox',
    {},
    {
      connectionId: `${group}/providers/Microsoft.Web/connections/office365`,
      enabled: true,
    },
  );
  const alert = sampleAlert(subscriptionId, formatTime(services.clock.now()));
  await call(services, 'POST', '/ingest/v1/events', { format: 'tocsin' }, alert);
}

function put(services: Services, path: string, apiVersion: string, body: Json): Promise<ArmResponse> {
  return call(services, 'PUT', path, { 'api-version': apiVersion }, body);
}

async function call(
  services: Services,
  method: string,
  path: string,
  query: Record<string, string>,
  body: Json,
): Promise<ArmResponse> {
  const rawBody = JSON.stringify(body);
  const response = await services.arm({
    method,
    path,
    query,
    headers: { 'content-type': 'application/json' },
    body,
    rawBody,
    rawBytes: new TextEncoder().encode(rawBody),
    identity,
    baseUrl: services.settings.publicBaseUrl,
  });
  if (response.status >= 300) {
    const reason = textMember(memberOf(response.body, 'error'), 'message') ?? `status ${response.status}`;
    raise('InternalServerError', `The sample could not be made: ${method} ${path}: ${reason}`);
  }
  return response;
}
