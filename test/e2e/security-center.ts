/** A server with logic apps, automations and events: what the tests of the security centre's statements share. */
import assert from 'node:assert/strict';
import type { Json, JsonObject } from '#foundation';
import { LogicApps } from './logic-apps.ts';
import { type Reply, subscription, textOf, type TocsinServer } from './tocsin-server.ts';

export const location = 'westeurope';
export const security = '/providers/Microsoft.Security';
export const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  securityAdmin: 'fb1c8493-542b-48eb-b624-b4c8fea62acd',
  securityReader: '39bc4728-0917-49c7-9d2c-d95423bc2eb4',
  logicAppContributor: '87a39d53-fc1b-424a-814c-f7e04687dc9e',
  logicAppOperator: '515c2055-d9d4-4321-b1b9-bd0c9a0f79fe',
} as const;

export function rule(propertyJPath: string, operator: string, expectedValue: string): JsonObject {
  return { propertyJPath, propertyType: 'String', operator, expectedValue };
}

/** Sources with one rule set. */
export function source(eventSource: string, ...rules: readonly JsonObject[]): readonly JsonObject[] {
  return [{ eventSource, ruleSets: rules.length === 0 ? [] : [{ rules }] }];
}

/** The trigger of a connector of the security centre. */
export function connectorTrigger(kind: 'Alert' | 'Assessment' | 'RegulatoryComplianceAssessment'): JsonObject {
  const api = connectorApis[kind];
  return {
    [connectorNames[kind]]: {
      type: 'ApiConnectionWebhook',
      inputs: {
        host: { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } },
        path: `/Microsoft.Security/${kind}/subscribe`,
        body: { callback_url: '@{listCallbackUrl()}' },
      },
    },
  };
}

const connectorApis = {
  Alert: 'ascalert',
  Assessment: 'ascassessment',
  RegulatoryComplianceAssessment: 'ascregulatorycomplianceassessment',
} as const;

const connectorNames = {
  Alert: 'When_an_Azure_Security_Center_Alert_is_created_or_triggered',
  Assessment: 'When_an_Azure_Security_Center_Recommendation_is_created_or_triggered',
  RegulatoryComplianceAssessment: 'When_a_Security_Center_Regulatory_Compliance_Assessment_is_created_or_triggered',
} as const;

let number = 0;

/** A name nobody else uses. */
export function fresh(prefix: string): string {
  number += 1;
  return `${prefix}-${number}`;
}

export class SecurityCenter {
  readonly server: TocsinServer;
  readonly apps: LogicApps;
  readonly group: string;

  constructor(server: TocsinServer, group: string) {
    this.server = server;
    this.apps = new LogicApps(server, group);
    this.group = this.apps.group;
  }

  // --- Logic apps -------------------------------------------------------------------------------------------------

  /** Saves a logic app and answers its id. Without triggers it takes HTTP requests. */
  async logicApp(triggers?: JsonObject, actions: JsonObject = {}, group = this.group): Promise<string> {
    const id = `${group}/providers/Microsoft.Logic/workflows/${fresh('app')}`;
    const connections = Object.fromEntries(
      [...Object.values(connectorApis), 'office365'].map((api) => [
        api,
        {
          connectionId: `${this.group}/providers/Microsoft.Web/connections/${api}`,
          connectionName: api,
          id: `${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/${api}`,
        },
      ]),
    );
    const definition = {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      parameters: { $connections: { type: 'Object', defaultValue: {} } },
      triggers: triggers ?? { manual: { type: 'Request', kind: 'Http', inputs: {} } },
      actions,
    };
    const saved = await this.server.call('PUT', `${id}?api-version=2019-05-01`, {
      body: { location, properties: { definition, parameters: { $connections: { value: connections } } } },
    });
    assert.equal(saved.status, 201, saved.text);
    return id;
  }

  /** The outputs of the trigger of a run. */
  async triggerOutputs(runId: string): Promise<JsonObject> {
    const run = await this.server.finishedRun(runId);
    return this.apps.outputs((run.properties as JsonObject).trigger as JsonObject);
  }

  async runsOf(logicApp: string): Promise<readonly JsonObject[]> {
    const { body } = await this.server.call('GET', `${logicApp}/runs?api-version=2019-05-01`);
    return body.value ?? [];
  }

  // --- Automations ------------------------------------------------------------------------------------------------

  automationId(name: string): string {
    return `${this.group}${security}/automations/${name}`;
  }

