/**
 * Starts a playbook of Microsoft Sentinel as it is started in production: an automation rule names it, an analytics rule makes an
 * incident, and an alert is ingested.
 *
 * Owns: the rules and the alert. Does not own: waiting for the run (`play.ts`).
 */
import type { JsonObject } from '#foundation';
import { subscription, type TocsinServer } from '../../test/e2e/tocsin-server.ts';

const workspace = `${subscription}/resourceGroups/rg-soc/providers/Microsoft.OperationalInsights/workspaces/law-soc`;
const insights = `${workspace}/providers/Microsoft.SecurityInsights`;
const version = 'api-version=2023-02-01';

/** What a playbook's webhook trigger listens to; undefined where it is none of Sentinel's that rules start. */
export function sentinelObject(path: string): 'Incidents' | 'Alerts' | undefined {
  if (/^\/incident-creation\/?$/i.test(path)) return 'Incidents';
  return /^\/subscribe\/?$/i.test(path) ? 'Alerts' : undefined;
}

let alerts = 0;

/** Makes the rules and ingests the alert; the answer is what was refused, if anything. */
export async function alertPlaybook(
  server: TocsinServer,
  workflow: string,
  triggersOn: 'Incidents' | 'Alerts',
): Promise<string | undefined> {
  alerts += 1;
  const title = `Brute force against a SQL server (${alerts})`;
  await server.call('PUT', `${subscription}/resourceGroups/rg-soc?api-version=2021-04-01`, {
    body: { location: 'westeurope' },
  });
  await server.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope', properties: {} } });
  await server.call('PUT', `${insights}/alertRules/all?${version}`, {
    body: {
      kind: 'MicrosoftSecurityIncidentCreation',
      properties: { displayName: 'All', enabled: true, productFilter: 'Azure Security Center' },
    },
  });
  const condition =
    triggersOn === 'Incidents'
      ? { propertyName: 'IncidentTitle', operator: 'Equals', propertyValues: [title] }
      : { propertyName: 'AlertProductNames', operator: 'Equals', propertyValues: ['Microsoft Defender for Cloud'] };
  const rule = await server.call('PUT', `${insights}/automationRules/play?${version}`, {
    body: {
      properties: {
        displayName: 'Play',
        order: 1,
        triggeringLogic: {
          isEnabled: true,
          triggersOn,
          triggersWhen: 'Created',
          conditions: [{ conditionType: 'Property', conditionProperties: condition }],
        },
        actions: [
          {
            order: 1,
            actionType: 'RunPlaybook',
            actionConfiguration: { logicAppResourceId: workflow, tenantId: '00000000-0000-4000-8000-000000000000' },
          },
        ],
      },
    },
  });
  if (rule.status >= 300) return rule.text;
  const sent = await server.call('POST', '/ingest/v1/events', { body: alertOf(title) });
  return sent.status === 202 ? undefined : sent.text;
}

function alertOf(title: string): JsonObject {
  return {
    VendorName: 'Microsoft',
    AlertType: 'SQL.VM_BruteForce',
    ProductName: 'Microsoft Defender for Cloud',
    StartTimeUtc: '2026-11-20T08:55:00Z',
    EndTimeUtc: '2026-11-20T09:10:00Z',
    TimeGenerated: '2026-11-20T09:12:40Z',
    Severity: 'High',
    Status: 'New',
    SystemAlertId: `2517184898549892929_${String(alerts).padStart(12, '0')}`,
    ProviderAlertId: `p-${alerts}`,
    Intent: 'CredentialAccess',
    AzureResourceId: `${subscription}/resourceGroups/rg-soc/providers/Microsoft.Compute/virtualMachines/sql01`,
    CompromisedEntity: 'sql01',
    AlertDisplayName: title,
    Description: 'Many failed sign-ins, then one that succeeded.',
    Entities: [
      { $id: '3', Address: '203.0.113.7', Type: 'ip' },
      {
        $id: '4',
        Name: 'ana.ferreira',
        UPNSuffix: 'example.com',
        AadUserId: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11',
        DisplayName: 'Ana Ferreira',
        Type: 'account',
      },
      { $id: '5', HostName: 'sql01', DnsDomain: 'corp.example.com', Type: 'host' },
    ],
    ExtendedProperties: { Query: 'SecurityEvent | take 1', 'Custom Details': '{"Source":["203.0.113.7"]}' },
    ExtendedLinks: [],
    AlertUri: 'https://portal.azure.com/#blade/alert',
  };
}
