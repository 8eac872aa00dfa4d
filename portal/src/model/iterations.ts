/** The chosen iteration of each loop as an address holds it: `Each:36,Inner:2`. Source: portal reference 7.2. */

/** By the loop's name, counted from 0. */
export type Iterations = Readonly<Record<string, number>>;

export function iterationsOf(text: string): Iterations {
  return Object.fromEntries(
    text.split(',').flatMap((part) => {
      const at = part.lastIndexOf(':');
      const index = Number(part.slice(at + 1));
      return at < 1 || !Number.isInteger(index) || index < 0 ? [] : [[part.slice(0, at), index]];
    }),
  );
}

export const iterationsText = (iterations: Iterations): string =>
  Object.entries(iterations)
    .map(([loop, index]) => `${loop}:${index}`)
    .join(',');
