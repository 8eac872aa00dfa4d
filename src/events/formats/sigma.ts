/**
 * Matches of Sigma rules: the rule beside the log record it matched.
 *
 * Owns: the mapping. There is no standard for a match; the shape taken is `{rule, match}`.
 * Source: domain reference 21; the published Sigma rule format.
 */
import { isJsonObject, type JsonObject } from '#foundation';
import { at, textAt, textsAt } from '../members.ts';
import { namedSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, file, host, process } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

export const sigma: Format = {
  name: 'sigma',
  detect: (record) =>
    textAt(record, 'rule', 'title') !== undefined &&
    (at(record, 'rule', 'logsource') !== undefined || at(record, 'rule', 'level') !== undefined) &&
    (at(record, 'match') !== undefined || at(record, 'event') !== undefined),
  convert: (record, context) => {
    const title = textAt(record, 'rule', 'title');
    if (title === undefined) return missing('sigma', 'rule.title');
    const found = at(record, 'match') ?? at(record, 'event');
    if (!isJsonObject(found)) return missing('sigma', 'match');
    const rule = textAt(record, 'rule', 'id') ?? title;
    const level = textAt(record, 'rule', 'level') ?? 'medium';
    const hostname = textAt(found, 'Computer') ?? textAt(found, 'host', 'name') ?? textAt(found, 'hostname');
    const time = parseMoment(at(found, 'timestamp') ?? at(found, '@timestamp') ?? at(found, 'TimeCreated'));
    const draft = {
      format: 'sigma',
      vendor: 'Sigma',
      product: 'Sigma',
      tool: 'Sigma',
      instance: hostname ?? '',
      nativeId: JSON.stringify([rule, hostname ?? '', recordId(found)]),
      rule,
      title,
      description: textAt(record, 'rule', 'description') ?? textAt(found, 'CommandLine') ?? title,
      severity: namedSeverity[level.toLowerCase()] ?? 'Low',
      originalSeverity: level,
      tactics: textsAt(record, 'rule', 'tags').flatMap((tag) =>
        tag.startsWith('attack.') ? [tag.slice('attack.'.length)] : [],
      ),
      start: time,
      end: time,
      generated: time,
      subject: hostname ?? 'sigma',
      compromisedEntity: hostname,
      entities: [
        ...host(hostname),
        ...accountOf(textAt(found, 'User')),
        ...process(textAt(found, 'ProcessId'), textAt(found, 'CommandLine'), textAt(found, 'Image')),
        ...file(textAt(found, 'TargetFilename')),
      ],
    };
    return [alertOf(draft, { ...found, rule: at(record, 'rule') ?? null }, context)];
  },
};

/** What tells records of one host apart: the log's own number, else time and content. */
function recordId(found: JsonObject): string {
  const given = textAt(found, 'EventRecordID') ?? textAt(found, 'record_id') ?? textAt(found, '_id');
  return given ?? JSON.stringify(found);
}

function accountOf(user: string | undefined) {
  const at = user?.indexOf('\\') ?? -1;
  if (user === undefined || at < 0) return account(user);
  return account(user.slice(at + 1), { NTDomain: user.slice(0, at) });
}
