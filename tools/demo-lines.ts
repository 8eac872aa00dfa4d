/** Lines as four detectors write them, told apart by a number: what the demonstration appends to their logs. */

const at = (number: number): Date => new Date(Date.UTC(2026, 0, 1) + number * 1_000);

export function falcoLine(number: number): string {
  return JSON.stringify({
    hostname: `node-${number % 5}`,
    output: `Notice A shell was spawned in a container (command=bash -c ${number})`,
    output_fields: {
      'container.id': 'a1b2c3d4e5f6',
      'container.name': 'web',
      'evt.time': 1_767_225_600_000_000,
      'k8s.ns.name': 'shop',
      'k8s.pod.name': `web-${number % 7}`,
      'proc.cmdline': `bash -c ${number}`,
      'user.name': 'root',
    },
    priority: 'Notice',
    rule: 'Terminal shell in container',
    source: 'syscall',
    tags: ['container', 'mitre_execution', 'shell'],
    time: at(number).toISOString().replace('Z', '000000Z'),
    uuid: `11111111-2222-4333-8444-${String(number).padStart(12, '0')}`,
  });
}

/** Every third line is a flow, which is no event. */
export function suricataLine(number: number): string {
  const common = {
    timestamp: at(number).toISOString().replace('Z', '000+0000'),
    flow_id: 1_400_000_000_000_000 + number,
    in_iface: 'eth0',
    src_ip: '198.51.100.7',
    src_port: 40_000 + (number % 20_000),
    dest_ip: '192.0.2.10',
    dest_port: 80,
    proto: 'TCP',
  };
  if (number % 3 === 2) return JSON.stringify({ ...common, event_type: 'flow', flow: { pkts_toserver: 4 } });
  const alert = {
    action: 'allowed',
    gid: 1,
    signature_id: 2_024_364,
    rev: 3,
    signature: 'SCAN Possible scanner user agent',
    category: 'Web Application Attack',
    severity: 1,
  };
  return JSON.stringify({ ...common, event_type: 'alert', alert, app_proto: 'http' });
}

export function wazuhLine(number: number): string {
  return JSON.stringify({
    timestamp: at(number).toISOString().replace('Z', '+0000'),
    rule: {
      level: 10,
      description: 'sshd: brute force trying to get access to the system.',
      id: '5763',
      mitre: { id: ['T1110'], tactic: ['Credential Access'], technique: ['Brute Force'] },
    },
    agent: { id: '003', name: 'bastion-1', ip: '192.0.2.3' },
    manager: { name: 'wazuh-manager' },
    id: `${at(number).getTime() / 1_000}.${number}`,
    full_log: `sshd[${number}]: Failed password for root from 198.51.100.9 port 52000 ssh2`,
    data: { srcip: '198.51.100.9', dstuser: 'root' },
    location: '/var/log/auth.log',
  });
}

export function prowlerLine(number: number): string {
  return JSON.stringify({
    message: 'The bucket can be read by everyone.',
    metadata: { event_code: 's3_bucket_public_access', product: { name: 'Prowler', vendor_name: 'Prowler' } },
    severity_id: 4,
    severity: 'High',
    status: 'New',
    status_code: 'FAIL',
    status_detail: `Bucket bucket-${number} can be read by everyone.`,
    status_id: 1,
    finding_info: {
      title: 'Buckets should not be public',
      desc: 'Public buckets leak data.',
      uid: `finding-${number}`,
    },
    resources: [{ name: `bucket-${number}`, type: 'AwsS3Bucket', uid: `arn:aws:s3:::bucket-${number}` }],
    category_uid: 2,
    class_uid: 2004,
    cloud: { provider: 'aws', account: { uid: '123456789012' }, region: 'eu-central-1' },
    remediation: { desc: 'Block public access.', references: [] },
    time: Math.floor(at(number).getTime() / 1_000),
    unmapped: { categories: ['internet-exposed'] },
  });
}
