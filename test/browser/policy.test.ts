/**
 * "Configure workflow automation at scale using the supplied policies", clicked as it says: over three subscriptions below a
 * management group, from the search for the definition to a mail in the outbox; then the other pages of policies.
 * Source: portal reference 4.3, 3.7.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SuppliedPolicies } from '../e2e/supplied-policies.ts';
import { subscription, textOf } from '../e2e/tocsin-server.ts';
import { PortalBrowser } from './portal-browser.ts';

const alertsPolicy = 'f1525828-9a90-4fcf-be48-268cdd02361e';
const group = '/providers/Microsoft.Management/managementGroups/customers';
const customers = ['Contoso', 'Fabrikam', 'Woodgrove'];
const idOf = (index: number): string => `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`;

/** Three customers below one management group; the sample's logic app is in a fourth subscription beside it. */
async function makeCustomers(portal: PortalBrowser): Promise<void> {
  const supplied = new SuppliedPolicies(portal.server);
  const properties = { displayName: 'Customers' };
  await supplied.call('PUT', `${group}?api-version=2020-05-01`, [200, 202], { properties });
  for (const [index, name] of customers.entries()) await supplied.addSubscription(idOf(index), name, group);
}

describe('workflow automation is configured at scale', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await makeCustomers(portal);
    await portal.signIn();
  });
  after(() => portal.stop());

  it('finds the supplied policy by its id and under both names of the product', async () => {
    const { page } = portal;
    await portal.go('Policy');
    const pages = page.getByRole('navigation', { name: 'Policy' });
    await pages.getByRole('link', { name: 'Definitions' }).click();
    await portal.heading('Policy definitions');
    const search = page.getByRole('searchbox', { name: 'Search by name or ID' });
    const found = page.getByRole('link', {
      name: 'Deploy Workflow Automation for Microsoft Defender for Cloud alerts',
    });
    const others = page.getByRole('link', { name: 'Allowed locations', exact: true });
    await others.waitFor();
    for (const typed of [
      alertsPolicy,
      'Deploy Workflow Automation for Azure Security Center alerts',
      'Deploy Workflow Automation for Microsoft Defender for Cloud alerts',
      'Azure Security Cen',
    ]) {
      await search.fill(typed);
      await others.waitFor({ state: 'detached' });
      await found.waitFor();
      await search.fill('');
      await others.waitFor();
    }
    await search.fill('Deploy Workflow Automation for Azure Security Center alerts');
    await others.waitFor({ state: 'detached' });
    await found.click();
    await portal.heading('Deploy Workflow Automation for Microsoft Defender for Cloud alerts');
    for (const name of ['Edit', 'Delete']) {
      const button = page.getByRole('button', { name, exact: true });
      assert.equal(await button.getAttribute('aria-disabled'), 'true', name);
    }
    portal.quiet();
  });

  it('assigns it to a management group, with a remediation task', async () => {
    const { page } = portal;
    await page.getByRole('button', { name: 'Assign' }).click();
    await portal.heading('Assign policy');
    const tabs = page.getByRole('tablist', { name: 'Assign policy' });
    assert.deepEqual(await tabs.getByRole('tab').allInnerTexts(), [
      'Basics',
      'Parameters',
      'Remediation',
      'Non-compliance messages',
      'Review + create',
    ]);

    await page.getByRole('button', { name: 'Review + create' }).click();
    await page.getByRole('tab', { name: 'Basics has errors' }).waitFor();
    await page.getByRole('tab', { name: 'Parameters has errors' }).waitFor();
    await portal.accessible('what is missing');
    const create = page.getByRole('button', { name: 'Create', exact: true });
    assert.equal(await create.getAttribute('aria-disabled'), 'true');
    await page.getByRole('list', { name: 'What is missing' }).getByRole('link', { name: 'Basics' }).click();

    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Scope' });
    await portal.choose('Management group', 'Customers');
    await portal.accessible('the dialog of the scope');
    await dialog.getByRole('button', { name: 'Select' }).click();
    assert.match(
      await page.getByRole('textbox', { name: 'Assignment name' }).inputValue(),
      /^Deploy Workflow Automation for/,
    );
    await page.getByRole('textbox', { name: 'Assignment name' }).fill('Alerts mail the team');
    await page.getByRole('textbox', { name: 'Description' }).fill('Every customer alike.');
    await page.getByRole('radiogroup', { name: 'Policy enforcement' }).getByRole('radio', { name: 'Enabled' }).check();
    const wrong = page.getByRole('list', { name: 'What is wrong with selectors' });
    await page.getByRole('button', { name: 'Add a resource selector' }).click();
    await page.getByRole('textbox', { name: 'Resource selector 1 name' }).fill('rollout');
    await page.getByRole('button', { name: 'Add an override' }).click();
    assert.deepEqual(await wrong.getByRole('listitem').allInnerTexts(), [
      "The resource selector 'rollout': choose at least one resource location.",
      'Override 1 needs an effect.',
    ]);
    await page.getByRole('button', { name: 'Remove Override 1' }).click();
    await page.getByRole('button', { name: 'Remove Resource selector 1', exact: true }).click();
    await wrong.waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Basics', exact: true }).waitFor();

    await page.getByRole('tab', { name: /^Parameters/ }).click();
    const onlyNeeded = page.getByRole('checkbox', { name: 'Only show parameters that need input or review' });
    assert.equal(await onlyNeeded.isChecked(), true);
    assert.equal(await page.getByRole('combobox', { name: 'Alert severities' }).count(), 0);
    await onlyNeeded.uncheck();
    for (const label of ['Automation name', 'Resource group name', 'Alert name contains']) {
      await page.getByRole('textbox', { name: label, exact: true }).waitFor();
    }
    for (const label of ['Create resource group', 'Alert severities', 'Logic App', 'Logic app trigger']) {
      await page.getByRole('combobox', { name: label, exact: true }).waitFor();
    }
    await page.getByRole('button', { name: 'Information about Automation name' }).click();
    await page.getByText('The name of the automation in each subscription.').last().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Automation name', exact: true }).fill('mail-on-alerts');
    await page.getByRole('textbox', { name: 'Resource group name', exact: true }).fill('automations');
    await portal.choose('Resource group location', 'West Europe');
    await portal.toggle('Alert severities', ['Low']);
    await portal.choose('Logic App', /Send-email-on-alert/);
    await page.getByRole('combobox', { name: 'Logic app trigger', exact: true }).click();
    const manual = page.getByRole('option', { name: /^Manual/ });
    await manual.getByText('The logic app has no such trigger').waitFor();
    assert.equal(await manual.getAttribute('aria-disabled'), 'true');
    await page.getByRole('option', { name: 'When an Azure Security Center Alert is created or triggered' }).click();
    await portal.accessible('the parameters');

    await page.getByRole('tab', { name: 'Remediation' }).click();
    await page.getByRole('checkbox', { name: 'Create a remediation task' }).check();
    const identity = page.getByRole('checkbox', { name: 'Create a Managed Identity' });
    assert.deepEqual([await identity.isChecked(), await identity.isDisabled()], [true, true]);
    await portal.choose('System assigned identity location', 'North Europe');
    const roles = page.getByRole('table', { name: 'Roles that the identity is granted' });
    await roles.getByRole('row', { name: 'Contributor Customers Yes' }).waitFor();
    await roles.getByRole('row', { name: 'Contributor Local / rg-sample / Send-email-on-alert Yes' }).waitFor();
    await portal.accessible('the remediation');

    await page.getByRole('tab', { name: 'Non-compliance messages' }).click();
    await page.getByRole('textbox', { name: 'Non-compliance message' }).fill('Alerts of customers are mailed.');

    // The draft survives going away and coming back.
    await page.reload();
    await page.getByRole('tab', { name: 'Review + create' }).click();
    const review = page.getByRole('region', { name: 'Parameters' });
    await review.getByText('mail-on-alerts').waitFor();
    await page.getByRole('region', { name: 'Basics' }).getByText('Customers').waitFor();
    assert.equal(await page.getByRole('list', { name: 'What is missing' }).count(), 0);
    await portal.accessible('the review');
    await create.click();

    // What is shown in the corner goes after some seconds: it is looked at first.
    await portal.toast("Policy assignment 'Alerts mail the team' was created");
    await portal.toast("The assignment's identity was granted 2 roles");
    await portal.toast("A remediation task of 'Alerts mail the team' was created");
    await portal.heading('Alerts mail the team');
    await portal.accessible('the assignment');
    portal.quiet();
  });

  it('watches the task to its end, one automation for each subscription', async () => {
    const { page } = portal;
    await page.getByRole('navigation', { name: 'Policy' }).getByRole('link', { name: 'Remediation' }).click();
    await page.getByRole('tab', { name: 'Remediation tasks' }).click();
    const row = page.getByRole('grid', { name: 'Remediation tasks' }).getByRole('row', { name: /remediation-/ });
    await row.getByText('Succeeded').waitFor();
    await row.getByText('3 of 3 deployments').waitFor();
    await row.getByRole('link', { name: /remediation-/ }).click();
    const deployments = page.getByRole('grid', { name: 'Deployments of the task' });
    for (const name of customers)
      await deployments
        .getByRole('row', { name: new RegExp(name) })
        .getByText('Succeeded')
        .waitFor();
    await portal.accessible('the task');
    await portal.go('Workflow automation');
    const automations = page.getByRole('grid', { name: 'Workflow automations' });
    await automations.getByRole('link', { name: 'mail-on-alerts' }).nth(2).waitFor();
    portal.quiet();
  });

  it('ends in a mail when an alert comes in for one of them', async () => {
    const { page, server } = portal;
    const before = await mails(portal);
    const path = `/subscriptions/${idOf(1)}/providers/Microsoft.Security/locations/centralus/alerts/default/simulate?api-version=2022-01-01`;
    const answer = await server.call('POST', path, {
      body: { properties: { kind: 'Bundles', bundles: ['SqlServers'] } },
    });
    assert.ok(answer.status < 300, answer.text);
    await server.eventually(async () => ((await mails(portal)) > before ? true : undefined), 'a mail of the alert');
    await portal.go('Outbox');
    await page
      .getByRole('grid', { name: 'Outbox' })
      .getByRole('row')
      .nth(before + 1)
      .waitFor();
    portal.quiet();
  });

  it('tells the compliance of each resource with its reasons', async () => {
    const { page, server } = portal;
    const automation = `/subscriptions/${idOf(0)}/resourceGroups/automations/providers/Microsoft.Security/automations/mail-on-alerts`;
    const deleted = await server.call('DELETE', `${automation}?api-version=2019-01-01-preview`);
    assert.ok(deleted.status < 300, deleted.text);
    await portal.open('/policy/compliance');
    const row = page
      .getByRole('grid', { name: 'Policy compliance' })
      .getByRole('row', { name: /Alerts mail the team/ });
    await row.getByText('1 of 3').waitFor();
    await row.getByText('67%').waitFor();
    await portal.accessible('the list of compliance');
    await row.getByRole('link', { name: 'Alerts mail the team' }).click();
    await page.getByRole('button', { name: 'Reasons for Contoso' }).click();
    const reasons = page.getByRole('dialog', { name: 'Compliance of Contoso' });
    await reasons.getByText('The resource that the policy looks for is not there.').waitFor();
    await reasons
      .getByRole('row', { name: 'type equals Microsoft.Resources/subscriptions Microsoft.Resources/subscriptions Yes' })
      .waitFor();
    await reasons.getByText('Alerts of customers are mailed.').waitFor();
    await reasons.getByText("The policy looks for Microsoft.Security/automations 'mail-on-alerts'").waitFor();
    await portal.accessible('the reasons');
    await reasons.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Evaluate now' }).click();
    await portal.toast('The policies of 3 subscriptions were evaluated');
    portal.quiet();
  });

  it('exempts a resource, and puts right what is left by a task', async () => {
    const { page } = portal;
    await page.getByRole('checkbox', { name: 'Select Contoso' }).check();
    await page.getByRole('button', { name: 'Create exemption' }).click();
    const pane = page.getByRole('dialog', { name: 'Create exemption' });
    await pane.getByRole('textbox', { name: 'Exemption name' }).fill('Until the contract is signed');
    await pane.getByRole('radio', { name: /^Mitigated/ }).check();
    await portal.accessible('the pane of an exemption');
    await pane.getByRole('button', { name: 'Create' }).click();
    await portal.toast("Exemption 'Until the contract is signed' was created");
    await page.getByText('No resources match the filters').waitFor();
    await page.getByRole('button', { name: 'Show all resources' }).click();
    await page
      .getByRole('row', { name: /Contoso/ })
      .getByText('Exempt')
      .waitFor();

    await page.getByRole('link', { name: 'the assignment' }).click();
    await page.getByRole('tab', { name: 'Exemptions' }).click();
    await page.getByRole('button', { name: 'Delete Until the contract is signed' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await portal.toast("Exemption 'Until the contract is signed' was deleted");
    await page.getByText('Nothing is exempted from this assignment.').waitFor();

    await page.getByRole('navigation', { name: 'Policy' }).getByRole('link', { name: 'Remediation' }).click();
    const policies = page.getByRole('grid', { name: 'Policies to remediate' });
    await policies.getByRole('checkbox', { name: 'Select Alerts mail the team' }).check();
    await portal.accessible('the policies to remediate');
    await page.getByRole('button', { name: 'Remediate', exact: true }).click();
    const task = page.getByRole('dialog', { name: 'Create remediation task' });
    await portal.accessible('the pane of a task');
    await task.getByRole('textbox', { name: 'Parallel deployments' }).fill('31');
    await task.getByRole('button', { name: 'Remediate' }).click();
    await task.getByText("'Parallel deployments' is a whole number from 1 to 30.").waitFor();
    await task.getByRole('textbox', { name: 'Parallel deployments' }).fill('5');
    await task.getByRole('button', { name: 'Remediate' }).click();
    await portal.heading(/^remediation-/);
    await page.getByRole('status').getByText('1 of 1 deployments').waitFor();
    portal.quiet();
  });

  it('changes an assignment by the same form, and deletes it', async () => {
    const { page } = portal;
    await portal.open('/policy/assignments');
    await page.getByRole('link', { name: 'Alerts mail the team' }).click();
    await page.getByRole('button', { name: 'Edit assignment' }).click();
    await portal.heading('Edit assignment');
    await page.getByRole('tab', { name: 'Parameters' }).click();
    const name = page.getByRole('textbox', { name: 'Automation name', exact: true });
    assert.equal(await name.inputValue(), 'mail-on-alerts');
    await page.getByRole('textbox', { name: 'Alert name contains', exact: true }).fill('SQL');
    await page.getByRole('button', { name: 'Review + save' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await portal.toast("Policy assignment 'Alerts mail the team' was updated");
    const { body } = await portal.server.call(
      'GET',
      `${group}/providers/Microsoft.Authorization/policyAssignments?api-version=2023-04-01&$filter=atExactScope()`,
    );
    const [stored] = body.value ?? [];
    assert.match(JSON.stringify(stored), /"alertName":\{"value":"SQL"\}/);
    assert.match(JSON.stringify(stored), /Alerts of customers are mailed/);
    await page.getByRole('button', { name: 'Delete assignment' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await portal.heading('Policy assignments');
    await page.getByText('Nothing is assigned yet.').waitFor();
    portal.quiet();
  });
});

describe('one who may assign policies but grant no roles', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await makeCustomers(portal);
  });
  after(() => portal.stop());

  it('is warned before, and told afterwards what was not granted', async () => {
    const { page, server } = portal;
    const { body } = await server.call('POST', '/tocsin/v1/principals', {
      body: { type: 'User', userName: 'pat', displayName: 'Pat', password: 'a long enough password 1' },
    });
    const supplied = new SuppliedPolicies(server);
    for (const [scope, role] of [
      [group, '36243c78-bf99-498c-9df9-86d9f8d28608'],
      [subscription, 'acdd72a7-3385-48ef-bd42-f606fba81ae7'],
    ]) {
      const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
      const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      await supplied.call('PUT', id, [201], {
        properties: { roleDefinitionId, principalId: textOf(body, 'objectId') },
      });
    }
    await portal.open('/policy/assign?definition=/providers/Microsoft.Authorization/policyDefinitions/' + alertsPolicy);
    await page.getByRole('textbox', { name: 'User name' }).fill('pat');
    await page.getByRole('textbox', { name: 'Password' }).fill('a long enough password 1');
    await page.getByRole('form', { name: 'User name and password' }).getByRole('button', { name: 'Sign in' }).click();
    await portal.heading('Assign policy');
    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    await portal.choose('Management group', 'Customers');
    await page.getByRole('dialog', { name: 'Scope' }).getByRole('button', { name: 'Select' }).click();
    await page.getByRole('tab', { name: 'Parameters' }).click();
    await page.getByRole('textbox', { name: 'Automation name', exact: true }).fill('mail');
    await page.getByRole('textbox', { name: 'Resource group name', exact: true }).fill('automations');
    await portal.choose('Resource group location', 'West Europe');
    await portal.choose('Logic App', /Send-email-on-alert/);
    await portal.choose('Logic app trigger', 'When an Azure Security Center Alert is created or triggered');
    await page.getByRole('tab', { name: 'Remediation' }).click();
    await page.getByRole('row', { name: 'Contributor Customers No' }).waitFor();
    await page.getByText('You may not grant these roles').waitFor();
    await portal.accessible('the warning');
    await page.getByRole('button', { name: 'Review + create' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await portal.toast('2 of 2 roles were not granted');
    await page
      .getByRole('alert')
      .getByText(/does not have authorization to perform action/)
      .waitFor();
    await portal.heading(/^Deploy Workflow Automation/);
    for (let refused = 0; refused < 2; refused += 1) portal.expected(/403/);
    portal.quiet();
  });
});

async function mails({ server }: PortalBrowser): Promise<number> {
  const { body } = await server.call('GET', '/tocsin/v1/outbox');
  return (body.value ?? []).length;
}

describe('definitions of one’s own', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await makeCustomers(portal);
    await portal.signIn();
  });
  after(() => portal.stop());

  it('are copied, changed, assigned and deleted', async () => {
    const { page, server } = portal;
    await portal.open('/policy/definitions?search=Require+a+tag+on+resources');
    await page.getByRole('link', { name: 'Require a tag on resources', exact: true }).click();
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await portal.heading('New policy definition');
    await page.getByText('policyRule').first().waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Choose where it stands.').waitFor();
    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    await portal.choose('Management group', 'Customers');
    await page.getByRole('dialog', { name: 'Scope' }).getByRole('button', { name: 'Select' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Our tag');
    await portal.accessible('the form of a definition');
    await page.getByRole('button', { name: 'Save' }).click();
    await portal.heading('Our tag');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByRole('textbox', { name: 'Description' }).fill('Everything has an owner.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything has an owner.').waitFor();

    await page.getByRole('button', { name: 'Assign' }).click();
    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    await portal.choose('Subscription', 'Local');
    await page.getByRole('dialog', { name: 'Scope' }).getByRole('button', { name: 'Select' }).click();
    await page.getByRole('button', { name: 'Review + create' }).click();
    await page.getByText("The definition stands at 'Customers': choose that or a scope below it.").first().waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await portal.heading('Our tag');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await portal.toast("Definition 'Our tag' was deleted");
    const { body } = await server.call(
      'GET',
      `${group}/providers/Microsoft.Authorization/policyDefinitions?api-version=2023-04-01&$filter=atExactScope()`,
    );
    assert.deepEqual(body.value, []);
    portal.quiet();
  });

  it('are refused with the place in the rule that is wrong', async () => {
    const { page } = portal;
    await portal.open('/policy/definitions/new');
    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    await portal.choose('Management group', 'Customers');
    await page.getByRole('dialog', { name: 'Scope' }).getByRole('button', { name: 'Select' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Wrong');
    await page.getByRole('textbox', { name: 'Version' }).fill('one');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A version is of the form 1.0.0.').waitFor();
    await page.getByRole('textbox', { name: 'Version' }).fill('1.0.0');
    await page.getByRole('textbox', { name: 'The definition as JSON' }).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(
      '{"mode": "All", "policyRule": {"if": {"field": "type", "equal": "x"}, "then": {"effect": "audit"}}}',
    );
    // The editor closed what was opened, behind what was written.
    await page.keyboard.press('ControlOrMeta+Shift+End');
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('InvalidPolicyRule').waitFor();
    portal.expected(/400/);
    portal.quiet();
  });

  it('may be initiatives, whose messages and tasks are told by policy', async () => {
    const { page, server } = portal;
    await portal.open('/policy/definitions/new?kind=initiative');
    await portal.heading('New initiative definition');
    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    await portal.choose('Subscription', 'Local');
    await page.getByRole('dialog', { name: 'Scope' }).getByRole('button', { name: 'Select' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Our baseline');
    await page.getByText('allowed-locations').waitFor();
    await page.getByRole('button', { name: 'Add policies' }).click();
    const picker = page.getByRole('dialog', { name: 'Add policies' });
    await picker.getByRole('checkbox', { name: 'Select Require a tag on resource groups', exact: true }).check();
    await portal.accessible('the policies to add');
    await picker.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await portal.heading('Our baseline');
    await page.getByRole('tab', { name: 'Policies' }).click();
    await page.getByRole('grid', { name: 'Policies of the initiative' }).getByText('Allowed locations').waitFor();
    await page
      .getByRole('grid', { name: 'Policies of the initiative' })
      .getByText('Require a tag on resource groups')
      .waitFor();
    await portal.accessible('an initiative');
    await page.getByRole('button', { name: 'Assign' }).click();
    await page.getByRole('button', { name: 'Scope', exact: true }).click();
    await portal.choose('Subscription', 'Local');
    await portal.choose('Resource group', 'rg-sample');
    await page.getByRole('dialog', { name: 'Scope' }).getByRole('button', { name: 'Select' }).click();
    await page.getByRole('button', { name: 'Add an override' }).click();
    await portal.choose('Override 1 effect', 'Disabled');
    await page.getByRole('button', { name: /^Narrow by .*: Override 1$/ }).click();
    await page.getByRole('combobox', { name: 'Override 1 Policy of the initiative', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: /allowed-locations/ }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Parameters' }).click();
    await page.getByRole('textbox', { name: 'Tag name' }).fill('owner');
    await page.getByRole('tab', { name: 'Non-compliance messages' }).click();
    await page.getByRole('textbox', { name: 'Allowed locations' }).fill('We are in Europe only.');
    await page.getByRole('tab', { name: 'Review + create' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await portal.toast("Policy assignment 'Our baseline' was created");
    const { body } = await server.call(
      'GET',
      `${subscription}/resourceGroups/rg-sample/providers/Microsoft.Authorization/policyAssignments?api-version=2023-04-01&$filter=atExactScope()`,
    );
    const [stored] = body.value ?? [];
    assert.match(JSON.stringify(stored), /"policyDefinitionReferenceId":"allowed-locations"/);
    assert.match(
      JSON.stringify(stored),
      /"overrides":\[\{"kind":"policyEffect","value":"Disabled","selectors":\[\{"kind":"policyDefinitionReferenceId","in":\["allowed-locations"\]\}\]\}\]/,
    );
    assert.match(textOf(stored?.['properties'], 'scope'), /rg-sample$/);
    portal.quiet();
  });
});

const shown: readonly (readonly [string, string | RegExp])[] = [
  ['/policy/definitions', 'Policy definitions'],
  [`/policy/definitions/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}`, /^Deploy Workflow/],
  [
    `/policy/definitions/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}?view=parameters`,
    /^Deploy/,
  ],
  ['/policy/definitions/new', 'New policy definition'],
  [`/policy/assign?definition=/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}`, 'Assign policy'],
  [
    `/policy/assign?definition=/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}&tab=parameters`,
    'Assign policy',
  ],
  [
    `/policy/assign?definition=/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}&tab=remediation`,
    'Assign policy',
  ],
  [
    `/policy/assign?definition=/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}&tab=messages`,
    'Assign policy',
  ],
  [
    `/policy/assign?definition=/providers/Microsoft.Authorization/policyDefinitions/${alertsPolicy}&tab=review`,
    'Assign policy',
  ],
  ['/policy/assignments', 'Policy assignments'],
  ['/policy/compliance', 'Policy compliance'],
  ['/policy/remediation', 'Policy remediation'],
  ['/policy/remediation?view=tasks', 'Policy remediation'],
];

for (const scheme of ['light', 'dark'] as const) {
  describe(`the pages of policies in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    for (const [path, heading] of shown) {
      it(`show ${path}`, async () => {
        await portal.open(path);
        await portal.heading(heading);
        await portal.loaded();
        await portal.accessible(path);
        portal.quiet();
      });
    }
  });
}
