/** Connectors of vendors' threat intelligence: paths are those of the vendors' own services. Source: connectors reference 2, 3.1, 3.6. */
import { type Json, parseJson } from '#foundation';
import {
  action,
  type Connector,
  type ConnectionParameter,
  type Operation,
  secret,
  type ServiceAnswer,
  text,
  usualThrottle,
} from './connector.ts';

interface Feed {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters?: readonly ConnectionParameter[];
  readonly test?: string;
}

function feed(name: string, displayName: string, brandColor: string, how: Feed, operations: readonly Operation[]) {
  return {
    name,
    displayName,
    brandColor,
    parameters: how.parameters ?? [secret('api_key', 'API key')],
    service: { kind: 'http', endpoint: how.endpoint, headers: how.headers, open: true },
    throttle: usualThrottle,
    ...(how.test === undefined ? {} : { test: how.test }),
    operations,
  } as const satisfies Connector;
}

// --- Recorded Future --------------------------------------------------------------------------------------------

const risk = {
  score: 89,
  criticality: 3,
  criticalityLabel: 'Malicious',
  rules: 2,
  riskSummary: '2 of 70 Risk Rules currently observed.',
  evidenceDetails: [
    {
      rule: 'Recent C&C Server',
      criticality: 3,
      criticalityLabel: 'Malicious',
      timestamp: '2026-11-20T09:00:00.000Z',
      evidenceString: '1 sighting on 1 source.',
    },
  ],
} as const;

function enrichment(id: string, kind: string, value: string): Operation {
  return action(id, `GET /${kind}/{${kind}}`, `${kind.toUpperCase()} enrichment`, {
    status: 200,
    body: {
      data: {
        entity: { id: `${kind}:${value}`, name: value },
        risk,
        intelCard: `https://app.recordedfuture.com/live/sc/entity/${kind}%3A${value}`,
        timestamps: { firstSeen: '2026-01-01T00:00:00.000Z', lastSeen: '2026-11-20T09:00:00.000Z' },
      },
    },
  });
}

/** Files of Fusion come as bytes; lists of risks are JSON inside. */
function listOfFile(answer: ServiceAnswer): ServiceAnswer {
  const { body } = answer;
  const content =
    typeof body === 'object' && body !== null && '$content' in body && typeof body.$content === 'string'
      ? Buffer.from(body.$content, 'base64').toString()
      : body;
  if (answer.status >= 300 || typeof content !== 'string') return answer;
  return { ...answer, body: jsonIn(content) };
}

function jsonIn(content: string): Json {
  try {
    return parseJson(content);
  } catch {
    return content;
  }
}

