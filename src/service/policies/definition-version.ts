/**
 * Versions of definitions: `1.2.3`, `1.2.3-preview`, and the patterns assignments pin them by (`1.*.*`, `1.2.*`).
 *
 * Owns: their order and which one a pattern means. Source: management API reference 10.1.
 */

const exact = /^(\d+)\.(\d+)\.(\d+)(-[a-z][\w.-]*)?$/i;
const pinned = /^(\d+)\.(\d+|\*)\.(\d+|\*)(-[a-z][\w.-]*)?$/i;

export function isVersion(text: string): boolean {
  return exact.test(text);
}

export function isVersionPattern(text: string): boolean {
  return pinned.test(text);
}

/** Negative when `left` is older; a preview is older than the version it leads to. */
export function compareVersions(left: string, right: string): number {
  const [one, two] = [left, right].map((text) => exact.exec(text));
  for (const part of [1, 2, 3]) {
    const difference = Number(one?.[part] ?? 0) - Number(two?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(one?.[4] === undefined) - Number(two?.[4] === undefined);
}

/** The newest version that fits the pattern; previews fit only patterns that ask for one. */
export function newestVersion(versions: readonly string[], pattern: string): string | undefined {
  const wanted = pinned.exec(pattern);
  if (wanted === null) return undefined;
  const fits = (version: string): boolean => {
    const parts = exact.exec(version);
    if (parts === null) return false;
    const numbers = [1, 2, 3].every((part) => wanted[part] === '*' || Number(wanted[part]) === Number(parts[part]));
    return numbers && (wanted[4] ?? '').toLowerCase() === (parts[4] ?? '').toLowerCase();
  };
  return versions.filter(fits).toSorted(compareVersions).at(-1);
}
