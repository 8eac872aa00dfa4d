/**
 * Connectors of vendors' own products that published playbooks use by name: reputation services, firewalls, alarms, tickets, models.
 * Paths are those of the playbooks; where the vendor's own differ, the row says so. Source: connectors reference 2, 3.6; the vendors' API documents.
 */
import {
  action,
  type Connector,
  type Operation,
  secret,
  type ServiceMapping,
  text,
  usualThrottle,
} from './connector.ts';
import { completionBody, formFields, zendeskOperation } from './vendor-calls.ts';

// --- IPQualityScore: the key and what is asked are parts of the path ----------------------------------------------

const when = { human: '2 years ago', timestamp: 1732096800, iso: '2024-11-20T10:00:00-05:00' } as const;

function reputation(kind: string, summary: string, body: NonNullable<Operation['answer']['body']>): Operation {
  const call: ServiceMapping = {
    to: (input) => {
      const { value } = formFields(kind, input.body);
      const key = input.connection['api_key'] ?? '';
      return `GET /${kind}/${encodeURIComponent(key)}/${encodeURIComponent(value)}`;
    },
    query: (input) => formFields(kind, input.body).options,
    headers: () => ({ 'content-type': 'application/json' }),
    body: () => undefined,
  };
  return action(`${kind.toUpperCase()}Reputation`, `POST /${kind}`, summary, { status: 200, body }, { call });
}

const ipQualityScore: Connector = {
  name: 'ipqsfraudandriskscor',
  displayName: 'IPQS Fraud and Risk Scoring',
  brandColor: '#1A5B9E',
  parameters: [secret('api_key', 'API key')],
  service: { kind: 'http', endpoint: 'https://ipqualityscore.com/api/json' },
  throttle: usualThrottle,
  operations: [
    reputation('url', 'Retrieve URL (or) Domain reputation data', {
      success: true,
      unsafe: true,
      domain: 'bad.example.net',
      ip_address: '203.0.113.7',
      server: 'nginx',
      content_type: 'text/html; charset=UTF-8',
      status_code: 200,
      page_size: 512,
      domain_rank: 0,
      dns_valid: true,
      parking: false,
      spamming: false,
      malware: true,
      phishing: true,
      suspicious: true,
      adult: false,
      risk_score: 100,
      category: 'N/A',
      domain_age: when,
    }),
    reputation('ip', 'Retrieve IP address reputation data', {
      success: true,
      fraud_score: 100,
      country_code: 'PT',
      region: 'Lisboa',
      city: 'Lisbon',
      ISP: 'Example Net',
      ASN: 64500,
      Organization: 'Example Net',
      latitude: 38.7,
      longitude: -9.1,
      is_crawler: false,
      timezone: 'Europe/Lisbon',
      mobile: false,
      host: 'host.example.net',
      proxy: true,
      vpn: true,
      tor: false,
      active_vpn: false,
      active_tor: false,
      recent_abuse: true,
      bot_status: true,
      connection_type: 'Data Center',
      abuse_velocity: 'high',
    }),
    reputation('email', 'Retrieve Email address reputation data', {
      success: true,
      valid: true,
      timed_out: false,
      disposable: false,
      first_name: 'Ana',
      deliverability: 'high',
      smtp_score: 3,
      overall_score: 4,
      catch_all: false,
      generic: false,
      common: false,
      dns_valid: true,
      honeypot: false,
      frequent_complainer: false,
      suspect: false,
      recent_abuse: true,
      fraud_score: 85,
      leaked: true,
      suggested_domain: 'N/A',
      domain_age: when,
      first_seen: when,
      spam_trap_score: 'none',
      sanitized_email: 'ana@example.com',
    }),
    reputation('phone', 'Retrieve Phone Number reputation data', {
      success: true,
      formatted: '+351555000000',
      local_format: '555 000 000',
      valid: true,
      fraud_score: 75,
      recent_abuse: false,
      VOIP: true,
      prepaid: false,
      risky: true,
      active: true,
      active_status: 'Active',
      carrier: 'Example Tel',
      line_type: 'Wireless',
      country: 'PT',
      region: 'Lisboa',
      city: 'Lisbon',
      zip_code: '1000',
      dialing_code: 351,
      do_not_call: false,
      name: 'N/A',
      timezone: 'Europe/Lisbon',
    }),
  ],
};

// --- ReversingLabs: paths of TitaniumCloud ------------------------------------------------------------------------

const sample = {
  md5: '9e107d9d372bb6826bd81d3542a419d6',
  sha1: '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
} as const;

