/** Connectors that hand events on: event hubs, syslog, webhooks. Source: connectors reference 3.1, 3.6. */
import { action, type Connector, secret, text, usualThrottle } from './connector.ts';

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
    name: 'syslog',
    displayName: 'Syslog',
    brandColor: '#5C6BC0',
    description:
      'A connector of this server: sends RFC 5424 messages, CEF ones included, over TCP, TLS or UDP. `protocol` is `tcp`, `tls` or `udp`.',
    parameters: [
      text('host', 'Host'),
      { name: 'port', type: 'int', displayName: 'Port', optional: true },
      text('protocol', 'Protocol', { optional: true }),
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
