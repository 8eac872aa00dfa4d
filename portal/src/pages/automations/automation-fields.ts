/** The values of the automation pane, and the resource they become. */
import { idParts } from '../../api/arm.ts';
import type { Automation } from '../../data/automations.ts';
import { type Conditions, conditionsOf, firstConditions, sourcesOf } from '../../model/automation-form.ts';

export interface Fields {
  readonly name: string;
  readonly description: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly conditions: Conditions;
  readonly logicAppId: string;
}

/** Of a new automation; for a compliance standard when it is to answer one. */
export const emptyFields = (standard = ''): Fields => ({
  name: '',
  description: '',
  subscriptionId: '',
  resourceGroup: '',
  location: '',
  conditions:
    standard === ''
      ? firstConditions
      : { ...firstConditions, dataType: 'RegulatoryComplianceAssessment', standards: [standard] },
  logicAppId: '',
});

export function fieldsOf(stored: Automation): Fields {
  const { subscriptionId = '', resourceGroup = '' } = idParts(stored.id);
  return {
    name: stored.name,
    description: stored.properties.description ?? '',
    subscriptionId,
    resourceGroup,
    location: stored.location ?? '',
    conditions: conditionsOf(stored.properties.sources ?? []) ?? firstConditions,
    logicAppId: stored.properties.actions?.[0]?.logicAppResourceId ?? '',
  };
}

/** The resource to write. What the fields do not show, or show unchanged, is what was stored. */
export function bodyOf(fields: Fields, stored: Automation | undefined): object {
  const properties = stored?.properties;
  const before = properties?.sources === undefined ? undefined : conditionsOf(properties.sources);
  const isSame =
    stored !== undefined && (before === undefined || JSON.stringify(before) === JSON.stringify(fields.conditions));
  const actions = properties?.actions ?? [];
  const sameApp = actions[0]?.logicAppResourceId === fields.logicAppId || actions.length > 1;
  return {
    location: stored?.location ?? fields.location,
    ...(stored?.tags === undefined ? {} : { tags: stored.tags }),
    properties: {
      ...properties,
      description: fields.description,
      isEnabled: properties?.isEnabled ?? true,
      scopes: properties?.scopes ?? [
        { description: 'the whole subscription', scopePath: `/subscriptions/${fields.subscriptionId}` },
      ],
      sources: isSame ? properties?.sources : sourcesOf(fields.conditions),
      actions:
        stored !== undefined && sameApp ? actions : [{ actionType: 'LogicApp', logicAppResourceId: fields.logicAppId }],
    },
  };
}
