import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deploymentText, readParameterFile, readTemplate } from '../../portal/src/model/imported-template.ts';
import { bounds } from './made-definitions.ts';

const template = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "metadata": { "title": "Block an address" },
  "parameters": {
    "PlaybookName": { "type": "string", "defaultValue": "Block-IP" },
    "days": { "type": "int", "metadata": { "description": "How long" } }
  },
  "resources": [
    {
      "type": "Microsoft.Web/connections",
      "name": "mail",
      "properties": {
        "api": { "id": "[concat('/subscriptions/', subscription().subscriptionId, '/providers/Microsoft.Web/locations/', resourceGroup().location, '/managedApis/office365')]" }
      }
    },
    { "type": "Microsoft.Logic/workflows", "name": "x", "properties": { "definition": { "actions": { "C": { "inputs": 1.0 } } } } }
  ]
}`;

describe('an imported template', () => {
  it('says what it asks for and which connectors it uses', () => {
    const read = readTemplate(template, 'azuredeploy.json');
    assert.ok(read.ok);
    const { title, parameters, connectors } = read.value;
    assert.equal(title, 'Block an address');
    assert.deepEqual(parameters, [
      { name: 'PlaybookName', type: 'string', required: false, defaultValue: 'Block-IP' },
      { name: 'days', type: 'int', required: true, description: 'How long' },
    ]);
    assert.deepEqual(connectors, [{ name: 'office365', displayName: 'office365' }]);
  });

  it('is deployed as it was brought, with the values that were typed', () => {
    const read = readTemplate(`\uFEFF${template}`, '');
    assert.ok(read.ok);
    const body = deploymentText(read.value, { days: '7' });
    assert.ok(body.includes('"inputs": 1.0'));
    const { properties } = JSON.parse(body) as { readonly properties: { readonly parameters: unknown } };
    assert.deepEqual(properties.parameters, { days: { value: 7 } });
  });

  it('takes values out of a parameter file, and says what it cannot take', () => {
    const read = readTemplate(template, '');
    assert.ok(read.ok);
    const { parameters } = read.value;
    const file = (given: unknown): string => JSON.stringify({ parameters: given });
    assert.deepEqual(readParameterFile(file({ playbookname: { value: 'A' }, days: { value: 3 } }), parameters), {
      ok: true,
      value: { PlaybookName: 'A', days: '3' },
    });
    const refusals = [
      [file({ days: { reference: { secretName: 's' } } }), "'days' has no value in the file"],
      [file({ other: { value: 1 } }), "The template has no parameter 'other'."],
      ['{}', "A parameter file has an object 'parameters'."],
      ['{', 'This is no JSON'],
    ] as const;
    for (const [text, message] of refusals) {
      const refusal = readParameterFile(text, parameters);
      assert.ok(!refusal.ok && refusal.message.startsWith(message), JSON.stringify(refusal));
    }
  });

  it('is refused in a sentence when it is something else, whatever the text', () => {
    const definition = readTemplate('{"triggers":{},"actions":{}}', '');
    assert.ok(!definition.ok && definition.message.includes('code view'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readTemplate(text, '');
        assert.ok(read.ok || read.message.length > 10);
      }),
      bounds,
    );
  });
});
