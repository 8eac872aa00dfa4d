/**
 * Wazuh's alerts: lines of `alerts.json`, bodies of its integrations, documents of its indexer.
 *
 * Owns: the mapping. Source: domain reference 21.
 */
import { isJsonObject, type JsonObject } from '#foundation';
import { at, textAt, textsAt } from '../members.ts';
import { namedSeverity, wazuhSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, type Entity, entity, file, host, ip, process } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

export const wazuh: Format = {
  name: 'wazuh',
  detect: (record) => isAlert(alertIn(record)),
  convert: (given, context) => {
    const record = alertIn(given);
    const rule = textAt(record, 'rule', 'id');
    const level = textAt(record, 'rule', 'level');
    if (rule === undefined) return missing('wazuh', 'rule.id');
    if (level === undefined || !/^\d+$/.test(level)) return missing('wazuh', 'rule.level');
    const time = parseMoment(at(record, 'timestamp'));
    const agent = textAt(record, 'agent', 'name');
    const stated = textAt(record, 'data', 'vulnerability', 'severity')?.toLowerCase();
    const title = textAt(record, 'rule', 'description') ?? `Wazuh rule ${rule}`;
    const manager = textAt(record, 'manager', 'name') ?? '';
    const draft = {
      format: 'wazuh',
      vendor: 'Wazuh',
      product: 'Wazuh',
      tool: 'Wazuh',
      instance: manager,
      nativeId: textAt(record, 'id') ?? `${rule}/${agent ?? ''}/${textAt(record, 'timestamp') ?? ''}`,
      rule,
      title,
      description: textAt(record, 'full_log') ?? title,
      severity: (stated === undefined ? undefined : namedSeverity[stated]) ?? wazuhSeverity(Number(level)),
      originalSeverity: stated === undefined ? level : (textAt(record, 'data', 'vulnerability', 'severity') as string),
      tactics: textsAt(record, 'rule', 'mitre', 'tactic'),
      start: time,
      end: time,
      generated: time,
      subject: agent ?? (manager === '' ? 'wazuh' : manager),
      compromisedEntity: agent,
      entities: [
        ...host(agent, { OMSAgentID: textAt(record, 'agent', 'id') ?? null }),
        ...ip(textAt(record, 'agent', 'ip')),
        ...ip(textAt(record, 'data', 'srcip')),
        ...ip(textAt(record, 'data', 'dstip')),
        ...account(textAt(record, 'data', 'dstuser')),
        ...account(textAt(record, 'data', 'srcuser')),
        ...windowsEntities(record),
        ...process(undefined, textAt(record, 'data', 'audit', 'command'), textAt(record, 'data', 'audit', 'exe')),
        ...file(textAt(record, 'syscheck', 'path')),
        ...hash(textAt(record, 'syscheck', 'sha256_after')),
        ...entity('url', textAt(record, 'data', 'url'), (Url) => ({ Url })),
      ],
    };
    return [alertOf(draft, record, context)];
  },
};

/** The alert itself: an integration carries it in `all_fields`, the indexer in `_source`. */
function alertIn(record: JsonObject): JsonObject {
  const inner = at(record, 'all_fields') ?? at(record, '_source');
  return isJsonObject(inner) && isAlert(inner) ? inner : record;
}

function isAlert(record: JsonObject): boolean {
  return (
    textAt(record, 'rule', 'level') !== undefined &&
    textAt(record, 'rule', 'id') !== undefined &&
    (at(record, 'manager') !== undefined || at(record, 'agent') !== undefined)
  );
}

/** What events of Windows name, in the channel's own words. */
function windowsEntities(record: JsonObject): readonly Entity[] {
  const data = at(record, 'data', 'win', 'eventdata');
  const address = textAt(data, 'ipAddress') ?? textAt(data, 'destinationIp');
  return [
    ...account(textAt(data, 'targetUserName') ?? textAt(data, 'user'), {
      NTDomain: textAt(data, 'targetDomainName') ?? null,
    }),
    ...ip(address === '-' ? undefined : address),
    ...process(textAt(data, 'processId'), textAt(data, 'commandLine'), textAt(data, 'image')),
  ];
}

function hash(value: string | undefined): readonly Entity[] {
  return entity('filehash', value, (Value) => ({ Value, Algorithm: 'SHA256' }));
}
