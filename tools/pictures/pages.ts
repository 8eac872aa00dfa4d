/** Which pages are pictured, and in which state. Source: portal reference 8.6. */
import type { Page } from 'playwright-core';
import type { PortalBrowser } from '../../test/browser/portal-browser.ts';
import { appOf, type Filled, group, sampleApp, subscription } from './fixture.ts';
import { alertsPolicy } from './policy-fixture.ts';

export interface Picture {
  readonly name: string;
  /** Below `/portal`. */
  readonly path: string;
  /** What must be there before the picture is taken; may do something to bring it about. */
  readonly shows: (page: Page, portal: PortalBrowser) => Promise<unknown>;
  /** Stands in the documents in these colours. */
  readonly inDocuments?: 'light' | 'dark';
  readonly signedOut?: boolean;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { level: 1, name }).waitFor();
const grid = (name: string) => (page: Page) => page.getByRole('grid', { name }).getByRole('row').nth(1).waitFor();
const tab = (name: string | RegExp, then: string) => async (page: Page) => {
  await page.getByRole('tab', { name }).click();
  await page.getByText(then).first().waitFor();
};
const card = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).first().waitFor();
const region = (name: string) => (page: Page) => page.getByRole('region', { name, exact: true }).first().waitFor();

export const picturesOf = (filled: Filled): readonly Picture[] => [
  ...overviews(filled),
  ...automations(filled),
  ...designer(),
  ...runs(filled),
  ...policy(filled),
  ...others(filled),
];

const overviews = ({ alertId, recommendation }: Filled): readonly Picture[] => [
  { name: 'overview', path: '/', shows: (page) => page.getByRole('figure').first().waitFor() },
  { name: 'alerts', path: '/alerts', shows: grid('Security alerts') },
  { name: 'alert', path: `/r${alertId}`, shows: heading(/./) },
  { name: 'alert-automations', path: `/r${alertId}`, shows: tab('Automations', 'Email-on-SQL-alerts') },
  { name: 'alert-pane', path: '/alerts', shows: (page) => page.getByRole('grid').getByRole('link').first().click() },
  { name: 'recommendations', path: '/recommendations', shows: grid('Recommendations') },
  { name: 'recommendation', path: `/recommendations/${recommendation}`, shows: heading(/encrypt/) },
  { name: 'compliance', path: '/compliance', shows: (page) => page.getByText('PCI').first().waitFor() },
  { name: 'compliance-standard', path: '/compliance/PCI-DSS-4', shows: heading(/PCI/) },
];

const dataType = (name: string) => async (page: Page, portal: PortalBrowser) => {
  const pane = page.getByRole('dialog', { name: 'Add workflow automation' });
  await pane.getByRole('textbox', { name: 'Name', exact: true }).fill('Mail-the-team');
  await portal.choose('Subscription', 'Local');
  await portal.choose('Resource group', 'rg-sample');
  await pane.getByRole('radio', { name }).check();
  await pane.getByText('This would have fired').waitFor();
};

const automations = ({ automationId }: Filled): readonly Picture[] => [
  { name: 'automations', path: '/automations', shows: grid('Workflow automations') },
  {
    name: 'automation-pane',
    path: '/automations?pane=add',
    shows: dataType('Security alert'),
    inDocuments: 'light',
  },
  { name: 'automation-pane-recommendation', path: '/automations?pane=add', shows: dataType('Recommendation') },
  {
    name: 'automation-pane-compliance',
    path: '/automations?pane=add',
    shows: dataType('Regulatory compliance standards'),
  },
  { name: 'automation', path: `/r${automationId}`, shows: heading(/Email/) },
  { name: 'automation-deliveries', path: `/r${automationId}?view=deliveries`, shows: heading(/Email/) },
  {
    name: 'automation-raw',
    path: `/r${automationId}?view=raw`,
    shows: (page) => page.getByRole('region', { name: 'The automation as JSON' }).waitFor(),
  },
];

