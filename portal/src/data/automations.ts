/** Automations as the server shows them, and the commands on them. */
import { armPath, idParts, type Resource } from '../api/arm.ts';
import { call } from '../api/http.ts';
import type { Source } from '../model/automation-form.ts';

export interface AutomationAction {
  readonly actionType: string;
  readonly logicAppResourceId?: string;
}

export interface AutomationProperties {
  readonly description?: string;
  readonly isEnabled?: boolean;
  readonly scopes?: readonly { readonly description?: string; readonly scopePath: string }[];
  readonly sources?: readonly Source[];
  readonly actions?: readonly AutomationAction[];
}

export type Automation = Resource<AutomationProperties>;

export interface Delivery {
  readonly id: string;
  readonly automationId: string;
  readonly eventId: string;
  readonly actionIndex: number;
  readonly target?: string;
  readonly attempt: number;
  readonly status: string;
  readonly statusCode?: number;
  readonly runId?: string;
  readonly time: string;
  readonly error?: unknown;
}

export interface AutomationRow extends Automation {
  readonly status: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly lastDelivery?: Delivery;
}

export interface EligibleLogicApp {
  readonly id: string;
  readonly triggerName?: string;
  readonly triggerKind?: string;
  readonly eligible: boolean;
  readonly reason?: string;
}

const type = 'microsoft.security/automations';
export const automationPath = (id: string): string => armPath(id, type);

export async function setEnabled(id: string, isEnabled: boolean): Promise<void> {
  await call('PATCH', automationPath(id), { body: { properties: { isEnabled } } });
}

export async function deleteAutomation(id: string): Promise<void> {
  await call('DELETE', automationPath(id));
}

/** The subscription, and the group when the scope is narrower. */
export function scopeText({ properties }: Automation, nameOf: (subscriptionId: string | undefined) => string): string {
  const paths = properties.scopes?.map(({ scopePath }) => scopePath) ?? [];
  if (paths.length === 0) return '–';
  return paths
    .map((path) => {
      const { subscriptionId, resourceGroup, type: kind, name } = idParts(path);
      const within = kind === '' ? resourceGroup : name;
      return within === undefined ? nameOf(subscriptionId) : `${nameOf(subscriptionId)} / ${within}`;
    })
    .join(', ');
}
