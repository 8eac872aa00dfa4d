/**
 * Judges the text of every file in the repository. A clone must build anywhere, from whatever registry npm is set to,
 * and a rule that is switched off must say why.
 */

interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  /** Which files the ban is for; all when absent. */
  readonly files?: RegExp;
}

const bans: readonly Ban[] = [
  {
    what: 'the address of a package registry',
    pattern: /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b|\bnpm\.pkg\.github\b|\b(?:deb|security)\.debian\.org\b/,
  },
  { what: 'a download address', pattern: /"resolved":\s*"https?:/, files: /(?:^|\/)package-lock\.json$/ },
  { what: 'a path of one machine', pattern: /\/work\/(?:main|shared|\.library)\b/ },
  {
    what: 'a disabled lint rule without a reason (write `-- why` behind it)',
    pattern: /\boxlint-disable(?:-next-line|-line)?(?![^\n]* -- \S)/,
    files: /\.m?ts$/,
  },
];

/** One sentence for each banned text in a file, with its line. */
export function textFaults(path: string, text: string): string[] {
  return bans.flatMap(({ what, pattern, files }) => {
    if (files?.test(path) === false) return [];
    const at = text.search(pattern);
    return at === -1 ? [] : [`${path}:${text.slice(0, at).split('\n').length}: ${what}`];
  });
}
