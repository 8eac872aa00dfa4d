import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  definitionIn,
  deploymentBody,
  faultsOf,
  type TemplateParameter,
  type TemplateValues,
} from '../../portal/src/model/template-form.ts';

const parameters: readonly TemplateParameter[] = [
  { name: 'name', type: 'string', required: false, defaultValue: 'App' },
  { name: 'recipients', type: 'string', required: true },
  { name: 'days', type: 'int', required: false, defaultValue: 3 },
  { name: 'state', type: 'string', required: false, allowedValues: ['Enabled', 'Disabled'] },
];
const values = (typed: Readonly<Record<string, string>>): TemplateValues => ({
  subscriptionId: 's',
  resourceGroup: 'rg',
  parameters: typed,
});
const messages = (given: TemplateValues): string[] => faultsOf(parameters, given).map(({ message }) => message);

describe('the form of a template', () => {
  it('asks for what has no value of its own, and takes everything else from the template', () => {
    assert.deepEqual(messages(values({})), ["'recipients' is required."]);
    assert.deepEqual(messages(values({ recipients: 'a@b' })), []);
    assert.deepEqual(deploymentBody({ t: 1 }, parameters, values({ recipients: 'a@b' })), {
      properties: { mode: 'Incremental', template: { t: 1 }, parameters: { recipients: { value: 'a@b' } } },
    });
  });

  it('reads values by the type of their parameters, and says which cannot be read', () => {
    const typed = values({ recipients: '12', days: '7' });
    const body = deploymentBody({}, parameters, typed) as { properties: { parameters: object } };
    assert.deepEqual(body.properties.parameters, { recipients: { value: '12' }, days: { value: 7 } });
    assert.deepEqual(messages(values({ recipients: 'a', days: 'many' })), ["'days' is no int: write it as JSON."]);
    assert.deepEqual(messages(values({ recipients: 'a', state: 'on' })), ["'state' is one of: Enabled, Disabled."]);
  });

  it('names the tab of each fault', () => {
    const faults = faultsOf(parameters, { subscriptionId: '', resourceGroup: '', parameters: {} });
    assert.deepEqual(
      faults.map(({ tab, field }) => [tab, field]),
      [
        ['basics', 'Subscription'],
        ['basics', 'Resource group'],
        ['parameters', 'recipients'],
      ],
    );
  });

  it('finds the definition to draw', () => {
    const definition = { actions: {} };
    const template = {
      resources: [{ type: 'x/y' }, { type: 'microsoft.logic/Workflows', properties: { definition } }],
    };
    assert.deepEqual(JSON.parse(definitionIn(template) ?? ''), definition);
    assert.equal(definitionIn({}), undefined);
  });
});
