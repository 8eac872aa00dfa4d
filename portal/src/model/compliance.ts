/**
 * Regulatory compliance as pages show it: shares of states, the tree of a standard.
 *
 * Owns: order, filters, sums in words. Does not own: where the values come from (`data/compliance.ts`).
 * Source: portal reference 3.4; management API reference 5.5.
 */
import type { Look } from './status.ts';

export const complianceStates = ['Failed', 'Passed', 'Skipped', 'Unsupported'] as const;
export type ComplianceState = (typeof complianceStates)[number];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unsupported: number;
}

export interface Standard {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly state: string;
  /** Controls by their states. */
  readonly controls: Counts;
}

export interface ControlAssessment {
  readonly id: string;
  /** Key of the recommendation that it is about. */
  readonly name: string;
  readonly control: string;
  readonly state: string;
  readonly description: string;
  /** Resources by their states. */
  readonly resources: Counts;
  /** Id or path of the recommendation. */
  readonly link: string | undefined;
}

export interface Control {
  readonly name: string;
  readonly state: string;
  readonly description: string;
  readonly assessments: readonly ControlAssessment[];
}

export const countsTotal = ({ passed, failed, skipped, unsupported }: Counts): number =>
  passed + failed + skipped + unsupported;

/** `12 of 40 passed controls`. */
export const passedText = (counts: Counts, noun = 'controls'): string =>
  `${counts.passed} of ${countsTotal(counts)} passed ${noun}`;

export interface Share {
  readonly state: ComplianceState;
  readonly look: Look;
  readonly count: number;
}

/** What a bar shows, worst first; states that nothing is in are left out. */
export function sharesOf({ passed, failed, skipped, unsupported }: Counts): readonly Share[] {
  const all: readonly Share[] = [
    { state: 'Failed', look: 'high', count: failed },
    { state: 'Passed', look: 'good', count: passed },
    { state: 'Skipped', look: 'waiting', count: skipped },
    { state: 'Unsupported', look: 'muted', count: unsupported },
  ];
  return all.filter(({ count }) => count > 0);
}

const byNumber = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** `1.2` comes before `1.10`. */
export const inOrder = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  items.toSorted((left, right) => byNumber.compare(left.name, right.name));

/** Controls with what is assessed for them, in order, of the wanted states and with the wanted words. */
export function treeOf(
  controls: readonly Omit<Control, 'assessments'>[],
  assessments: readonly ControlAssessment[],
  wanted: { readonly states: readonly string[]; readonly text: string },
): readonly Control[] {
  const text = wanted.text.trim().toLowerCase();
  const says = (...texts: readonly string[]): boolean => texts.join('\n').toLowerCase().includes(text);
  return inOrder(controls).flatMap((control) => {
    const own = assessments.filter((each) => each.control.toLowerCase() === control.name.toLowerCase());
    const isNamed = says(control.name, control.description);
    const shown = own.filter((each) => isNamed || says(each.name, each.description));
    if (!wanted.states.includes(control.state) || (!isNamed && shown.length === 0)) return [];
    return [{ ...control, assessments: shown }];
  });
}
