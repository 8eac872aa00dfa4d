/**
 * Wazuh's `alerts.json` lines.
 *
 * Owns: the mapping. Source: domain reference 21.
 */
import { at, textAt, textsAt } from '../members.ts';
import { namedSeverity, wazuhSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, entity, file, host, ip } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

export const wazuh: Format = {
  name: 'wazuh',
  detect: (record) =>
    textAt(record, 'rule', 'level') !== undefined &&
    textAt(record, 'rule', 'id') !== undefined &&
    (at(record, 'manager') !== undefined || at(record, 'agent') !== undefined),
  convert: (record, context) => {
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
        ...ip(textAt(record, 'data', 'srcip')),
        ...ip(textAt(record, 'data', 'dstip')),
        ...account(textAt(record, 'data', 'dstuser')),
        ...account(textAt(record, 'data', 'srcuser')),
        ...file(textAt(record, 'syscheck', 'path')),
        ...entity('url', textAt(record, 'data', 'url'), (Url) => ({ Url })),
      ],
    };
    return [alertOf(draft, record, context)];
  },
};
