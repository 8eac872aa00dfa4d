/**
 * Detection alerts of Elastic Security: documents of the alerts index with dotted or nested names, search hits with `_source`
 * or `fields`, the early `signal` documents, and what webhooks carry of them.
 *
 * Owns: the mapping. Source: domain reference 21; the published schema of detection alerts.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf } from '#foundation';
import { at, scalarText, textAt } from '../members.ts';
import { namedSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, file, host, ip, process } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

function sourceOf(record: JsonObject): JsonObject {
  const inner = at(record, '_source') ?? at(record, 'fields');
  return isJsonObject(inner) ? inner : record;
}

/** A member by its dotted name, however much of the name is nested. */
function member(source: Json | undefined, name: string): Json | undefined {
  const whole = memberOf(source, name);
  if (whole !== undefined) return whole;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const outer = memberOf(source, name.slice(0, dot));
    const found = isJsonObject(outer) ? member(outer, name.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Texts of a member; search answers give every member as a list. */
function texts(source: JsonObject, name: string): readonly string[] {
  const found = member(source, name);
  return (isJsonArray(found) ? found : [found]).flatMap((item) => {
    const text = scalarText(item);
    return text === undefined || text.trim() === '' ? [] : [text];
  });
}

function text(source: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const [found] = texts(source, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An alert's member: today's name, then the one it had in `signal` documents. */
function alertText(source: JsonObject, name: string): string | undefined {
  return text(source, `kibana.alert.${name}`, `signal.${name}`);
}

function moment(source: JsonObject, ...names: readonly string[]) {
  return parseMoment(text(source, ...names));
}

/** Tactics of a rule: a list of threats, or the lists that search answers make of it. */
function tacticsOf(source: JsonObject): readonly string[] {
  return ['kibana.alert.rule', 'signal.rule'].flatMap((rule) => {
    const threats = member(source, `${rule}.threat`);
    const named = isJsonArray(threats) ? threats.flatMap((threat) => textAt(threat, 'tactic', 'name') ?? []) : [];
    return named.length > 0 ? named : texts(source, `${rule}.threat.tactic.name`);
  });
}

/** An alert without an id of its own is known by the id of its document. */
function nativeIdOf(record: JsonObject, source: JsonObject): string | undefined {
  return text(source, 'kibana.alert.uuid') ?? textAt(record, '_id') ?? text(source, 'signal.parent.id');
}

export const elastic: Format = {
  name: 'elastic',
  detect: (record) => {
    const source = sourceOf(record);
    if (text(source, 'kibana.alert.uuid', 'kibana.alert.rule.name') !== undefined) return true;
    return text(source, 'signal.rule.name') !== undefined;
  },
  convert: (record, context) => {
    const source = sourceOf(record);
    const title = alertText(source, 'rule.name');
    if (title === undefined) return missing('elastic', 'kibana.alert.rule.name');
    const nativeId = nativeIdOf(record, source);
    if (nativeId === undefined) return missing('elastic', 'kibana.alert.uuid');
    const severity =
      text(source, 'kibana.alert.severity', 'kibana.alert.rule.severity', 'signal.rule.severity') ?? 'low';
    const hostname = text(source, 'host.name', 'host.hostname');
    const cloud = text(source, 'cloud.account.id');
    const state = text(source, 'kibana.alert.workflow_status', 'signal.status')?.toLowerCase();
    const draft = {
      format: 'elastic',
      vendor: 'Elastic',
      product: 'Elastic Security',
      tool: 'Elastic',
      instance: text(source, 'kibana.space_ids') ?? 'default',
      nativeId,
      rule: alertText(source, 'rule.rule_id') ?? title,
      title,
      description: text(source, 'kibana.alert.reason', 'signal.reason') ?? alertText(source, 'rule.description'),
      severity: namedSeverity[severity.toLowerCase()] ?? 'Low',
      originalSeverity: severity,
      status: state === 'closed' ? ('Resolved' as const) : ('New' as const),
      tactics: tacticsOf(source),
      start: moment(source, 'kibana.alert.original_time', 'signal.original_time'),
      end: moment(source, '@timestamp'),
      generated: moment(source, 'kibana.alert.start') ?? moment(source, '@timestamp'),
      subject: hostname ?? cloud ?? 'elastic',
      compromisedEntity: hostname ?? cloud,
      entities: entitiesOf(source, hostname),
      remediation: ['kibana.alert.rule.note', 'signal.rule.note'].flatMap((name) => texts(source, name)),
      uri: text(source, 'kibana.alert.url'),
      correlationKey: text(source, 'kibana.alert.group.id', 'signal.group.id'),
    };
    return [alertOf(draft, source, context)];
  },
};

function entitiesOf(source: JsonObject, hostname: string | undefined) {
  return [
    ...host(hostname),
    ...account(text(source, 'user.name'), { NTDomain: text(source, 'user.domain') ?? null }),
    ...process(text(source, 'process.pid'), text(source, 'process.command_line'), text(source, 'process.executable')),
    ...ip(text(source, 'source.ip')),
    ...ip(text(source, 'destination.ip')),
    ...file(text(source, 'file.path')),
  ];
}
