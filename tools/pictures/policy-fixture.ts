/** A supplied policy assigned over three customers, remediated. */
import { SuppliedPolicies } from '../../test/e2e/supplied-policies.ts';
import type { TocsinServer } from '../../test/e2e/tocsin-server.ts';

export const alertsPolicy = '/providers/Microsoft.Authorization/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e';
export const customersGroup = '/providers/Microsoft.Management/managementGroups/customers';
const app =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample/providers/Microsoft.Logic/workflows/Send-email-on-alert';

export async function fillPolicy(
  server: TocsinServer,
): Promise<{ readonly assignment: string; readonly task: string }> {
  const supplied = new SuppliedPolicies(server);
  await supplied.call('PUT', `${customersGroup}?api-version=2020-05-01`, [200, 202], {
    properties: { displayName: 'Customers' },
  });
  for (const [index, name] of ['Contoso', 'Fabrikam', 'Woodgrove'].entries()) {
    await supplied.addSubscription(`00000000-0000-4000-9000-00000000000${index}`, name, customersGroup);
  }
  const assignment = `${customersGroup}/providers/Microsoft.Authorization/policyAssignments/mail-alerts`;
  await supplied.assign({
    id: assignment,
    definitionId: alertsPolicy,
    parameters: {
      automationName: 'mail-on-alerts',
      resourceGroupName: 'automations',
      resourceGroupLocation: 'westeurope',
      logicAppResourceId: app,
      logicAppTrigger: 'When an Azure Security Center Alert is created or triggered',
    },
    grants: [customersGroup, app],
  });
  await supplied.remediate(customersGroup, 'mail-alerts-task', assignment);
  return {
    assignment,
    task: `${customersGroup}/providers/Microsoft.PolicyInsights/remediations/mail-alerts-task`,
  };
}
