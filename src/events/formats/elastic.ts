/**
 * Detection alerts of Elastic Security, bare or as search hits.
 *
 * Owns: the mapping. Source: domain reference 21.
 */
import { isJsonObject, type Json, type JsonObject, setMember } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { namedSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, file, host, ip, process } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

/** The alert's source with nested `kibana` objects written as dotted names, as the index answers either. */
function sourceOf(record: JsonObject): JsonObject {
  const inner = at(record, '_source');
  const source = isJsonObject(inner) ? inner : record;
  const { kibana } = source;
  if (!isJsonObject(kibana)) return source;
  const flat: { [name: string]: Json } = { ...source };
  const walk = (value: JsonObject, path: string, depth: number): void => {
    for (const [name, member] of Object.entries(value)) {
      const dotted = `${path}.${name}`;
      if (isJsonObject(member) && depth < 6) walk(member, dotted, depth + 1);
      else setMember(flat, dotted, member);
    }
  };
  walk(kibana, 'kibana', 0);
  return flat;
}

export const elastic: Format = {
  name: 'elastic',
  detect: (record) => {
    const source = sourceOf(record);
    return textAt(source, 'kibana.alert.uuid') !== undefined || textAt(source, 'kibana.alert.rule.name') !== undefined;
  },
  convert: (record, context) => {
    const source = sourceOf(record);
    const title = textAt(source, 'kibana.alert.rule.name');
    if (title === undefined) return missing('elastic', 'kibana.alert.rule.name');
    const nativeId = textAt(source, 'kibana.alert.uuid') ?? textAt(record, '_id');
    if (nativeId === undefined) return missing('elastic', 'kibana.alert.uuid');
    const severity = textAt(source, 'kibana.alert.severity') ?? 'low';
    const hostname = textAt(source, 'host', 'name');
    const cloud = textAt(source, 'cloud', 'account', 'id');
    const draft = {
      format: 'elastic',
      vendor: 'Elastic',
      product: 'Elastic Security',
      tool: 'Elastic',
      instance: textsAt(source, 'kibana.space_ids')[0] ?? 'default',
      nativeId,
      rule: textAt(source, 'kibana.alert.rule.rule_id') ?? title,
      title,
      description: textAt(source, 'kibana.alert.reason') ?? textAt(source, 'kibana.alert.rule.description'),
      severity: namedSeverity[severity.toLowerCase()] ?? 'Low',
      originalSeverity: severity,
      status: textAt(source, 'kibana.alert.workflow_status') === 'closed' ? ('Resolved' as const) : ('New' as const),
      tactics: objectsAt(source, 'kibana.alert.rule.threat').flatMap((threat) => textsAt(threat, 'tactic', 'name')),
      start: parseMoment(at(source, 'kibana.alert.original_time')),
      end: parseMoment(at(source, '@timestamp')),
      generated: parseMoment(at(source, 'kibana.alert.start')) ?? parseMoment(at(source, '@timestamp')),
      subject: hostname ?? cloud ?? 'elastic',
      compromisedEntity: hostname ?? cloud,
      entities: [
        ...host(hostname),
        ...account(textAt(source, 'user', 'name'), { NTDomain: textAt(source, 'user', 'domain') ?? null }),
        ...process(
          textAt(source, 'process', 'pid'),
          textAt(source, 'process', 'command_line'),
          textAt(source, 'process', 'executable'),
        ),
        ...ip(textAt(source, 'source', 'ip')),
        ...ip(textAt(source, 'destination', 'ip')),
        ...file(textAt(source, 'file', 'path')),
      ],
      remediation: textsAt(source, 'kibana.alert.rule.note'),
      uri: textAt(source, 'kibana.alert.url'),
      correlationKey: textAt(source, 'kibana.alert.group.id'),
    };
    return [alertOf(draft, source, context)];
  },
};
