/**
 * An event reaches the actions of an automation: own logic apps in process, others by a durable HTTP delivery, event hubs
 * by a durable queue, workspaces by a row or, when linked, by a durable delivery.
 *
 * Owns: the choice, the brakes' turn, the prepared runs and writes, the record of each delivery.
 * Does not own: the commit (the caller's, with the event), sending (`send-deliveries.ts`, `send-to-event-hubs.ts`).
 *
 * Invariants
 * E1. Preparing changes nothing but the ledger of brakes, which `settle` sets right: runs, history, delivery records and
 *     rows go into the commit that holds the event.
 * E2. What cannot be delivered leaves a failed record with the reason, and does not stand in the way of other actions.
 * E3. A braked event leaves one record and starts nothing.
 * Source: design D6 and section 4; domain reference 8 and 16.
 */
import type { NewRun } from '#engine';
import type { EventKind, SecurityEvent } from '#events';
import {
  type Fault,
  formatTime,
  isFault,
  type RunOrigin,
  type RunOriginKind,
  type StoredDocument,
  type Write,
} from '#foundation';
import type { MatchableEvent } from '#rules';
import type { AutomationAction, StoredAutomation } from './automation-resource.ts';
import { brakeLedgerOf, type BrakeRefusal, type BrakeReservation } from './brake-ledger.ts';
import { DeliveryTargets, fire, type OwnTarget } from './callback-targets.ts';
import {
  type Attempt,
  deliveryDocument,
  deliveryKey,
  type DeliveryStatus,
  type EventMoment,
  type NewDelivery,
  queuedFor,
} from './delivery-records.ts';
import { hubQueueWrite } from './event-hub-queues.ts';
import { logRowWrites } from './log-tables.ts';
import type { Services } from './services.ts';
import { isLinkedWorkspace } from './workspace-links.ts';

/** What a delivery adds to the commit of its event. */
export interface PreparedDelivery {
  readonly runs: readonly NewRun[];
  readonly writes: readonly Write[];
  /** Full ARM ids of the runs. */
  readonly runIds: readonly string[];
  /** The key of its record; absent where it leaves none. */
  readonly key?: string;
  /** The record, when somebody must send it after the commit. */
  readonly pending?: StoredDocument;
}

/** An event on its way to automations: as matched, and when it is stored. */
export interface DeliverableEvent {
  readonly event: SecurityEvent;
  readonly matchable: MatchableEvent;
  /** Milliseconds; together with the event's key it tells its changes apart. */
  readonly time: number;
}

interface Delivery {
  readonly about: Pick<NewDelivery, 'key' | 'automationId' | 'eventId' | 'actionIndex'>;
  readonly action: AutomationAction;
  readonly event: SecurityEvent;
  readonly automation: StoredAutomation;
}

/** The deliveries of one commit: shares look-ups and gives reservations of brakes back when the commit fails. */
export class Deliveries {
  readonly #services: Services;
  readonly #targets: DeliveryTargets;
  readonly #reservations: BrakeReservation[] = [];

  constructor(services: Services) {
    this.#services = services;
    this.#targets = new DeliveryTargets(services);
  }

