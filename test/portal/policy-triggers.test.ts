import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parameterFields } from '../../portal/src/model/policy-parameters.ts';
import { isTriggerField, kindOfText, logicAppField, triggerFault } from '../../portal/src/model/policy-triggers.ts';
import { shippedDefinitions } from '#service';

const alert = {
  When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered: {
    type: 'ApiConnectionWebhook',
    inputs: { path: '/Microsoft.Security/Alert/subscribe' },
  },
};
const alertText = 'When an Azure Security Center Alert is created or triggered';
const manualText = 'Manual (Incoming HTTP request)';

describe('the triggers that a policy offers', () => {
  it('are known for every supplied policy that starts a logic app', () => {
    const found = shippedDefinitions().filter(
      ({ properties }) => 'logicAppTrigger' in (properties['parameters'] as object),
    );
    assert.equal(found.length, 3);
    for (const { name, properties } of found) {
      const fields = parameterFields(properties['parameters'] as never);
      const field = fields.find((each) => each.name === 'logicAppTrigger');
      assert.ok(field !== undefined && isTriggerField(field), name);
      assert.equal(logicAppField(fields)?.label, 'Logic App');
    }
  });

  it('are told under old and new names of the product', () => {
    assert.equal(kindOfText(alertText), 'alert');
    assert.equal(
      kindOfText('When a Microsoft Defender for Cloud Recommendation is created or triggered'),
      'recommendation',
    );
    assert.equal(
      kindOfText('When an Azure Security Center regulatory compliance assessment is created or triggered'),
      'compliance',
    );
    assert.equal(kindOfText(manualText), 'request');
    assert.equal(kindOfText('When hell freezes over'), undefined);
  });

  it('fit a logic app by the path of its trigger, not by its name', () => {
    assert.equal(triggerFault(alertText, alert), undefined);
    assert.match(
      triggerFault(manualText, alert) ?? '',
      /has no such trigger; it has When a Microsoft Defender for Cloud alert/,
    );
    const misnamed = { [alertText.replaceAll(' ', '_')]: { type: 'Recurrence' } };
    assert.match(triggerFault(alertText, misnamed) ?? '', /no such trigger/);
    assert.equal(triggerFault(alertText, {}), 'The logic app has no trigger.');
  });

  it('need a request trigger of the name that the policies write down', () => {
    assert.equal(triggerFault(manualText, { manual: { type: 'Request' } }), undefined);
    assert.match(
      triggerFault(manualText, { start: { type: 'Request' } }) ?? '',
      /named 'start'; the policy looks for 'manual'/,
    );
  });
});
