/** Alerts as the server shows them, and what happened because of them. */
import { idParts, type Resource } from '../api/arm.ts';
import { call } from '../api/http.ts';
import type { EventOutcome } from '../model/event-outcome.ts';

export interface AlertProperties {
  readonly alertDisplayName: string;
  readonly severity: string;
  readonly status: string;
  readonly alertType?: string;
  readonly productName?: string;
  readonly compromisedEntity?: string;
  readonly description?: string;
  readonly intent?: string;
  readonly isIncident?: boolean;
  readonly startTimeUtc?: string;
  readonly endTimeUtc?: string;
  readonly timeGeneratedUtc?: string;
  readonly processingEndTimeUtc?: string;
  readonly systemAlertId?: string;
  readonly remediationSteps?: readonly string[];
  readonly extendedProperties?: Readonly<Record<string, unknown>>;
  readonly entities?: readonly Readonly<Record<string, unknown>>[];
  readonly resourceIdentifiers?: readonly { readonly azureResourceId?: string; readonly type: string }[];
}

/** `automations`: absent in alerts that an earlier version kept. */
export type Alert = Resource<AlertProperties> & { readonly automations?: EventOutcome };

export interface Explanation {
  readonly automationId: string;
  readonly outcome: string;
  readonly stoppedBy?: string;
  readonly ruleSets?: readonly {
    readonly matched: boolean;
    readonly rules: readonly {
      readonly propertyJPath: string;
      readonly operator: string;
      readonly expectedValue: string;
      readonly actualValue?: unknown;
      readonly matched: boolean;
    }[];
  }[];
}

export const alertStatuses = ['Active', 'InProgress', 'Resolved', 'Dismissed'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

const verbs: Readonly<Record<AlertStatus, string>> = {
  Active: 'activate',
  InProgress: 'inProgress',
  Resolved: 'resolve',
  Dismissed: 'dismiss',
};

export const alertVersion = '2022-01-01';

export async function changeStatus(id: string, status: AlertStatus): Promise<void> {
  await call('POST', `${id}/${verbs[status]}?api-version=${alertVersion}`);
}

/** The resource an alert is about: its id when there is one. */
export function affectedResource({ properties }: Alert): { readonly name: string; readonly id?: string } {
  const id = properties.resourceIdentifiers?.find(
    ({ azureResourceId }) => azureResourceId !== undefined,
  )?.azureResourceId;
  const name = properties.compromisedEntity ?? (id === undefined ? '' : idParts(id).name);
  return id === undefined ? { name } : { name: name === '' ? idParts(id).name : name, id };
}