const reversingLabs: Connector = {
  name: 'reversinglabsintelligence',
  displayName: 'ReversingLabs Intelligence',
  brandColor: '#F7153D',
  parameters: [text('username', 'User name'), secret('password', 'Password')],
  service: {
    kind: 'http',
    endpoint: 'https://data.reversinglabs.com',
    headers: { authorization: 'basic:{username}:{password}' },
    open: true,
  },
  throttle: usualThrottle,
  operations: [
    action(
      'GetFileHashReputation',
      'GET /api/databrowser/malware_presence/query/{hash_type}/{hash_value}',
      'Get File Hash Reputation',
      {
        status: 200,
        body: {
          rl: {
            malware_presence: {
              ...sample,
              status: 'MALICIOUS',
              threat_level: 5,
              trust_factor: 5,
              threat_name: 'Win32.Trojan.Sample',
              reason: 'antivirus',
              scanner_count: 30,
              scanner_match: 25,
              scanner_percent: 83.3,
              first_seen: '2026-01-01T00:00:00',
              last_seen: '2026-11-20T09:00:00',
            },
          },
        },
      },
    ),
    action(
      'GetFileHashAnalysisDetail',
      'GET /api/databrowser/rldata/query/{hash_type}/{hash_value}',
      'Get File Hash Analysis Detail',
      {
        status: 200,
        body: {
          rl: {
            sample: {
              ...sample,
              sha384: 'ca737f1014a48f4c0b6dd43cb177b0afd9e5169367544c494011e3317dbf9a50',
              sha512: '07e547d9586f6a73f73fbac0435ed76951218fb7d0c8d788a309d785436bbb64',
              sample_size: 1204,
              analysis: { entries: [{ tc_report: { story: 'This file is a portable executable.' } }] },
            },
          },
        },
      },
    ),
    action(
      'GetHistoricMultiAVScanRecords',
      'GET /api/xref/v2/query/{hash_type}/{hash_value}',
      'Get Historic Multi-AV Scan Records',
      {
        status: 200,
        body: {
          rl: {
            sample: {
              ...sample,
              xref: [
                {
                  scanned_on: '2026-11-20T09:00:00',
                  scanner_count: 2,
                  scanner_match: 1,
                  results: [{ scanner: 'example-av', result: 'Trojan.Sample' }],
                },
              ],
            },
          },
        },
      },
    ),
  ],
};

// --- SIGNL4 -----------------------------------------------------------------------------------------------------

const alert = {
  id: '2518000000000000000_e4b1d1c0-0000-4000-8000-000000000001',
  eventId: '2518000000000000000_e4b1d1c0-0000-4000-8000-000000000002',
  title: 'Alert',
  text: 'text',
  severity: 0,
  status: 1,
} as const;

const signl4: Connector = {
  name: 'signl4',
  displayName: 'SIGNL4',
  brandColor: '#2D9FD9',
  parameters: [secret('api_key', 'API key')],
  service: {
    kind: 'http',
    endpoint: 'https://connect.signl4.com/api/v2',
    headers: { 'x-s4-api-key': '{api_key}' },
    open: true,
  },
  throttle: usualThrottle,
  test: 'GET /teams',
  operations: [
    action('TriggerAlert', 'POST /alerts', 'Trigger Alert', { status: 200, body: alert }),
    action('GetAlert', 'GET /alerts/{alertId}', 'Get Alert', { status: 200, body: alert }),
    action('AcknowledgeAlert', 'POST /alerts/{alertId}/acknowledge', 'Acknowledge Alert', { status: 200, body: alert }),
    action('CloseAlert', 'POST /alerts/{alertId}/close', 'Close Alert', { status: 200, body: alert }),
    action('GetTeams', 'GET /teams', 'Get Teams', { status: 200, body: [{ id: 't-1', name: 'SOC' }] }),
  ],
};

// --- Zendesk: tables of the connector are the collections of the Support API --------------------------------------

const ticket = {
  id: 42,
  subject: 'Alert',
  description: 'text',
  status: 'new',
  priority: 'high',
  type: 'incident',
  url: 'https://contoso.zendesk.com/api/v2/tickets/42.json',
} as const;
const items = '/datasets/default/tables/{table}/items';

const zendesk: Connector = {
  name: 'zendesk',
  displayName: 'Zendesk',
  brandColor: '#03363D',
  description: '`username` is `ADDRESS/token` with an API token as password.',
  parameters: [text('instance', 'Subdomain'), text('username', 'User name'), secret('password', 'API token')],
  service: {
    kind: 'http',
    endpoint: 'https://{instance}.zendesk.com',
    headers: { authorization: 'basic:{username}:{password}' },
  },
  throttle: usualThrottle,
  test: 'GET /api/v2/users/me.json',
  operations: [
    action(
      'GetItems',
      `GET ${items}`,
      'Get items',
      { status: 200, body: { value: [ticket] } },
      { call: zendeskOperation('list') },
    ),
    action(
      'PostItem',
      `POST ${items}`,
      'Create item',
      { status: 201, body: ticket },
      { call: zendeskOperation('create') },
    ),
    action(
      'GetItem',
      `GET ${items}/{id}`,
      'Get item',
      { status: 200, body: ticket },
      { call: zendeskOperation('get') },
    ),
    action(
      'PatchItem',
      `PATCH ${items}/{id}`,
      'Update item',
      { status: 200, body: ticket },
      { call: zendeskOperation('update') },
    ),
    action('DeleteItem', `DELETE ${items}/{id}`, 'Delete item', { status: 204 }, { call: zendeskOperation('delete') }),
  ],
};

