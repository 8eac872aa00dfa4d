/** Connectors that tell about addresses, files and names. Source: connectors reference 3.1, 3.6. */
import { action, type Connector, type Operation, secret, usualThrottle } from './connector.ts';
import { abuseIpDbOperations, greyNoiseOperations, virusTotalOperations } from './vendor-operations.data.ts';

const stats = { harmless: 60, malicious: 5, suspicious: 1, undetected: 10, timeout: 0 } as const;
const votes = { harmless: 1, malicious: 3 } as const;

const address = {
  data: {
    id: '203.0.113.7',
    type: 'ip_address',
    attributes: {
      asn: 64500,
      as_owner: 'Example Net',
      country: 'PT',
      continent: 'EU',
      network: '203.0.113.0/24',
      reputation: -5,
      total_votes: votes,
      last_analysis_stats: stats,
    },
  },
} as const;
const domain = {
  data: {
    id: 'bad.example.net',
    type: 'domain',
    attributes: { reputation: -5, total_votes: votes, last_analysis_stats: stats },
  },
} as const;
const page = {
  data: {
    id: 'aHR0cA',
    type: 'url',
    attributes: { title: 'x', url: 'http://bad.example.net/', reputation: -5, last_analysis_stats: stats },
  },
} as const;
const found = {
  data: {
    id: '9f86',
    type: 'file',
    attributes: { sha256: '9f86', names: ['a.exe'], reputation: -5, last_analysis_stats: stats },
  },
} as const;

/** The newer operations carry `connectorV2` in the path, which is no part of the service's. */
function virusTotalReport(
  id: string,
  kind: string,
  placeholder: string,
  summary: string,
  body: NonNullable<Operation['answer']['body']>,
): readonly Operation[] {
  const answer = { status: 200, body };
  return [
    action(id, `GET /api/v3/${kind}/{${placeholder}}`, summary, answer),
    action(`${id}_V2`, `GET /api/v3/${kind}/connectorV2/{${placeholder}}`, `${summary} (V2)`, answer, {
      call: { to: `GET /api/v3/${kind}/{${placeholder}}` },
    }),
  ];
}

export const intelligenceConnectors: readonly Connector[] = [
  {
    name: 'virustotal',
    displayName: 'VirusTotal',
    brandColor: '#394EFF',
    parameters: [secret('api_key', 'API key')],
    service: { kind: 'http', endpoint: 'https://www.virustotal.com', headers: { 'x-apikey': '{api_key}' }, open: true },
    throttle: usualThrottle,
    test: 'GET /api/v3/ip_addresses/8.8.8.8',
    operations: [
      ...virusTotalReport('VirusTotalGetIpScanV3', 'ip_addresses', 'ip', 'Get an IP report', address),
      ...virusTotalReport('VirusTotalGetDomainReport', 'domains', 'domain', 'Get a domain report', domain),
      ...virusTotalReport('VirusTotalGetUrlReport', 'urls', 'id', 'Get a URL report', page),
      ...virusTotalReport('VirusTotalRetrieveInfoaboutFile', 'files', 'id', 'Get a file report', found),
      action('VirusTotalRetrieveInfo', 'GET /api/v3/analyses/{id}', 'Get an analysis', {
        status: 200,
        body: { data: { attributes: { status: 'completed', stats } } },
      }),
      action('VirusTotalAnalysisurlV3', 'POST /api/v3/urls', 'Analyse a URL', {
        status: 200,
        body: { data: { id: 'u-1', type: 'analysis' } },
      }),
      ...virusTotalOperations,
    ],
  },
  {
    name: 'abuseipdb',
    displayName: 'AbuseIPDB',
    brandColor: '#D32F2F',
    parameters: [secret('api_key', 'API key')],
    service: {
      kind: 'http',
      endpoint: 'https://api.abuseipdb.com',
      headers: { key: '{api_key}', accept: 'application/json' },
      open: true,
    },
    throttle: usualThrottle,
    test: 'GET /api/v2/check?ipAddress=127.0.0.1',
    operations: [
      action('CheckIP', 'GET /api/v2/check', 'Check an IP address', {
        status: 200,
        body: {
          data: {
            ipAddress: '203.0.113.7',
            isPublic: true,
            abuseConfidenceScore: 100,
            countryCode: 'PT',
            usageType: 'Data Center',
            isp: 'Example Net',
            domain: 'example.net',
            totalReports: 12,
            lastReportedAt: '2026-11-20T09:00:00+00:00',
          },
        },
      }),
      action('ReportIP', 'POST /api/v2/report', 'Report an IP address', {
        status: 200,
        body: { data: { ipAddress: '203.0.113.7', abuseConfidenceScore: 52 } },
      }),
      action('GetBlacklist', 'GET /api/v2/blacklist', 'Get the blacklist', { status: 200, body: { data: [] } }),
      ...abuseIpDbOperations,
    ],
  },
  {
    name: 'greynoise',
    displayName: 'GreyNoise',
    brandColor: '#1B1B1B',
    parameters: [secret('api_key', 'API key')],
    service: {
      kind: 'http',
      endpoint: 'https://api.greynoise.io',
      headers: { key: '{api_key}', accept: 'application/json' },
      open: true,
    },
    throttle: usualThrottle,
    test: 'GET /ping',
    operations: [
      action('Community', 'GET /v3/community/{ip}', 'Look an address up (community)', {
        status: 200,
        body: {
          ip: '203.0.113.7',
          noise: true,
          riot: false,
          classification: 'malicious',
          name: 'unknown',
          link: 'https://viz.greynoise.io/ip/203.0.113.7',
          last_seen: '2026-11-20',
          message: 'Success',
        },
      }),
      action('NoiseContext', 'GET /v2/noise/context/{ip}', 'Get the context of an address', {
        status: 200,
        body: { ip: '203.0.113.7', seen: true, classification: 'malicious' },
      }),
      action('Riot', 'GET /v2/riot/{ip}', 'Whether an address is of a common service', {
        status: 200,
        body: { ip: '203.0.113.7', riot: false },
      }),
      ...greyNoiseOperations,
    ],
  },
];
