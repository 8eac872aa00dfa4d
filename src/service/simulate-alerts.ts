/**
 * Makes sample alerts, which go everywhere real ones do.
 *
 * Owns: the alerts' bodies, the operation. Does not own: what they set off (`ingest-events.ts`).
 *
 * Invariants
 * M1. Sample alerts name resources that do not exist and never enter the inventory.
 * Source: management API reference 5.2; domain reference 20.
 */
import { formatMoment } from '#events';
import { isJsonArray, type Json, type JsonObject, memberOf, raise } from '#foundation';
import { ingestEvents, type IngestResult } from './ingest-events.ts';
import { beginOperation, endOperation, forgetOldOperations, type Operation } from './operations.ts';
import type { Caller } from './record-activity.ts';
import { type SampleAlert, sampleAlerts } from './sample-alerts.data.ts';
import type { Services } from './services.ts';

export interface Simulation {
  readonly caller: Caller;
  readonly subscriptionId: string;
  /** `{properties: {kind: 'Bundles', bundles: [...]}}`. */
  readonly body: Json | undefined;
}

/** Makes the alerts of the bundles asked for. @throws TocsinError `InvalidParameter`. */
export async function simulateAlerts(services: Services, request: Simulation): Promise<IngestResult> {
  const samples = bundlesOf(request.body).flatMap((bundle) => sampleAlerts[bundle] ?? []);
  return ingestEvents(services, {
    records: samples.map((sample) => bodyOf(services, request.subscriptionId, sample)),
    format: 'tocsin',
    createUnknown: false,
    inventory: false,
    identity: request.caller.identity,
    allowed: () => true,
  });
}

/** The same as an operation that has ended by the time it is answered. */
export async function simulateAlertsAsOperation(services: Services, request: Simulation): Promise<Operation> {
  await simulateAlerts(services, request);
  const { operation } = beginOperation(services, {
    kind: 'simulateAlerts',
    target: `/subscriptions/${request.subscriptionId}`,
    startedBy: request.caller.identity.objectId,
  });
  const ended = endOperation(operation, services.clock.now(), { kind: 'succeeded' });
  await services.store.commit([ended.write, ...forgetOldOperations(services)]);
  return ended.operation;
}

function bundlesOf(body: Json | undefined): readonly string[] {
  const kind = memberOf(memberOf(body, 'properties'), 'kind') ?? 'Bundles';
  if (typeof kind !== 'string' || kind.toLowerCase() !== 'bundles') {
    return raise('InvalidParameter', "properties.kind must be 'Bundles'.", { target: 'properties.kind' });
  }
  const bundles = memberOf(memberOf(body, 'properties'), 'bundles');
  const known = Object.keys(sampleAlerts);
  if (!isJsonArray(bundles) || bundles.length === 0) {
    return raise('InvalidParameter', `properties.bundles must name some of ${known.join(', ')}.`, {
      target: 'properties.bundles',
    });
  }
  return bundles.map((bundle) => {
    const found = known.find((name) => typeof bundle === 'string' && name.toLowerCase() === bundle.toLowerCase());
    const shown = typeof bundle === 'string' ? bundle.slice(0, 60) : typeof bundle;
    return (
      found ??
      raise('InvalidParameter', `The bundle '${shown}' is not one of ${known.join(', ')}.`, {
        target: 'properties.bundles',
      })
    );
  });
}

function bodyOf(services: Services, subscriptionId: string, sample: SampleAlert): JsonObject {
  const now = services.clock.now();
  const time = formatMoment(BigInt(now) * 10_000n);
  const subscription = `/subscriptions/${subscriptionId}`;
  const resource =
    sample.resource === '' ? subscription : `${subscription}/resourceGroups/Sample-RG/providers/${sample.resource}`;
  const entity = resource.slice(resource.lastIndexOf('/') + 1);
  return {
    VendorName: 'Tocsin',
    AlertType: sample.type,
    ProductName: 'Tocsin sample alerts',
    StartTimeUtc: time,
    EndTimeUtc: time,
    TimeGenerated: time,
    ProcessingEndTime: time,
    Severity: sample.severity,
    Status: 'New',
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    ConfidenceScore: null,
    ConfidenceReasons: null,
    IsIncident: false,
    SystemAlertId: services.random.uuid(),
    CorrelationKey: null,
    Intent: sample.intent,
    AzureResourceId: resource,
    WorkspaceId: null,
    WorkspaceSubscriptionId: null,
    WorkspaceResourceGroup: null,
    AgentId: null,
    CompromisedEntity: entity,
    AlertDisplayName: `[SAMPLE ALERT] ${sample.name}`,
    Description: `THIS IS A SAMPLE ALERT: ${sample.description}`,
    Entities: sample.entities.map((each, index) => ({ $id: String(index + 2), ...each })),
    ExtendedLinks: null,
    RemediationSteps: [...sample.steps],
    ExtendedProperties: {
      ...sample.properties,
      EffectiveAzureResourceId: resource,
      CompromisedEntity: entity,
      ProductComponentName: sample.component,
      EffectiveSubscriptionId: subscriptionId,
    },
    ResourceIdentifiers: [{ $id: '1', AzureResourceId: resource, Type: 'AzureResource' }],
  };
}
