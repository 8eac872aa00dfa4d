/**
 * What a new logic app can start as.
 *
 * Owns: the few starting points of the start page. Does not own: the gallery of templates, which are deployments.
 */

const schema =
  'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';

export const emptyDefinition = {
  $schema: schema,
  contentVersion: '1.0.0.0',
  parameters: {},
  triggers: {},
  actions: {},
  outputs: {},
};

export interface StartingPoint {
  readonly id: string;
  readonly title: string;
  readonly category: 'Security' | 'General';
  readonly text: string;
  /** APIs whose connections it needs, by their name. */
  readonly connections: readonly string[];
  /** Asks for whom mails go to. */
  readonly asksRecipient: boolean;
  readonly definition: (recipient: string) => object;
}

const connectionOf = (name: string) => ({
  connection: { name: `@parameters('$connections')['${name}']['connectionId']` },
});

const subscribe = (path: string) => ({
  type: 'ApiConnectionWebhook',
  inputs: { body: { callback_url: '@{listCallbackUrl()}' }, host: connectionOf('ascalert'), path },
});

function mail(recipient: string, subject: string, body: string): object {
  return {
    'Send_an_email_(V2)': {
      type: 'ApiConnection',
      runAfter: {},
      inputs: {
        host: connectionOf('office365'),
        method: 'post',
        path: '/v2/Mail',
        body: { To: recipient, Subject: subject, Body: body, Importance: 'Normal' },
      },
    },
  };
}

const withConnections = (triggers: object, actions: object): object => ({
  ...emptyDefinition,
  parameters: { $connections: { type: 'Object', defaultValue: {} } },
  triggers,
  actions,
});

export const startingPoints: readonly StartingPoint[] = [
  {
    id: 'alert-mail',
    title: 'Send an email when a security alert comes in',
    category: 'Security',
    text: 'Starts on alerts and mails title, severity, resource and description.',
    connections: ['ascalert', 'office365'],
    asksRecipient: true,
    definition: (recipient) =>
      withConnections(
        {
          When_an_Azure_Security_Center_Alert_is_created_or_triggered: subscribe('/Microsoft.Security/Alert/subscribe'),
        },
        mail(
          recipient,
          "[@{triggerBody()?['Severity']}] @{triggerBody()?['AlertDisplayName']}",
          "<h2>@{triggerBody()?['AlertDisplayName']}</h2><p>@{triggerBody()?['Description']}</p><p>Affected: @{triggerBody()?['CompromisedEntity']}</p>",
        ),
      ),
  },
  {
    id: 'recommendation-mail',
    title: 'Send an email when a recommendation comes in',
    category: 'Security',
    text: 'Starts on recommendations and mails name, state and resource.',
    connections: ['ascassessment', 'office365'],
    asksRecipient: true,
    definition: (recipient) =>
      withConnections(
        {
          When_an_Azure_Security_Center_Recommendation_is_created_or_triggered: {
            ...subscribe('/Microsoft.Security/Assessment/subscribe'),
            inputs: {
              body: { callback_url: '@{listCallbackUrl()}' },
              host: connectionOf('ascassessment'),
              path: '/Microsoft.Security/Assessment/subscribe',
            },
          },
        },
        mail(
          recipient,
          "[@{triggerBody()?['properties']?['status']?['code']}] @{triggerBody()?['properties']?['displayName']}",
          "<h2>@{triggerBody()?['properties']?['displayName']}</h2><p>@{triggerBody()?['properties']?['resourceDetails']?['id']}</p>",
        ),
      ),
  },
  {
    id: 'request',
    title: 'Answer an HTTP request',
    category: 'General',
    text: 'Starts on a call of its callback URL and answers with what it was sent.',
    connections: [],
    asksRecipient: false,
    definition: () => ({
      ...emptyDefinition,
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
      actions: {
        Response: { type: 'Response', kind: 'Http', runAfter: {}, inputs: { statusCode: 200, body: '@triggerBody()' } },
      },
    }),
  },
];