// --- OpenAI -----------------------------------------------------------------------------------------------------

const completion = {
  id: 'cmpl-1',
  object: 'text_completion',
  model: 'gpt-3.5-turbo-instruct',
  choices: [{ text: 'It lists the users of the machine.', index: 0, finish_reason: 'stop' }],
  usage: { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 },
} as const;

const openAi: Connector = {
  name: 'openaiip',
  displayName: 'OpenAI',
  brandColor: '#10A37F',
  description:
    'Engines that playbooks name have been taken off the service: `model` names the one that answers in their place. A profile with another ' +
    '`endpoint` asks any server that speaks the same interface.',
  parameters: [secret('api_key', 'API key'), text('model', 'Model in place of engines', { optional: true })],
  service: {
    kind: 'http',
    endpoint: 'https://api.openai.com',
    headers: { authorization: 'Bearer {api_key}' },
    open: true,
  },
  throttle: usualThrottle,
  test: 'GET /v1/models',
  operations: [
    action(
      'EngineCompletion',
      'POST /v1/engines/{engine}/completions',
      'GPT3 Completes your prompt',
      { status: 200, body: completion },
      { call: { to: 'POST /v1/completions', body: completionBody } },
    ),
    action('Completion', 'POST /v1/completions', 'Complete a prompt', { status: 200, body: completion }),
    action('ChatCompletion', 'POST /v1/chat/completions', 'Chat completion', {
      status: 200,
      body: {
        ...completion,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'It lists users.' }, finish_reason: 'stop' }],
      },
    }),
  ],
};

// --- Firewalls: the appliance's own REST interface ------------------------------------------------------------------

const address = {
  '@name': 'bad-203.0.113.7',
  '@location': 'vsys',
  '@vsys': 'vsys1',
  'ip-netmask': '203.0.113.7',
  fqdn: 'bad.example.net',
} as const;
const group = { '@name': 'blocked', static: { member: ['bad-203.0.113.7'] } } as const;
const done = { '@status': 'success', '@code': '20', msg: 'command succeeded' } as const;
const objects = '/restapi/v10.0/Objects';

function entries(entry: NonNullable<Operation['answer']['body']>): Operation['answer'] {
  return {
    status: 200,
    body: { '@status': 'success', '@code': '19', result: { '@total-count': '1', entry: [entry] } },
  };
}

const paloAlto: Connector = {
  name: 'paloaltoconnector',
  displayName: 'Palo Alto PAN-OS',
  brandColor: '#FA582D',
  parameters: [text('host', 'Address of the firewall'), secret('api_key', 'API key')],
  service: { kind: 'http', endpoint: 'https://{host}', headers: { 'x-pan-key': '{api_key}' }, open: true },
  throttle: usualThrottle,
  operations: [
    action('ListAddresses', `GET ${objects}/Addresses`, 'List address objects', entries(address)),
    action('CreateAddress', `POST ${objects}/Addresses`, 'Create an address object', { status: 200, body: done }),
    action('ListAddressGroups', `GET ${objects}/AddressGroups`, 'List address groups', entries(group)),
    action('UpdateAddressGroup', `PUT ${objects}/AddressGroups`, 'Update an address object group', {
      status: 200,
      body: done,
    }),
    action(
      'ListCustomUrlCategories',
      `GET ${objects}/CustomURLCategories`,
      'List custom url categories',
      entries({ '@name': 'blocked-urls', list: { member: ['bad.example.net'] }, type: 'URL List' }),
    ),
    action('UpdateCustomUrlCategory', `PUT ${objects}/CustomURLCategories`, 'Update a custom url category', {
      status: 200,
      body: done,
    }),
    action(
      'ListSecurityRules',
      'GET /restapi/v10.0/Policies/SecurityRules',
      'List security rules',
      entries({
        '@name': 'block',
        action: 'deny',
        source: { member: ['any'] },
        destination: { member: ['blocked'] },
        service: { member: ['any'] },
      }),
    ),
  ],
};

