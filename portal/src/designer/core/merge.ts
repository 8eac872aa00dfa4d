/**
 * Two changes of one text brought together.
 *
 * Invariant
 * M1. Only where each of the two touched other members: a member that both changed, or one changed and the other took away, is a
 *     conflict, and then there is no answer.
 */
import { apply, type Doc, parse } from './document.ts';
import { type Json, memberOf } from './json-tree.ts';
import { type JsonData, says, valueOf } from './json-value.ts';
import { changeValue } from './text-edits.ts';

/** My text with their changes; undefined when the two contradict each other. */
export function mergeTexts(base: string, mine: string, theirs: string): string | undefined {
  const [one, two, three] = [base, mine, theirs].map((text) => parse(text));
  if (one?.ok !== true || two?.ok !== true || three?.ok !== true) return undefined;
  try {
    const value = merged(one.value.tree, two.value.tree, three.value.tree);
    return value === undefined ? mine : written(two.value, value);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

class Conflict extends Error {}

function written(mine: Doc, value: JsonData): string {
  const next = apply(mine, { label: 'merge', patches: changeValue(mine, mine.tree, value) });
  return next.ok ? next.value.text : mine.text;
}

const same = (one: Json | undefined, two: Json | undefined): boolean =>
  one === undefined || two === undefined ? one === two : says(one, valueOf(two));

/** The value with both changes; undefined stands for a member that is gone. */
function merged(base: Json | undefined, mine: Json | undefined, theirs: Json | undefined): JsonData | undefined {
  if (same(base, theirs) || same(mine, theirs)) return mine === undefined ? undefined : valueOf(mine);
  if (same(base, mine)) return theirs === undefined ? undefined : valueOf(theirs);
  if (mine?.kind !== 'object' || theirs?.kind !== 'object') throw new Conflict();
  const names = new Set([...mine.members, ...theirs.members].map(({ key }) => key));
  const entries = [...names].flatMap((name): readonly (readonly [string, JsonData])[] => {
    const value = merged(memberOf(base, name)?.value, memberOf(mine, name)?.value, memberOf(theirs, name)?.value);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
