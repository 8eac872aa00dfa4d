/**
 * Suricata's EVE records; only those of type `alert` are events.
 *
 * Owns: the mapping. Source: domain reference 21.
 */
import type { JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { suricataSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { alertOf, entity, file, ip } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

export const suricata: Format = {
  name: 'suricata',
  detect: (record) =>
    textAt(record, 'event_type') !== undefined &&
    textAt(record, 'timestamp') !== undefined &&
    ['flow_id', 'alert', 'stats', 'engine', 'drop', 'in_iface'].some((name) => at(record, name) !== undefined),
  convert: (record, context) => {
    const type = textAt(record, 'event_type');
    if (type === undefined) return missing('suricata', 'event_type');
    if (type !== 'alert') return [];
    const signature = textAt(record, 'alert', 'signature');
    if (signature === undefined) return missing('suricata', 'alert.signature');
    const time = parseMoment(at(record, 'timestamp'));
    const rule = `${textAt(record, 'alert', 'gid') ?? '1'}:${textAt(record, 'alert', 'signature_id') ?? '0'}`;
    const sensor = textAt(record, 'host') ?? textAt(record, 'in_iface') ?? '';
    const level = textAt(record, 'alert', 'severity') ?? '';
    const destination = textAt(record, 'dest_ip');
    const draft = {
      format: 'suricata',
      vendor: 'OISF',
      product: 'Suricata',
      tool: 'Suricata',
      instance: sensor,
      nativeId: JSON.stringify([sensor, textAt(record, 'flow_id') ?? '', rule, textAt(record, 'timestamp') ?? '']),
      rule,
      title: signature,
      description: `${signature}: ${fiveTuple(record)}`,
      severity: suricataSeverity[level] ?? 'Low',
      originalSeverity: level,
      tactics: ['mitre_tactic_id', 'mitre_tactic_name'].flatMap((name) => textsAt(record, 'alert', 'metadata', name)),
      start: parseMoment(at(record, 'flow', 'start')) ?? time,
      end: time,
      generated: time,
      subject: destination ?? sensor,
      compromisedEntity: destination,
      entities: [
        ...ip(textAt(record, 'src_ip')),
        ...ip(destination),
        ...entity('dns', domainOf(record), (DomainName) => ({
          DomainName,
        })),
        ...entity('url', urlOf(record), (Url) => ({ Url })),
        ...file(textAt(record, 'fileinfo', 'filename')),
        ...objectsAt(record, 'files').flatMap((each) => file(textAt(each, 'filename'))),
      ],
      correlationKey: textAt(record, 'community_id') ?? textAt(record, 'flow_id'),
    };
    return [alertOf(draft, record, context)];
  },
};

function fiveTuple(record: JsonObject): string {
  const end = (address: string, port: string): string =>
    `${textAt(record, address) ?? '?'} port ${textAt(record, port) ?? '?'}`;
  const action = textAt(record, 'alert', 'action');
  const done = action === undefined ? '' : `, ${action}`;
  return `${textAt(record, 'proto') ?? 'IP'} from ${end('src_ip', 'src_port')} to ${end('dest_ip', 'dest_port')}${done}`;
}

function domainOf(record: JsonObject): string | undefined {
  const [query] = objectsAt(record, 'dns', 'query');
  return (
    textAt(record, 'http', 'hostname') ??
    textAt(record, 'tls', 'sni') ??
    textAt(query, 'rrname') ??
    textAt(record, 'dns', 'rrname')
  );
}

function urlOf(record: JsonObject): string | undefined {
  const hostname = textAt(record, 'http', 'hostname');
  const path = textAt(record, 'http', 'url');
  if (hostname === undefined || path === undefined) return undefined;
  return path.startsWith('/') ? `http://${hostname}${path}` : path;
}
