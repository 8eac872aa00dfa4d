/**
 * What somebody should look at: automations that do not work, connections without credentials, failed remediations.
 *
 * Owns: finding it, and remembering what was found. Source: portal reference 3.1.
 *
 * Invariants
 * AT1. Warnings of all automations and states of all connections are looked up again only after one of
 *      them, a logic app or a recommendation's metadata changed, in slices between other work, and once for all who ask meanwhile.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { armIdKey, formatTime, type JsonObject, parseArmId, type Store, textMember, type Write } from '#foundation';
import { automationIndexOf } from '../automation-index.ts';
import { automationType } from '../automation-resource.ts';
import { AutomationStatus } from '../automation-status.ts';
import { isObservedStore } from '../commit-feed.ts';
import { remediationCollection, remediationOf, remediationType } from '../compliance/remediation-record.ts';
import { connectionOf, connectionType } from '../connections.ts';
import { deliveryCollection, deliveryRows, lastDelivery } from '../delivery-records.ts';
import { metadataCollection } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { workflowType } from '../workflow-resource.ts';
import type { Viewer } from './viewer.ts';

interface Finding {
  readonly kind: 'Automation' | 'Connection' | 'Delivery' | 'Remediation';
  /** The resource concerned. */
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly time?: string;
}

/** Most findings shown, and most documents looked at for each kind that is listed by time. */
const mostShown = 50;
const mostFailures = 200;
const sliceSize = 50;

const readActions: Readonly<Record<Finding['kind'], string>> = {
  Automation: `${automationType}/read`,
  Delivery: `${automationType}/read`,
  Connection: `${connectionType}/read`,
  Remediation: `${remediationType}/read`,
};

export async function findAttention(services: Services, viewer: Viewer): Promise<JsonObject> {
  const standing = await watchOf(services).findings();
  const all = [...failedDeliveries(services), ...failedRemediations(services), ...standing];
  const seen = all.filter(({ kind, id }) => viewer.sees(readActions[kind], id));
  return { total: seen.length, items: seen.slice(0, mostShown).map((finding) => ({ ...finding })) };
}

/** Automations whose newest delivery failed. */
function failedDeliveries(services: Services): readonly Finding[] {
  const failed = services.store.documents.list({ collection: deliveryCollection, status: 'Failed', top: mostFailures });
  const ids = new Map(
    failed.map(({ parent, body }) => [parent, textMember(body, 'automationId') ?? parent] as const).toReversed(),
  );
  const index = automationIndexOf(services);
  return [...ids].toReversed().flatMap(([parent, id]): Finding[] => {
    const known = index.find(parent);
    const last = known === undefined ? undefined : lastDelivery(services, id);
    if (known === undefined || last === undefined || textMember(last, 'status') !== 'Failed') return [];
    const newest = failed.find((document) => document.parent === parent);
    const row = newest === undefined ? undefined : deliveryRows(newest)[0];
    const error = row?.['error'] ?? null;
    const time = textMember(last, 'time');
    return [
      {
        kind: 'Delivery',
        id: known.id,
        code: textMember(error, 'code') ?? 'DeliveryFailed',
        message: textMember(error, 'message') ?? 'The last delivery failed.',
        ...(time === undefined ? {} : { time }),
      },
    ];
  });
}

function failedRemediations({ store }: Services): readonly Finding[] {
  const query = { collection: remediationCollection, status: 'Failed', top: mostFailures };
  return store.documents.list(query).map((document): Finding => {
    const { id, statusMessage = 'Deployments of the remediation failed.' } = remediationOf(document);
    return {
      kind: 'Remediation',
      id,
      code: 'RemediationFailed',
      message: statusMessage,
      time: formatTime(document.time),
    };
  });
}

const typesOfInterest = [automationType, workflowType, connectionType, 'Microsoft.Web/customApis'].map((type) =>
  type.toLowerCase(),
);

function isOfInterest(write: Write): boolean {
  if (write.kind === 'putDocument') return write.document.collection === metadataCollection;
  const type =
    write.kind === 'putResource'
      ? write.resource.type
      : write.kind === 'deleteResource'
        ? (parseArmId(write.id)?.type ?? '')
        : '';
  return typesOfInterest.includes(type.toLowerCase());
}

/** What holds until a resource changes. */
class AttentionWatch {
  readonly #services: Services;
  #changes = 0;
  #found: { readonly at: number; readonly findings: readonly Finding[] } | undefined;
  #finding: Promise<readonly Finding[]> | undefined;

  constructor(services: Services) {
    this.#services = services;
    const { store } = services;
    if (!isObservedStore(store)) return;
    store.onCommit((writes) => {
      if (writes.some(isOfInterest)) this.#changes += 1;
    });
  }

  async findings(): Promise<readonly Finding[]> {
    const { store } = this.#services;
    if (this.#found?.at === this.#changes && isObservedStore(store)) return this.#found.findings;
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  async #find(): Promise<readonly Finding[]> {
    const at = this.#changes;
    const findings = [...(await this.#automations()), ...(await this.#connections())];
    this.#found = { at, findings };
    return findings;
  }

  async #automations(): Promise<readonly Finding[]> {
    const status = new AutomationStatus(this.#services);
    const findings: Finding[] = [];
    const all = automationIndexOf(this.#services).all();
    for (const [at, automation] of all.entries()) {
      if (at % sliceSize === sliceSize - 1) await nextTurn();
      if (!automation.enabled) continue;
      for (const { code, message } of status.warnings(automation)) {
        findings.push({ kind: 'Automation', id: automation.id, code, message });
      }
    }
    return findings;
  }

  async #connections(): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (let after: string | undefined; ; ) {
      const slice = this.#services.store.resources.list({
        type: connectionType,
        top: sliceSize,
        ...(after === undefined ? {} : { after }),
      });
      for (const document of slice) {
        const { state } = connectionOf(this.#services, document);
        if (state.status !== 'Error') continue;
        findings.push({ kind: 'Connection', id: document.id, code: state.error.code, message: state.error.message });
      }
      const last = slice.at(-1);
      if (last === undefined || slice.length < sliceSize) return findings;
      after = armIdKey(last.id);
      await nextTurn();
    }
  }
}

const watches = new WeakMap<Store, AttentionWatch>();

function watchOf(services: Services): AttentionWatch {
  const known = watches.get(services.store);
  if (known !== undefined) return known;
  const watch = new AttentionWatch(services);
  watches.set(services.store, watch);
  return watch;
}
