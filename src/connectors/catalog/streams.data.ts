/** Connectors that hand events and texts on: event hubs, queues, Kafka, messages to phones, syslog, webhooks. Source: connectors reference 3.1, 3.6. */
import { action, type Connector, secret, text, usualThrottle } from './connector.ts';

const produced = { topic: 'alerts', partitions: [{ partition: 0, baseOffset: '42' }] } as const;

export const streamConnectors: readonly Connector[] = [
  {
    name: 'eventhubs',
    displayName: 'Event Hubs',
    brandColor: '#0058AD',
    parameters: [secret('connectionString', 'Connection string')],
    service: { kind: 'local' },
    throttle: usualThrottle,
    operations: [
      action('SendEvent', 'POST /{eventHubName}/events', 'Send event', { status: 200 }),
      action('SendEvents', 'POST /{eventHubName}/events/batch', 'Send one or more events', { status: 200 }),
    ],
  },
  {
    name: 'servicebus',
    displayName: 'Service Bus',
    brandColor: '#0058AD',
    description: 'Sends to queues and topics, by AMQP. Messages are not received here.',
    parameters: [secret('connectionString', 'Connection string')],
    service: { kind: 'local' },
    throttle: usualThrottle,
    operations: [
      action('SendMessage', 'POST /{entityName}/messages', 'Send message', { status: 200 }),
      action('SendMessages', 'POST /{entityName}/messages/batch', 'Send one or more messages', { status: 200 }),
    ],
  },
  {
    name: 'azurecommunicationservicessms',
    displayName: 'Azure Communication Services SMS',
    brandColor: '#0078D4',
    parameters: [secret('connectionString', 'Connection string')],
    service: { kind: 'local' },
    throttle: usualThrottle,
    operations: [
      action('SendSms', 'POST /v2/sms', 'Send SMS', {
        status: 202,
        body: { value: [{ to: '+15550101', messageId: 'm1', httpStatusCode: 202, successful: true }] },
      }),
    ],
  },
  {
    name: 'conversionservice',
    displayName: 'Content Conversion',
    brandColor: '#4B53BC',
    parameters: [],
    service: { kind: 'local' },
    throttle: usualThrottle,
    operations: [action('HtmlToText', 'POST /html2text', 'HTML to text', { status: 200, body: 'text' })],
  },
  {
    name: 'kafka',
    displayName: 'Apache Kafka',
    brandColor: '#231F20',
    description:
      'A connector of this server: sends records to a topic of a Kafka cluster. `securityProtocol` is `SSL`, `SASL_SSL` (usual with a user name), `PLAINTEXT` or `SASL_PLAINTEXT`; `saslMechanism` is `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.',
    parameters: [
      text('brokers', 'Brokers', { description: '`host:port`, separated by commas' }),
      text('securityProtocol', 'Security protocol', { optional: true }),
      text('saslMechanism', 'SASL mechanism', { optional: true }),
      text('username', 'User name', { optional: true }),
      secret('password', 'Password', { optional: true }),
    ],
    service: { kind: 'local' },
    throttle: { calls: 6_000, seconds: 60 },
    operations: [
      action('Produce', 'POST /topics/{topic}/messages', 'Send a message', { status: 200, body: produced }),
      action('ProduceMany', 'POST /topics/{topic}/messages/batch', 'Send messages', { status: 200, body: produced }),
    ],
  },
  {
    name: 'syslog',
    displayName: 'Syslog',
    brandColor: '#5C6BC0',
    description:
      'A connector of this server: sends RFC 5424 messages, CEF ones included, over TCP, TLS or UDP. `protocol` is `tcp`, `tls` or `udp`.',
    parameters: [
      text('host', 'Host'),
      { name: 'port', type: 'int', displayName: 'Port', optional: true },
      text('protocol', 'Protocol', { optional: true }),
      text('framing', 'Framing of streams', {
        optional: true,
        description: '`octet-counting` unless given, or `newline`',
      }),
    ],
    service: { kind: 'local' },
    throttle: { calls: 6_000, seconds: 60 },
    operations: [
      action('SendMessage', 'POST /messages', 'Send a message'),
      action('SendCef', 'POST /cef', 'Send an event in the Common Event Format'),
    ],
  },
  {
    name: 'webhook',
    displayName: 'Webhook',
    brandColor: '#455A64',
    description: 'A connector of this server: posts JSON to one address that its workflows need not know.',
    parameters: [secret('url', 'URL')],
    service: { kind: 'http', endpoint: 'https://webhook.invalid' },
    throttle: usualThrottle,
    operations: [
      action(
        'Post',
        'POST /post',
        'Post a body',
        { status: 200 },
        {
          perform: (send, { body, connection }) =>
            send({ method: 'POST', path: connection['url'] ?? '', body, bare: true }),
        },
      ),
    ],
  },
];
