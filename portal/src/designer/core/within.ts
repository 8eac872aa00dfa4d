/** Which steps of a drawing a rectangle takes in. */
import type { Path } from './document.ts';
import type { Layout } from './layout.ts';

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** Cards and frames that lie in the rectangle as a whole; what is in such a frame goes with it. */
export function within({ boxes }: Layout, from: Corner, to: Corner): readonly Path[] {
  const found = boxes.filter(
    ({ kind, x, y, w, h }) =>
      (kind === 'card' || kind === 'frame') && x >= from.x && y >= from.y && x + w <= to.x && y + h <= to.y,
  );
  const paths = found.map(({ path }) => path);
  return paths.filter((path) => !paths.some((other) => other !== path && path.startsWith(`${other}/`)));
}