  automationBody(logicApp: string, sources: readonly JsonObject[], more: JsonObject = {}): JsonObject {
    const { tags, ...properties } = more;
    return {
      location,
      ...(tags === undefined ? {} : { tags }),
      properties: {
        scopes: [{ description: 'all', scopePath: subscription }],
        sources,
        actions: [{ actionType: 'LogicApp', logicAppResourceId: logicApp }],
        ...properties,
      },
    };
  }

  put(name: string, body: JsonObject, token?: string): Promise<Reply> {
    return this.server.call('PUT', `${this.automationId(name)}?api-version=2019-01-01-preview`, {
      body,
      ...(token === undefined ? {} : { token }),
    });
  }

  /** Saves an automation under a name of its own. */
  async automate(logicApp: string, sources: readonly JsonObject[], more: JsonObject = {}): Promise<string> {
    const name = fresh('automation');
    const put = await this.put(name, this.automationBody(logicApp, sources, more));
    assert.equal(put.status, 201, put.text);
    return name;
  }

  async remove(name: string): Promise<void> {
    const path = `${this.automationId(name)}?api-version=2019-01-01-preview`;
    assert.equal((await this.server.call('DELETE', path)).status, 204);
  }

  // --- Events -----------------------------------------------------------------------------------------------------

  /** Sends events; the runs they started, of one logic app when given. */
  async send(body: Json, logicApp = ''): Promise<readonly string[]> {
    const sent = await this.server.call('POST', '/ingest/v1/events', { body });
    assert.equal(sent.status, 202, sent.text);
    assert.deepEqual(sent.body.rejected, []);
    return (sent.body.events as readonly JsonObject[])
      .flatMap(({ runs }) => runs as readonly string[])
      .filter((run) => run.toLowerCase().startsWith(logicApp.toLowerCase()));
  }

  /** A new alert about a resource of the group. */
  alert(over: JsonObject = {}): JsonObject {
    return {
      SystemAlertId: fresh('alert'),
      AlertDisplayName: 'Potential SQL Brute Force attempt',
      AlertType: 'SQL.VM_BruteForce',
      Severity: 'High',
      Status: 'New',
      AzureResourceId: `${this.group}/providers/Microsoft.Sql/servers/sql-1`,
      ...over,
    };
  }

  /** A recommendation about a machine; a new one unless named. */
  recommendation(code = 'Unhealthy', over: JsonObject = {}, machine = fresh('vm')): JsonObject {
    const resource = `${this.group}/providers/Microsoft.Compute/virtualMachines/${machine}`;
    const key = (over.name as string | undefined) ?? '1c5de8e1-f68d-6a17-e0d2-ec259c42768c';
    return {
      id: `${resource}${security}/assessments/${key}`,
      name: key,
      type: 'Microsoft.Security/assessments',
      properties: {
        resourceDetails: { source: 'Azure', id: resource },
        displayName: 'A recommendation',
        status: { code },
        additionalData: {},
        metadata: { displayName: 'A recommendation', assessmentType: 'BuiltIn', severity: 'High' },
      },
      ...over,
    };
  }

  compliance(standard: string, state: string): JsonObject {
    const parent = `${subscription}${security}/regulatoryComplianceStandards/${standard}`;
    const key = fresh('control-assessment');
    return {
      id: `${parent}/regulatoryComplianceControls/1.1/regulatoryComplianceAssessments/${key}`,
      name: key,
      type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
      properties: { description: 'd', state, passedResources: 0, failedResources: 1, skippedResources: 0 },
    };
  }

  // --- People -----------------------------------------------------------------------------------------------------

  /** A principal with roles at scopes; answers a token for it. */
  async principal(...assignments: readonly { readonly role: string; readonly scope: string }[]): Promise<string> {
    const made = await this.server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: fresh('robot'), type: 'ServicePrincipal' },
    });
    assert.equal(made.status, 201, made.text);
    for (const { role, scope } of assignments) {
      const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
      const given = await this.server.call('PUT', `${path}?api-version=2022-04-01`, {
        body: { properties: { roleDefinitionId: role, principalId: textOf(made.body, 'objectId') } },
      });
      assert.equal(given.status, 201, given.text);
    }
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: textOf(made.body, 'appId'),
      client_secret: textOf(made.body.secret, 'value'),
      scope: 'https://management.azure.com/.default',
    });
    const answer = await fetch(`${this.server.url}/adfs/oauth2/token`, { method: 'POST', body: form });
    return textOf((await answer.json()) as JsonObject, 'access_token');
  }
}
