/**
 * Which texts of a policy's parameter *Logic app trigger* fit the logic app that was chosen.
 *
 * Owns: the published texts and the triggers they mean. Does not own: firing. A trigger is told by its path, as the server
 * does it, never by its name; except the request trigger, whose name the policies write down: `manual`.
 * Source: security center reference 14, 19; portal reference 4.3.
 */
import type { ParameterField } from './policy-parameters.ts';

export interface TriggerDefinition {
  readonly type?: string;
  readonly inputs?: { readonly path?: string };
}

type Kind = 'request' | 'alert' | 'recommendation' | 'compliance';

const requestName = 'manual';

const paths: Readonly<Record<string, Kind>> = {
  '/microsoft.security/alert/subscribe': 'alert',
  '/microsoft.security/assessment/subscribe': 'recommendation',
  '/microsoft.security/regulatorycomplianceassessment/subscribe': 'compliance',
};

function kindOfTrigger({ type = '', inputs }: TriggerDefinition): Kind | undefined {
  if (type.toLowerCase() === 'request') return 'request';
  const path = `/${(inputs?.path ?? '').replaceAll(/^\/+|\/+$/g, '')}`.toLowerCase();
  return type.toLowerCase() === 'apiconnectionwebhook' ? paths[path] : undefined;
}

/** The trigger that a published text means; undefined for any other text. */
export function kindOfText(text: string): Kind | undefined {
  if (/^manual \(incoming http request\)$/i.test(text)) return 'request';
  const subject =
    /^when an? (?:azure security center|microsoft defender for cloud|security center) (.+?) is created or triggered$/i.exec(
      text,
    )?.[1];
  switch (subject?.toLowerCase()) {
    case 'alert':
      return 'alert';
    case 'recommendation':
      return 'recommendation';
    case 'regulatory compliance assessment':
      return 'compliance';
    default:
      return undefined;
  }
}

/** Whether a field offers triggers of logic apps: all that it allows are such texts. */
export function isTriggerField({ declaration: { allowedValues = [] } }: ParameterField): boolean {
  return (
    allowedValues.length > 0 &&
    allowedValues.every((each) => typeof each === 'string' && kindOfText(each) !== undefined)
  );
}

/** The field of the logic app that a trigger field is about. */
export function logicAppField(fields: readonly ParameterField[]): ParameterField | undefined {
  return fields.find(
    ({ resourceType, kind }) => kind === 'resource' && /^microsoft\.logic\/workflows$/i.test(resourceType ?? ''),
  );
}

/** Why a text cannot be chosen for a logic app with these triggers; undefined when it can. */
export function triggerFault(text: string, triggers: Readonly<Record<string, TriggerDefinition>>): string | undefined {
  const kind = kindOfText(text);
  const all = Object.entries(triggers).map(([name, trigger]) => ({ name, kind: kindOfTrigger(trigger) }));
  if (all.length === 0) return 'The logic app has no trigger.';
  const fitting = all.filter((each) => each.kind === kind);
  if (fitting.length === 0) {
    return `The logic app has no such trigger; it has ${all.map(({ name }) => name.replaceAll('_', ' ')).join(', ')}.`;
  }
  if (kind !== 'request' || fitting.some(({ name }) => name.toLowerCase() === requestName)) return undefined;
  return `The HTTP request trigger is named '${fitting[0]?.name ?? ''}'; the policy looks for '${requestName}'.`;
}
