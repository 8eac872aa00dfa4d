/** Conditions of Sentinel's automation rules, and alerts in Sentinel's shapes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { alertEntity, armMember, entitiesOfAlert } from '../../src/service/sentinel/alert-entities.ts';
import { isProduct, wantsAlert } from '../../src/service/sentinel/alert-rules.ts';
import { conditionsFault, conditionsHold, type RuleSubject } from '../../src/service/sentinel/automation-conditions.ts';

const provider =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights';
const property = (propertyName: string, operator: string, ...propertyValues: string[]): JsonObject => ({
  conditionType: 'Property',
  conditionProperties: { propertyName, operator, propertyValues },
});
const alert: JsonObject = {
  kind: 'SecurityAlert',
  properties: {
    productName: 'Falco',
    tactics: ['Execution'],
    additionalData: { 'Custom Details': '{"User":["root","ana"]}' },
  },
};
const subject: RuleSubject = {
  properties: { title: 'Shell in a container', severity: 'High', status: 'New', labels: [{ labelName: 'k8s' }] },
  alerts: [alert],
  entities: [
    { kind: 'Host', properties: { hostName: 'node-1' } },
    { kind: 'Host', properties: { hostName: 'node-2' } },
  ],
};
const holds = (...conditions: Json[]): boolean => conditionsHold(conditions, subject);

describe('conditions of automation rules', () => {
  test('compare texts ignoring case, with any of the values and any of several properties', () => {
    assert.ok(holds(property('IncidentTitle', 'Contains', 'SHELL', 'x')));
    assert.ok(!holds(property('IncidentTitle', 'Equals', 'shell')));
    assert.ok(holds(property('HostName', 'EndsWith', '-2')));
    assert.ok(!holds(property('HostName', 'NotEquals', 'node-2')));
    assert.ok(holds(property('HostName', 'NotStartsWith', 'db')));
    assert.ok(holds(property('IncidentLabel', 'Equals', 'K8S'), property('AlertProductNames', 'Equals', 'falco')));
    assert.ok(holds(property('IncidentTactics', 'Equals', 'Execution')));
    assert.ok(!holds(property('Url', 'Contains', 'x')));
  });

  test('look into custom details one at a time', () => {
    const detail = (key: string, value: string): JsonObject => ({
      conditionType: 'PropertyArray',
      conditionProperties: {
        arrayType: 'CustomDetails',
        arrayConditionType: 'AnyItem',
        itemConditions: [
          property('IncidentCustomDetailsKey', 'Equals', key),
          property('IncidentCustomDetailsValue', 'Equals', value),
        ],
      },
    });
    assert.deepEqual([holds(detail('User', 'ana')), holds(detail('Host', 'ana'))], [true, false]);
  });

  test('see what an update changed: from, to, at all, and what it added', () => {
    const changed = (changeType: string | undefined, ...values: string[]): JsonObject => ({
      conditionType: 'PropertyChanged',
      conditionProperties: {
        propertyName: 'IncidentStatus',
        ...(changeType === undefined ? {} : { changeType, operator: 'Equals', propertyValues: values }),
      },
    });
    const update = {
      source: 'User',
      by: 'ana',
      before: { ...subject.properties, status: 'Active' },
      added: { alerts: [], labels: [{ labelName: 'x' }], comments: [], tactics: [] },
    } as const;
    const after = (...conditions: Json[]): boolean => conditionsHold(conditions, { ...subject, update });
    assert.ok(
      after(changed(undefined)) && after(changed('ChangedFrom', 'active')) && after(changed('ChangedTo', 'New')),
    );
    assert.ok(!after(changed('ChangedTo', 'Active')) && !holds(changed(undefined)));
    const added = (arrayType: string): JsonObject => ({
      conditionType: 'PropertyArrayChanged',
      conditionProperties: { arrayType, changeType: 'Added' },
    });
    assert.deepEqual([after(added('Labels')), after(added('Comments'))], [true, false]);
    assert.ok(after(property('IncidentUpdatedBySource', 'Equals', 'User')));
  });

  test('are refused where they are not understood, at any depth', () => {
    const nested: JsonObject = {
      conditionType: 'Boolean',
      conditionProperties: { operator: 'And', innerConditions: [property('HostColour', 'Equals', 'red')] },
    };
    for (const wrong of [nested, property('HostName', 'Matches', 'x'), { conditionType: 'Weather' }, 'x']) {
      assert.equal(conditionsFault([wrong])?.code, 'InvalidRequestContent', JSON.stringify(wrong));
    }
    assert.equal(conditionsFault([property('HostName', 'Equals', 'x')]), undefined);
    assert.ok(!holds({ conditionType: 'Weather' }));
  });
});

describe('an alert at Microsoft Sentinel', () => {
  test('names its entities as ARM does, each once, with links for references', () => {
    const names = ['NTDomain', 'AzureID', 'FQDN', 'UPNSuffix', 'AadUserId', 'OSFamily', 'Address'].map(armMember);
    assert.deepEqual(names, ['ntDomain', 'azureID', 'fqdn', 'upnSuffix', 'aadUserId', 'osFamily', 'address']);
    const entities = entitiesOfAlert(provider, {
      Entities: [
        { $id: '1', HostName: 'h', Type: 'host' },
        {
          $id: '2',
          CommandLine: 'sh',
          Host: { $ref: '1' },
          Account: { Name: 'ana', Type: 'account' },
          Type: 'process',
        },
        { $ref: '1' },
        { $id: '4', Color: 'red', Type: 'unheard-of' },
      ],
    });
    assert.deepEqual(entities.map(({ kind }) => kind).toSorted(), ['Account', 'Host', 'Process']);
    const [host, process] = ['Host', 'Process'].map((kind) => entities.find((one) => one.kind === kind));
    assert.equal(process?.properties['hostEntityId'], `${provider}/Entities/${host?.name}`);
    assert.equal(entities.find(({ kind }) => kind === 'Account')?.properties['accountName'], 'ana');
    const again = entitiesOfAlert(provider, { Entities: [{ $id: '7', HostName: 'h', Type: 'host' }] });
    assert.equal(again[0]?.name, host?.name);
  });

  test('is wanted by a rule for its product under either name, its severity and its title', () => {
    assert.ok(isProduct('Azure Security Center', 'Microsoft Defender for Cloud') && isProduct('*', 'Wazuh'));
    assert.ok(!isProduct('Azure Security Center', 'Falco'));
    const body = { ProductName: 'Falco', Severity: 'High', AlertDisplayName: 'Shell in a container' };
    const rule = { enabled: true, productFilter: 'Falco' };
    assert.ok(wantsAlert(rule, body));
    assert.ok(!wantsAlert({ ...rule, enabled: false }, body));
    assert.ok(!wantsAlert({ ...rule, severitiesFilter: ['Low'] }, body));
    assert.ok(wantsAlert({ ...rule, displayNamesFilter: ['shell'] }, body));
    assert.ok(!wantsAlert({ ...rule, displayNamesExcludeFilter: ['container'] }, body));
  });

  test('has the tactics of its intent and members that alerts leave out', () => {
    const { properties } = alertEntity({ SystemAlertId: 'a', Intent: 'Execution, Persistence' }, 'guid');
    assert.deepEqual(properties['tactics'], ['Execution', 'Persistence']);
    assert.deepEqual([properties['status'], properties['providerAlertId']], ['New', 'a']);
  });
});