const expression = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Expression for Subject' }).click();
  await page.locator('.expression-editor .monaco-editor.focused').waitFor();
  await page.keyboard.type("concat(triggerBody()?['AlertDisplayName'], toUpperr('x'))");
  await page.getByRole('status').getByText('toUpperr').waitFor();
};

const designer = (): readonly Picture[] => [
  {
    name: 'designer',
    path: `/r${sampleApp}?view=designer&step=${encodeURIComponent('/actions/Send_an_email')}`,
    shows: (page) => page.getByRole('textbox', { name: 'Subject', exact: true }).waitFor(),
    inDocuments: 'light',
  },
  {
    name: 'designer-far',
    path: `/r${appOf('Large-playbook')}?view=designer`,
    shows: async (page) => {
      await page.getByRole('button', { name: 'Expand all' }).click();
      await page.getByRole('button', { name: 'Fit to screen' }).click();
    },
  },
  { name: 'designer-large', path: `/r${appOf('Large-playbook')}?view=designer`, shows: card(/^Step 1, /) },
  { name: 'designer-switch', path: `/r${appOf('Route-by-severity')}?view=designer`, shows: card(/^Switch, /) },
  { name: 'designer-join', path: `/r${appOf('Notify-and-log')}?view=designer`, shows: card(/^Tell what failed, /) },
  {
    name: 'picker',
    path: `/r${sampleApp}?view=designer`,
    shows: async (page) => {
      await page.getByRole('button', { name: /^Insert a new step after Send/ }).click();
      await page.getByRole('menuitem', { name: 'Add an action' }).click();
      await page.getByRole('searchbox', { name: 'Search for an action' }).fill('incident');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'dynamic-content',
    path: `/r${sampleApp}?view=designer&step=${encodeURIComponent('/actions/Send_an_email')}`,
    shows: async (page) => {
      await page.getByRole('button', { name: 'Dynamic content for Subject' }).click();
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'expression',
    path: `/r${sampleApp}?view=designer&step=${encodeURIComponent('/actions/Send_an_email')}`,
    shows: expression,
  },
  {
    name: 'code-view',
    path: `/r${sampleApp}?view=code`,
    shows: (page) => page.locator('.view-line').first().waitFor(),
  },
  { name: 'logic-apps', path: '/logicapps', shows: grid('Logic apps') },
  { name: 'logic-app', path: `/r${sampleApp}`, shows: grid('Runs history') },
  ...['versions', 'keys', 'identity', 'connections', 'properties', 'export'].map((view) => ({
    name: `logic-app-${view}`,
    path: `/r${sampleApp}?view=${view}`,
    shows: heading(/Send/),
  })),
  { name: 'create-logic-app', path: '/logicapps/create', shows: heading('Create a logic app') },
];

const runs = ({ runs: { sample, failed, better, running, long } }: Filled): readonly Picture[] => [
  {
    name: 'run',
    path: `/r${sample}?action=Send_an_email`,
    shows: region('Inputs'),
    inDocuments: 'light',
  },
  { name: 'run-failed', path: `/r${failed}`, shows: region('The error') },
  { name: 'run-running', path: `/r${running}`, shows: card(/^Delay, /) },
  { name: 'run-many', path: `/r${long}`, shows: region('The error') },
  {
    name: 'run-secure',
    path: `/r${failed}?action=Read_secret`,
    shows: (page) => page.getByText('Content not shown').waitFor(),
  },
  {
    name: 'run-compare',
    path: `/r${failed}?action=Summary&compare=${better.split('/').at(-1) ?? ''}`,
    shows: async (page) => {
      await page.getByRole('tab', { name: 'Differences' }).click();
      await page.locator('.view-line').first().waitFor();
    },
  },
  {
    name: 'run-timeline',
    path: `/r${sample}?view=timeline`,
    shows: (page) => page.getByRole('list', { name: 'Timeline' }).waitFor(),
  },
  {
    name: 'run-list',
    path: `/r${failed}?view=steps`,
    shows: (page) => page.getByRole('list', { name: 'Steps' }).waitFor(),
  },
  { name: 'run-trigger', path: `/r${sample}?view=trigger`, shows: region('Trigger outputs') },
  { name: 'run-events', path: `/r${sample}?view=events`, shows: grid('Events') },
  {
    name: 'run-iterations',
    path: `/r${failed}`,
    shows: async (page) => {
      await page.getByRole('button', { name: 'Show all iterations' }).first().click();
      await page.getByRole('grid', { name: 'Iterations' }).waitFor();
    },
  },
];

const tasks = async (page: Page): Promise<void> => {
  await page.getByRole('tab', { name: 'Remediation tasks' }).click();
  await grid('Remediation tasks')(page);
};

const assign = `/policy/assign?definition=${alertsPolicy}`;

const policy = ({ assignment, task }: Filled): readonly Picture[] => [
  { name: 'policy-definitions', path: '/policy/definitions', shows: grid('Policy definitions') },
  {
    name: 'policy-definition',
    path: `/r${alertsPolicy}`,
    shows: heading(/Deploy/),
  },
  ...['Basics', 'Parameters', 'Remediation', 'Non-compliance messages', 'Review + create'].map((name) => ({
    name: `policy-assign-${name.split(/\W/)[0]?.toLowerCase() ?? ''}`,
    path: assign,
    shows: async (page: Page) => {
      await heading('Assign policy')(page);
      await page.getByRole('tab', { name: new RegExp(`^${name.replace('+', '\\+')}`) }).click();
    },
  })),
  { name: 'policy-assignments', path: '/policy/assignments', shows: grid('Policy assignments') },
  { name: 'policy-assignment', path: `/r${assignment}`, shows: heading(/./) },
  { name: 'policy-compliance', path: '/policy/compliance', shows: grid('Policy compliance') },
  { name: 'policy-remediation', path: '/policy/remediation', shows: tasks },
  { name: 'policy-task', path: `/r${task}`, shows: grid('Deployments of the task') },
];

const settings = [
  '',
  '/retention',
  '/limits',
  '/ingestion-keys',
  '/linked-subscriptions',
  '/sign-in',
  '/certificate',
  '/backup',
  '/about',
];

const others = ({ mail }: Filled): readonly Picture[] => [
  { name: 'outbox', path: '/outbox', shows: grid('Outbox') },
  { name: 'outbox-mail', path: `/outbox/${mail}`, shows: (page) => page.locator('.mail-frame').waitFor() },
  { name: 'connections', path: '/connections', shows: grid('Connections') },
  { name: 'templates', path: '/templates', shows: heading('Templates') },
  { name: 'logs', path: '/logs', shows: heading('Logs') },
  { name: 'activity', path: '/activity', shows: grid('Activity log') },
  { name: 'access', path: `/access?scope=${subscription}`, shows: heading('Access control') },
  { name: 'access-roles', path: `/access?tab=roles`, shows: grid('Roles') },
  { name: 'access-check', path: '/access?tab=check', shows: heading('Access control') },
  ...settings.map((section) => ({
    name: `settings${section.replace('/', '-')}`,
    path: `/settings${section}`,
    shows: heading('Settings'),
  })),
  {
    name: 'empty',
    path: '/alerts?search=nothing-of-the-kind',
    shows: (page) => page.getByText('No security alerts match').waitFor(),
  },
  {
    name: 'failed',
    path: '/outbox',
    shows: async (page) => {
      await page.route('**/tocsin/v1/outbox**', (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/json',
          body: JSON.stringify({ error: { code: 'ServerBusy', message: 'The server is busy. Try again later.' } }),
        }),
      );
      await page.reload();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'not-found',
    path: `/r${group}/providers/Microsoft.Logic/workflows/gone`,
    shows: (page) => page.getByRole('alert').waitFor(),
  },
  {
    name: 'search',
    path: '/',
    shows: async (page) => {
      await page.getByRole('combobox', { name: /Search resources/ }).fill('mail');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'scope',
    path: '/alerts',
    shows: async (page) => {
      await page.getByRole('button', { name: /^Scope/ }).click();
      await page.getByRole('tree', { name: 'Scopes' }).waitFor();
    },
  },
  { name: 'signin', path: '/outbox', shows: heading('Sign in to Tocsin'), signedOut: true },
];