const recordedFuture = feed(
  'recordedfuture',
  'Recorded Future',
  '#2673BA',
  { endpoint: 'https://api.recordedfuture.com/v2', headers: { 'x-rftoken': '{api_key}' } },
  [
    action(
      'R_List_D',
      'GET /fusion/files/',
      'Recorded Future RiskLists and SCF Download',
      {
        status: 200,
        body: [
          {
            Name: '203.0.113.7',
            Risk: '89',
            RiskString: '2/70',
            EvidenceDetails: { EvidenceDetails: [{ Rule: 'Recent C&C Server', CriticalityLabel: 'Malicious' }] },
          },
        ],
      },
      { call: { answer: listOfFile } },
    ),
    enrichment('IP_E', 'ip', '203.0.113.7'),
    enrichment('D_E', 'domain', 'bad.example.net'),
    enrichment('H_E', 'hash', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
    enrichment('U_E', 'url', 'http://bad.example.net/'),
    enrichment('V_E', 'vulnerability', 'CVE-2024-0001'),
  ],
);

// --- RiskIQ -----------------------------------------------------------------------------------------------------

const counted = { count: 4, link: 'https://community.riskiq.com/search/203.0.113.7' } as const;

const riskIq = feed(
  'riskiqpassivetotal',
  'RiskIQ PassiveTotal',
  '#0B7BC1',
  {
    endpoint: 'https://api.riskiq.net/pt/v2',
    headers: { authorization: 'basic:{username}:{password}' },
    parameters: [text('username', 'API user'), secret('password', 'API secret')],
    test: 'GET /account',
  },
  [
    action('Reputation', 'GET /reputation', 'Get reputation', {
      status: 200,
      body: {
        score: 95,
        classification: 'MALICIOUS',
        rules: [{ name: 'Third Party Blocklist', description: 'Threat intelligence', severity: 5, link: null }],
      },
    }),
    action('GetArticlesByIndicator', 'GET /articles/indicator', 'Get articles by indicator', {
      status: 200,
      body: {
        success: true,
        articles: [
          {
            guid: 'a1b2c3d4',
            title: 'A campaign',
            summary: 'An article.',
            type: 'public',
            publishedDate: '2026-11-20T00:00:00.000+00:00',
            link: 'https://community.riskiq.com/article/a1b2c3d4',
            tags: ['c2'],
          },
        ],
      },
    }),
    action('SummaryDataCard', 'GET /cards/summary', 'Get summary data card', {
      status: 200,
      body: {
        type: 'ip',
        name: '203.0.113.7',
        link: counted.link,
        netblock: '203.0.113.0/24',
        organization: 'Example Net',
        data_summary: {
          resolutions: counted,
          certificates: counted,
          hashes: counted,
          articles: counted,
          projects: counted,
          trackers: counted,
          components: counted,
          host_pairs: counted,
          cookies: counted,
          services: counted,
        },
      },
    }),
    action('GetPassiveDNS', 'GET /dns/passive', 'Get passive DNS', {
      status: 200,
      body: {
        totalRecords: 1,
        firstSeen: '2026-01-01 00:00:00',
        lastSeen: '2026-11-20 00:00:00',
        queryValue: '203.0.113.7',
        results: [
          {
            resolve: 'bad.example.net',
            resolveType: 'domain',
            recordType: 'A',
            firstSeen: '2026-01-01 00:00:00',
            lastSeen: '2026-11-20 00:00:00',
            source: ['riskiq'],
          },
        ],
      },
    }),
    action('GetWHOIS', 'GET /whois', 'Get WHOIS', {
      status: 200,
      body: {
        domain: 'bad.example.net',
        registrar: 'Example Registrar',
        registered: '2026-01-01T00:00:00.000-08:00',
        expiresAt: '2027-01-01T00:00:00.000-08:00',
        contactEmail: 'registrant@example.net',
        nameServers: ['ns1.example.net'],
      },
    }),
    action('Account', 'GET /account', 'Get account', {
      status: 200,
      body: { username: 'soc@example.com', state: 'active', organization: 'Example' },
    }),
  ],
);

// --- HYAS -------------------------------------------------------------------------------------------------------

const attributions = [
  {
    actor_ipv4: '203.0.113.7',
    c2_ip: '203.0.113.8',
    c2_url: 'http://bad.example.net/gate',
    datetime: '2026-11-20T09:00:00Z',
    email: 'actor@example.net',
    email_domain: 'example.net',
    referrer_domain: 'example.net',
    referrer_ipv4: '203.0.113.9',
    referrer_url: 'http://example.net/',
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  },
] as const;
const places = [
  {
    datetime: '2026-11-20T09:00:00Z',
    ipv4: '203.0.113.7',
    latitude: 38.7,
    longitude: -9.1,
    wifi_bssid: '00:00:5e:00:53:01',
  },
] as const;
const dynamicNames = [
  {
    a_record: '203.0.113.7',
    account: 'actor',
    created: '2026-11-20T09:00:00Z',
    created_ip: '203.0.113.7',
    domain: 'bad.example.net',
    domain_creator_ip: '203.0.113.7',
    email: 'actor@example.net',
  },
] as const;
const resolutions = [
  {
    count: 4,
    domain: 'bad.example.net',
    ipv4: '203.0.113.7',
    first_seen: '2026-01-01T00:00:00Z',
    last_seen: '2026-11-20T09:00:00Z',
  },
] as const;
const registrations = [
  {
    domain: 'bad.example.net',
    email: ['actor@example.net'],
    name: [{ name: 'Actor' }],
    phone: [{ phone: '+351555000' }],
    registrar: 'Example Registrar',
    domain_created_datetime: '2026-01-01T00:00:00Z',
    domain_expires_datetime: '2027-01-01T00:00:00Z',
  },
] as const;

/** Path, name and example of the answer. */
const hyasLookups: readonly (readonly [path: string, id: string, summary: string, body: Json])[] = [
  ['/c2attribution/domain', 'DOMAIN_C2_ATTRIBUTION', 'C2 attribution for a domain', attributions],
  ['/c2attribution/email', 'EMAIL_C2_ATTRIBUTION', 'C2 attribution for an email address', attributions],
  ['/c2attribution/ip', 'IP_C2_ATTRIBUTION', 'C2 attribution for an IP address', attributions],
  ['/c2attribution/sha256', 'SHA256_C2_ATTRIBUTION', 'C2 attribution for a SHA-256', attributions],
  ['/device_geo', 'IPV4_DEVICE_GEO', 'Device Geo for an IPv4 address', places],
  ['/device_geo/ipv6', 'IPV6_DEVICE_GEO', 'Device Geo for an IPv6 address', places],
  ['/dynamicdns', 'IP_DYNAMIC_DNS', 'Dynamic DNS for an IP address', dynamicNames],
  ['/dynamicdns/email', 'EMAIL_DYNAMIC_DNS', 'Dynamic DNS for an email address', dynamicNames],
  ['/passivedns', 'DOMAIN_PASSIVE_DNS', 'Passive DNS for a domain', resolutions],
  ['/passivedns/ip', 'IP_PASSIVE_DNS', 'Passive DNS for an IP address', resolutions],
  ['/passivehash', 'DOMAIN_PASSIVE_HASH', 'Passive hash for a domain', [{ domain: 'bad.example.net', md5_count: 3 }]],
  [
    '/sinkhole',
    'SINKHOLE',
    'Sinkhole for an IP address',
    [
      {
        count: 2,
        country_name: 'Portugal',
        datetime: '2026-11-20T09:00:00Z',
        ipv4: '203.0.113.7',
        last_seen: '2026-11-20T09:00:00Z',
        organization_name: 'Example Net',
      },
    ],
  ],
  [
    '/ssl_certificate',
    'IP_SSL_CERTIFICATE',
    'TLS certificates for an IP address',
    {
      ssl_certs: [
        {
          ssl_cert: {
            issue_date: '2026-01-01T00:00:00Z',
            expire_date: '2027-01-01T00:00:00Z',
            issuer_commonName: 'Example CA',
            sha1: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
            subject_commonName: 'bad.example.net',
            subject_organizationName: 'Example',
          },
        },
      ],
    },
  ],
  ['/whois', 'CURRENT_WHOIS', 'Current WHOIS for a domain', { items: registrations }],
  ['/whois/domain', 'DOMAIN_WHOIS', 'WHOIS for a domain', registrations],
  ['/whois/email', 'EMAIL_WHOIS', 'WHOIS for an email address', registrations],
  ['/whois/phone', 'PHONE_WHOIS', 'WHOIS for a phone number', registrations],
];

const hyas = feed(
  'hyasinsight',
  'HYAS Insight',
  '#0F2B46',
  { endpoint: 'https://insight.hyas.com/api/ext', headers: { 'x-api-key': '{api_key}' } },
  hyasLookups.map(([path, id, summary, body]) => action(id, `POST ${path}`, summary, { status: 200, body })),
);

// --- Farsight ---------------------------------------------------------------------------------------------------

const names = {
  count: 12,
  time_first: 1767225600,
  time_last: 1795168800,
  rrname: 'bad.example.net.',
  rrtype: 'A',
} as const;

/** Answers of version 2 are lines of JSON; `obj` of each is what was found. */
function objectsOfLines(answer: ServiceAnswer): ServiceAnswer {
  const lines = listOfFile(answer).body;
  if (answer.status >= 300) return answer;
  const all =
    typeof lines === 'string'
      ? lines.split('\n').flatMap((line) => (line.trim() === '' ? [] : [jsonIn(line)]))
      : [lines ?? null];
  return {
    ...answer,
    body: all.flatMap((line) =>
      typeof line === 'object' && line !== null && 'obj' in line && line.obj !== undefined ? [line.obj] : [],
    ),
  };
}

const lookUp = {
  call: { answer: objectsOfLines, headers: () => ({ accept: 'application/x-ndjson' }) },
} as const satisfies Partial<Operation>;

const farsight = feed(
  'farsightdnsdb',
  'Farsight DNSDB',
  '#1F3C5C',
  { endpoint: 'https://openapi.dnsdb.info/dnsdb/v2', headers: { 'x-api-key': '{api_key}' } },
  [
    action(
      'RDATA',
      'GET /lookup/rdata/{type}/{value}/{rrtype}',
      'Look up by data',
      { status: 200, body: [{ ...names, rdata: '203.0.113.7' }] },
      lookUp,
    ),
    action(
      'RRSET',
      'GET /lookup/rrset/name/{value}/{rrtype}',
      'Look up by name',
      { status: 200, body: [{ ...names, bailiwick: 'example.net.', rdata: ['203.0.113.7'] }] },
      lookUp,
    ),
  ],
);

export const threatFeedConnectors: readonly Connector[] = [recordedFuture, riskIq, hyas, farsight];