const cmdb = '/api/v2/cmdb/firewall';
const stored = {
  http_method: 'POST',
  status: 'success',
  http_status: 200,
  mkey: 'bad-203.0.113.7',
  vdom: 'root',
} as const;

const fortinet: Connector = {
  name: 'fortinetconnector',
  displayName: 'Fortinet FortiGate',
  brandColor: '#DA291C',
  parameters: [text('host', 'Address of the firewall'), secret('api_key', 'API token')],
  service: { kind: 'http', endpoint: 'https://{host}', headers: { authorization: 'Bearer {api_key}' }, open: true },
  throttle: usualThrottle,
  operations: [
    action('CreateAddress', `POST ${cmdb}/address`, 'Create an address object', { status: 200, body: stored }),
    action('GetAddress', `GET ${cmdb}/address/{name}`, 'Get an address object', {
      status: 200,
      body: { ...stored, http_method: 'GET', results: [{ name: 'bad-203.0.113.7', type: 'iprange' }] },
    }),
    action('GetAddressGroup', `GET ${cmdb}/addrgrp/{name}`, 'Get address group', {
      status: 200,
      body: { ...stored, http_method: 'GET', results: [{ name: 'blocked', member: [{ name: 'bad-203.0.113.7' }] }] },
    }),
    action('UpdateAddressGroup', `PUT ${cmdb}/addrgrp/{name}`, 'Update address group', {
      status: 200,
      body: { ...stored, http_method: 'PUT', mkey: 'blocked' },
    }),
  ],
};

const firepower: Connector = {
  name: 'ciscofirepowerconnector',
  displayName: 'Cisco Firepower Management Center',
  brandColor: '#049FD9',
  parameters: [
    text('host', 'Address of the management center'),
    text('username', 'User name'),
    secret('password', 'Password'),
  ],
  service: {
    kind: 'http',
    endpoint: 'https://{host}',
    headers: { authorization: 'basic:{username}:{password}' },
    open: true,
  },
  throttle: { calls: 120, seconds: 60 },
  operations: [
    action('GenerateToken', 'POST /api/fmc_platform/v1/auth/generatetoken', 'Generate token', { status: 204 }),
    action('RevokeAccess', 'POST /api/fmc_platform/v1/auth/revokeaccess', 'Revoke access', { status: 204 }),
  ],
};

// --- Microsoft Sentinel Triage AssistanT: a function app of the operator's, or its logic app ------------------------

/** Modules that score an incident, by the last part of their path. */
const modules = [
  ['base', 'Base Module'],
  ['aadrisks', 'AAD Risks Module'],
  ['file', 'File Module'],
  ['kql', 'KQL Module'],
  ['mcas', 'Microsoft Defender for Cloud Apps Module'],
  ['mde', 'Microsoft Defender for Endpoint Module'],
  ['oofmodule', 'Out of Office Module'],
  ['relatedalerts', 'Related Alerts Module'],
  ['scoring', 'Risk Scoring Module'],
  ['threatintel', 'Threat Intel Module'],
  ['ueba', 'UEBA Module'],
  ['watchlist', 'Watchlist Module'],
] as const;

function assistant(base: string): readonly Operation[] {
  return modules.map(([module, summary]) =>
    action(module, `POST ${base}/${module}`, summary, {
      status: 200,
      body: { ModuleName: summary, TotalScore: 10, DetailedResults: [], AnalyzedEntities: 1 },
    }),
  );
}

const triageAssistants: readonly Connector[] = [
  {
    name: 'sentineltriageassistantv2',
    displayName: 'Microsoft Sentinel Triage AssistanT (V2)',
    brandColor: '#0078D4',
    description: 'Asks the function app that the operator runs it in.',
    parameters: [text('functionApp', 'Name or address of the function app'), secret('api_key', 'Function key')],
    service: {
      kind: 'http',
      endpoint: 'https://{functionApp}.azurewebsites.net',
      headers: { 'x-functions-key': '{api_key}' },
      open: true,
    },
    throttle: usualThrottle,
    operations: assistant('/api/modules'),
  },
  {
    name: 'sentineltriageassistant',
    displayName: 'Microsoft Sentinel Triage AssistanT',
    brandColor: '#0078D4',
    description:
      'Asks the logic app that the operator runs it in; the signature of its address is in the queries of each call.',
    parameters: [text('host', 'Host of the address of its trigger')],
    service: { kind: 'http', endpoint: 'https://{host}', open: true },
    throttle: usualThrottle,
    operations: assistant('/workflows/{workflow}/triggers/manual/paths/invoke/func'),
  },
];

export const vendorConnectors: readonly Connector[] = [
  ipQualityScore,
  reversingLabs,
  signl4,
  zendesk,
  openAi,
  paloAlto,
  fortinet,
  firepower,
  ...triageAssistants,
];
