/** What a deployment would change, as `tocsin deploy --what-if` shows it. */
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonArray, type Json, memberOf, stringifyJson, textMember } from '#foundation';
import type { Client } from './client.ts';
import { RequestError } from './command.ts';
import { type FilePlace, refusalText } from './deployment-faults.ts';

const marks: Readonly<Record<string, string>> = {
  Create: '+',
  Delete: '-',
  Modify: '~',
  Deploy: '!',
  NoChange: '=',
  Ignore: '*',
  Unsupported: 'x',
};

export interface PreviewRequest {
  /** Id of the deployment. */
  readonly path: string;
  readonly text: string;
  readonly place: FilePlace;
  readonly query: Readonly<Record<string, string>>;
}

/** The changes. @throws RequestError when the template is refused. */
export async function changesOf(
  client: Client,
  { path, text, place, query }: PreviewRequest,
): Promise<readonly Json[]> {
  let answer = await client.exchange(`${path}/whatIf`, { method: 'POST', query, raw: text });
  const location = answer.headers.get('location');
  while (answer.status === 202 && location !== null) {
    const { pathname, search } = new URL(location);
    answer = await client.exchange(`${pathname}${search}`);
    if (answer.status === 202) await pause(200);
  }
  if (answer.status >= 400) throw new RequestError(refusalText(answer.body, place));
  const changes = memberOf(memberOf(answer.body, 'properties'), 'changes');
  return isJsonArray(changes) ? changes : [];
}

/** One line per resource, and below it what differs. */
export function changeLines(changes: readonly Json[]): readonly string[] {
  return changes.flatMap((change) => {
    const kind = textMember(change, 'changeType') ?? '';
    const reason = textMember(change, 'unsupportedReason');
    const head = `${marks[kind] ?? '?'} ${kind.padEnd(11)} ${textMember(change, 'resourceId') ?? ''}`;
    const delta = memberOf(change, 'delta');
    return [
      reason === undefined ? head : `${head}  ${reason}`,
      ...(isJsonArray(delta) ? delta.flatMap((one) => deltaLines(one, '    ', '')) : []),
    ];
  });
}

function deltaLines(delta: Json, indent: string, above: string): readonly string[] {
  const path = `${above}${textMember(delta, 'path') ?? ''}`;
  const children = memberOf(delta, 'children');
  if (isJsonArray(children)) return children.flatMap((one) => deltaLines(one, indent, `${path}.`));
  const mark = marks[textMember(delta, 'propertyChangeType') ?? ''] ?? '~';
  const side = (name: string): string => {
    const value = memberOf(delta, name);
    return value === undefined ? '' : shortened(stringifyJson(value));
  };
  const [before, after] = [side('before'), side('after')];
  return [`${indent}${mark} ${path}: ${[before, after].filter((one) => one !== '').join(' => ')}`];
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
