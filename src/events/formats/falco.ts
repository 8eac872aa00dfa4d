/**
 * Falco's JSON output: one alert per rule that fired.
 *
 * Owns: the mapping. Source: domain reference 21; Falco's published output fields.
 */
import { isJsonObject, type JsonObject } from '#foundation';
import { at, textAt, textsAt } from '../members.ts';
import { falcoSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, type Entity, entity, file, host, ip, process } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

export const falco: Format = {
  name: 'falco',
  detect: (record) =>
    textAt(record, 'rule') !== undefined &&
    textAt(record, 'priority') !== undefined &&
    (at(record, 'output') !== undefined || isJsonObject(at(record, 'output_fields'))),
  convert: (record, context) => {
    const rule = textAt(record, 'rule');
    const priority = textAt(record, 'priority');
    if (rule === undefined) return missing('falco', 'rule');
    if (priority === undefined) return missing('falco', 'priority');
    if (textAt(record, 'source') === 'internal') return [];
    const fields = at(record, 'output_fields');
    const output = isJsonObject(fields) ? fields : {};
    const hostname = textAt(record, 'hostname');
    const pod = textAt(output, 'k8s.pod.name') ?? textAt(output, 'ka.target.name');
    const container = textAt(output, 'container.name') ?? textAt(output, 'container.id');
    const time = parseMoment(at(record, 'time'));
    const where = [
      textAt(output, 'k8s.ns.name') ?? textAt(output, 'ka.target.namespace'),
      pod ?? container ?? hostname,
    ].filter((part) => part !== undefined);
    const draft = {
      format: 'falco',
      vendor: 'Falco',
      product: 'Falco',
      tool: 'Falco',
      instance: hostname ?? '',
      nativeId:
        textAt(record, 'uuid') ??
        JSON.stringify([rule, textAt(record, 'time') ?? '', hostname ?? '', textAt(record, 'output') ?? '']),
      rule,
      title: rule,
      description: textAt(record, 'output'),
      severity: falcoSeverity[priority.toLowerCase()] ?? 'Low',
      originalSeverity: priority,
      tactics: textsAt(record, 'tags').flatMap((tag) => (tag.startsWith('mitre_') ? [tag.slice('mitre_'.length)] : [])),
      start: time,
      end: time,
      generated: time,
      subject: where.length === 0 ? 'falco' : where.join('/'),
      compromisedEntity: pod ?? container ?? hostname,
      entities: entitiesOf(output, hostname),
    };
    return [alertOf(draft, { ...withoutFields(record), ...output }, context)];
  },
};

/** The record without the parts that are shown on their own. */
function withoutFields(record: JsonObject): JsonObject {
  const { output_fields: _fields, output: _output, ...rest } = record;
  return rest;
}

function entitiesOf(output: JsonObject, hostname: string | undefined): readonly Entity[] {
  const repository = textAt(output, 'container.image.repository');
  const tag = textAt(output, 'container.image.tag');
  return [
    ...host(hostname),
    ...entity('container', textAt(output, 'container.id'), (ContainerId) => ({
      ContainerId,
      Name: textAt(output, 'container.name') ?? null,
    })),
    ...entity('container-image', repository, (name) => ({ ImageId: tag === undefined ? name : `${name}:${tag}` })),
    ...entity('K8s-namespace', textAt(output, 'k8s.ns.name') ?? textAt(output, 'ka.target.namespace'), (Name) => ({
      Name,
    })),
    ...entity('K8s-pod', textAt(output, 'k8s.pod.name'), (Name) => ({ Name })),
    ...process(textAt(output, 'proc.pid'), textAt(output, 'proc.cmdline'), textAt(output, 'proc.exepath')),
    ...account(textAt(output, 'user.name') ?? textAt(output, 'ka.user.name')),
    ...file(textAt(output, 'fd.name')?.startsWith('/') === true ? textAt(output, 'fd.name') : undefined),
    ...ip(textAt(output, 'fd.sip')),
    ...ip(textAt(output, 'fd.cip')),
  ];
}
