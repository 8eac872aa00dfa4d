/**
 * Group separators between whole digits.
 *
 * Owns: where they stand. Does not own: which sign (`number-culture.ts`).
 */

/** How many digits follow each separator, counted from the right, for a number of `length` whole digits. */
export function separatorPositions(length: number, sizes: readonly [number, number]): readonly number[] {
  const positions: number[] = [];
  for (let at = sizes[0]; at < length; at += sizes[1]) positions.push(at);
  return positions;
}

/** `1234567` as `1,234,567`, or by other sizes as `12,34,567`. */
export function grouped(digits: string, separator: string, sizes: readonly [number, number]): string {
  const first = Math.max(0, digits.length - sizes[0]);
  const groups = [digits.slice(first)];
  for (let end = first; end > 0; end -= sizes[1]) groups.unshift(digits.slice(Math.max(0, end - sizes[1]), end));
  return groups.join(separator);
}