  /** What the event's actions of one automation add to the commit. */
  prepare(automation: StoredAutomation, delivered: DeliverableEvent): readonly PreparedDelivery[] {
    const { event, matchable } = delivered;
    if (automation.brakes === undefined) return this.#all(automation, delivered);
    const ledger = brakeLedgerOf(this.#services);
    const refusal = ledger.refusal(automation, matchable);
    if (refusal !== undefined && refusal.code !== 'DryRun') return [this.#braked(automation, delivered, refusal)];
    const reservation = ledger.reserve(automation, matchable);
    this.#reservations.push(reservation);
    const prepared =
      refusal === undefined
        ? this.#all(automation, { ...delivered, event })
        : [this.#braked(automation, delivered, refusal)];
    return [{ runs: [], runIds: [], writes: reservation.writes }, ...prepared];
  }

  /** Runs the commit and settles by how it ends. */
  async whileSettling(commit: () => Promise<unknown>): Promise<void> {
    try {
      await commit();
    } catch (error) {
      this.settle(true);
      throw error;
    }
    this.settle(false);
  }

  /** The commit is over. */
  settle(failed: boolean): void {
    for (const reservation of this.#reservations.toReversed()) reservation.settle(failed);
    this.#reservations.length = 0;
  }

  #all(automation: StoredAutomation, delivered: DeliverableEvent): readonly PreparedDelivery[] {
    return automation.actions.map((action, actionIndex) => {
      const about = this.#about(automation, delivered, actionIndex);
      const prepared = this.#one({ about, action, event: delivered.event, automation });
      this.#targets.note(prepared.runs);
      return prepared;
    });
  }

  #about(automation: StoredAutomation, delivered: DeliverableEvent, actionIndex: number): Delivery['about'] {
    const { event, matchable, time } = delivered;
    const moment: EventMoment = { source: matchable.source, key: event.key, time };
    const key = deliveryKey(this.#services, automation.idKey, moment, actionIndex);
    return { key, automationId: automation.id, eventId: event.id, actionIndex };
  }

  #braked(automation: StoredAutomation, delivered: DeliverableEvent, refusal: BrakeRefusal): PreparedDelivery {
    const [action] = automation.actions;
    const status = refusal.code === 'DryRun' ? 'DryRun' : 'Braked';
    const attempt: Attempt = {
      attempt: 0,
      status,
      time: formatTime(this.#services.clock.now()),
      error: { code: refusal.code, message: refusal.message },
    };
    const about = this.#about(automation, delivered, 0);
    const target = action === undefined ? '' : targetOf(action);
    const document = deliveryDocument(this.#services, { ...about, target, status, attempts: [attempt] });
    return { runs: [], runIds: [], key: about.key, writes: [{ kind: 'putDocument', document }] };
  }

  #one(delivery: Delivery): PreparedDelivery {
    const { action, event, automation } = delivery;
    switch (action.kind) {
      case 'Workspace': {
        if (isLinkedWorkspace(this.#services, action.workspaceResourceId)) {
          return this.#pending(delivery, 'Pending', { event: event.body, row: { kind: event.kind, id: event.id } });
        }
        const rows = logRowWrites(this.#services, action.workspaceResourceId, event);
        return this.#recorded(delivery, this.#succeeded(), rows);
      }
      case 'EventHub': {
        const queue = hubQueueWrite(this.#services, automation.idKey, action.eventHubResourceId);
        if (isFault(queue)) return this.#recorded(delivery, this.#failed(queue), []);
        const prepared = this.#pending(delivery, queuedFor(action.eventHubResourceId), { event: event.body });
        return { ...prepared, writes: [...prepared.writes, ...queue] };
      }
      case 'LogicApp': {
        const target = this.#targets.find(action.uri);
        if (target === 'foreign') return this.#pending(delivery, 'Pending', { uri: action.uri, event: event.body });
        if (isFault(target)) return this.#recorded(delivery, this.#failed(target), []);
        return this.#fireOwn(delivery, { ...target, queued: this.#targets.queued }, action.uri);
      }
    }
  }

  #pending(
    delivery: Delivery,
    status: DeliveryStatus,
    pending: NewDelivery['pending'] & object,
    attempts: readonly Attempt[] = [],
  ): PreparedDelivery {
    const target = targetOf(delivery.action);
    const document = deliveryDocument(this.#services, { ...delivery.about, target, status, attempts, pending });
    const writes: readonly Write[] = [{ kind: 'putDocument', document }];
    return { runs: [], runIds: [], key: document.key, writes, pending: document };
  }

  #fireOwn(delivery: Delivery, target: OwnTarget, uri: string): PreparedDelivery {
    const prepared = fire(this.#services, target, delivery.event.body, originOf(delivery));
    if (isFault(prepared)) return this.#recorded(delivery, this.#failed(prepared), []);
    if (prepared.fault?.retryable === true) {
      const attempt: Attempt = { ...this.#failed(prepared.fault), status: 'Retrying' };
      return this.#pending(delivery, 'Pending', { uri, event: delivery.event.body }, [attempt]);
    }
    if (prepared.fault !== undefined) return this.#recorded(delivery, this.#failed(prepared.fault), prepared.writes);
    const runIds = prepared.runs.map(({ identity }) => `${identity.workflowId}/runs/${identity.name}`);
    const attempt = this.#succeeded(prepared.outcome === 'fired' ? 202 : 200, runIds[0]);
    return { ...this.#recorded(delivery, attempt, prepared.writes), runs: prepared.runs, runIds };
  }

  #recorded(delivery: Delivery, attempt: Attempt, writes: readonly Write[]): PreparedDelivery {
    const target = targetOf(delivery.action);
    const status = attempt.status === 'Succeeded' ? 'Succeeded' : 'Failed';
    const document = deliveryDocument(this.#services, { ...delivery.about, target, status, attempts: [attempt] });
    return { runs: [], runIds: [], key: document.key, writes: [...writes, { kind: 'putDocument', document }] };
  }

  #succeeded(statusCode?: number, runId?: string): Attempt {
    return {
      attempt: 1,
      status: 'Succeeded',
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(runId === undefined ? {} : { runId }),
      time: formatTime(this.#services.clock.now()),
    };
  }

  #failed(reason: Fault): Attempt {
    return {
      attempt: 1,
      status: 'Failed',
      statusCode: reason.status,
      time: formatTime(this.#services.clock.now()),
      error: { code: reason.code, message: reason.message },
    };
  }
}

const originKinds: Readonly<Record<EventKind, RunOriginKind>> = {
  Alerts: 'Alert',
  Assessments: 'Recommendation',
  SubAssessments: 'Recommendation',
  RegulatoryComplianceAssessment: 'Compliance',
  SecureScores: 'SecureScore',
  SecureScoreControls: 'SecureScore',
  AttackPaths: 'AttackPath',
};

/** What a run that an automation starts on an event of a kind is started by. */
export function automationOrigin(kind: EventKind, automationId: string, eventId: string): RunOrigin {
  return { kind: originKinds[kind], automationId, eventId };
}

function originOf({ event, about }: Delivery): RunOrigin {
  return automationOrigin(event.kind, about.automationId, about.eventId);
}

/** The resource an action leads to. */
function targetOf(action: AutomationAction): string {
  switch (action.kind) {
    case 'LogicApp':
      return action.logicAppResourceId;
    case 'EventHub':
      return action.eventHubResourceId;
    case 'Workspace':
      return action.workspaceResourceId;
  }
}
