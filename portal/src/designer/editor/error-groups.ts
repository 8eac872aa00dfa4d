/** Everything that is wrong, in the groups that people look for. Source: portal reference 5.11. */
import type { Path } from '../core/document.ts';
import { problemText } from '../core/problem.ts';
import type { Finding } from '../core/validate.ts';
import type { EditorState } from './session.ts';

export const groupNames = [
  'Flow structure errors',
  'Parameter errors',
  'Setting errors',
  'Connection errors',
  'Workflow parameter errors',
] as const;

export type GroupName = (typeof groupNames)[number];

export interface Entry {
  readonly text: string;
  readonly path: Path | undefined;
  readonly severity: 'error' | 'warning';
  readonly group: GroupName;
  /** The tab of the step's panel that has the field. */
  readonly tab: 'parameters' | 'settings' | 'runAfter';
}

/** Members of a step that its settings show. */
const settings =
  /^(?:runtimeconfiguration|operationoptions|limit|trackedproperties|spliton|splitonconfiguration|correlation|conditions|retrypolicy)$/i;

export function entriesOf({ findings, graph }: Pick<EditorState, 'findings' | 'graph'>): readonly Entry[] {
  const structure = graph.problems.map((problem): Entry => {
    const tab = problem.code.startsWith('RunAfter') ? 'runAfter' : 'parameters';
    return {
      text: problemText(problem),
      path: problem.path,
      severity: problem.severity,
      group: 'Flow structure errors',
      tab,
    };
  });
  const judged = findings.map(entryOf);
  // What both the drawing and the server's judgement find is said once.
  const isJudged = (one: Entry): boolean =>
    judged.some(({ path, tab, group }) => path === one.path && tab === one.tab && group === one.group);
  return [...structure.filter((one) => !isJudged(one)), ...judged];
}

function entryOf({ code, message, path, severity, at }: Finding): Entry {
  const group = groupOf(code, path, at);
  const tab = isSetting(at) ? 'settings' : /^runafter$/i.test(at[0] ?? '') ? 'runAfter' : 'parameters';
  return { text: message, path, severity, group, tab };
}

const isSetting = (at: readonly string[]): boolean => at.slice(0, 2).some((name) => settings.test(name));

function groupOf(code: string, path: Path | undefined, at: readonly string[]): GroupName {
  if (code === 'ApiConnectionNotFound') return 'Connection errors';
  if (path === undefined) return at[0] === 'parameters' ? 'Workflow parameter errors' : 'Flow structure errors';
  if (at.length === 0 || /^(?:runafter|actions|else|default|cases|type|kind)$/i.test(at[0] ?? ''))
    return 'Flow structure errors';
  return isSetting(at) ? 'Setting errors' : 'Parameter errors';
}
