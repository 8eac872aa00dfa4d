/**
 * Why a published template ended as it did: through its own logic, as it was published, or through us.
 *
 * Owns: the judgement. Does not own: playing a template (`play.ts`), what people found on reading one (`reviewed.data.ts`).
 *
 * Invariants
 * J1. What no rule explains is ours: a failure is never called the playbook's own because nobody looked.
 */
import type { Failure, Played, PlayedRun } from './play.ts';
import type { PublishedTemplate } from './published.ts';
import { reviewed } from './reviewed.data.ts';

/** `refused`: not deployable as it was published. `own`: a run failed by the playbook's own logic. `ours`: by us. */
export type Outcome = 'succeeded' | 'own' | 'refused' | 'ours';

export interface Judgement {
  readonly file: string;
  readonly deployed: boolean;
  /** How many triggers there are, and how many started a run. */
  readonly triggers: number;
  readonly fired: number;
  readonly outcome: Outcome;
  /** Empty for `succeeded`. */
  readonly cause: string;
}

export function judge(template: PublishedTemplate, played: Played): Judgement {
  const { file } = template;
  const count = {
    triggers: played.runs.length,
    fired: played.runs.filter(({ notFired }) => notFired === undefined).length,
  };
  if (played.refusal !== undefined) {
    return { file, deployed: false, ...count, ...judgeRefusal(template, played.refusal) };
  }
  const verdicts = played.runs.map((run) => judgeRun(file, run));
  const worst = verdicts.find(({ outcome }) => outcome === 'ours') ?? verdicts.find(({ outcome }) => outcome === 'own');
  return { file, deployed: true, ...count, ...(worst ?? { outcome: 'succeeded', cause: '' }) };
}

type Verdict = Pick<Judgement, 'outcome' | 'cause'>;

const reviewOf = (file: string, text: string): string | undefined =>
  reviewed.find((one) => file.endsWith(one.file) && text.includes(one.says))?.because;

function judgeRefusal({ file, broken }: PublishedTemplate, refusal: string): Verdict {
  if (/<[^<>']+>/.test(refusal))
    return { outcome: 'refused', cause: 'a placeholder of the template was left in a name' };
  if (broken.length > 0) return { outcome: 'refused', cause: `as published: ${broken.join(', ')}` };
  const because = reviewOf(file, refusal);
  if (because !== undefined) return { outcome: 'refused', cause: because };
  return { outcome: 'ours', cause: refusal };
}

function judgeRun(file: string, run: PlayedRun): Verdict {
  if (run.notFired !== undefined) {
    const because = reviewOf(file, run.notFired);
    return because === undefined ? { outcome: 'ours', cause: run.notFired } : { outcome: 'own', cause: because };
  }
  if (run.status === 'Succeeded') return { outcome: 'succeeded', cause: '' };
  if (run.status === 'Running') return { outcome: 'ours', cause: 'the run does not end' };
  const causes = run.failures.map((failure) => ({ failure, because: ownCause(file, failure) }));
  const unexplained = causes.find(({ because }) => because === undefined);
  if (unexplained !== undefined) return { outcome: 'ours', cause: lineOf(unexplained.failure) };
  const [first] = causes;
  return { outcome: 'own', cause: first?.because ?? `ended by Terminate: ${run.error ?? run.status ?? ''}` };
}

const lineOf = ({ action, code, message }: Failure): string => `${action}: ${code}: ${message.slice(0, 200)}`;

/** Failures that are the playbook's own, whoever runs it. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/property '[^']+' doesn't exist, available properties.*/, 'it reads a member that is not there'],
  [
    /"code":"(ResourceNotFound|ResourceGroupNotFound|NotFound)"/,
    'it asks for a resource that the estate does not have',
  ],
  [/"code":"AuthenticationFailed"/, 'it calls the resource manager without authentication'],
  [/"code":"InvalidSubscriptionId"|URI 'https:\/\/Enter/, 'a placeholder of the template was left in an address'],
  [/The API connection '' could not be found/, 'its connection was published without an id'],
];

function ownCause(file: string, failure: Failure): string | undefined {
  const review = reviewOf(file, `${failure.action} ${failure.message}`);
  if (review !== undefined) return review;
  if (!failure.message.includes("parameters('$connections')") && failure.type === 'InvalidTemplate') return undefined;
  return rules.find(([pattern]) => pattern.test(failure.message))?.[1];
}

/** A group of published templates, and how many of them ended without a failure of ours. */
export interface Share {
  readonly group: string;
  readonly templates: number;
  readonly explained: number;
  /** Of `explained` in `templates`. */
  readonly percent: number;
}

/** Playbooks of Defender for Cloud, and all others. */
export function shares(judgements: readonly Judgement[]): readonly Share[] {
  const isDefender = ({ file }: Judgement): boolean => file.startsWith('defender-for-cloud/');
  const groups = [
    ['Defender for Cloud', judgements.filter(isDefender)],
    ['others', judgements.filter((one) => !isDefender(one))],
  ] as const;
  return groups
    .filter(([, list]) => list.length > 0)
    .map(([group, list]) => {
      const explained = list.filter(({ outcome }) => outcome !== 'ours').length;
      return { group, templates: list.length, explained, percent: (100 * explained) / list.length };
    });
}
