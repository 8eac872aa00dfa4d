/**
 * Which locale names are known.
 *
 * Owns: turning a name as users write it into the canonical one. Does not own: what a locale prints
 * (`number-culture.ts`, `../dates/date-culture.ts`).
 *
 * Source: expression reference 7.4.
 */

/** The invariant culture's name, as in .NET. */
export const invariantLocale = '';

/** Longer names exist nowhere; bounds the work on hostile input. */
const longestName = 35;
/** Extensions (`-u-nu-arab`) change what Intl prints in ways .NET's names cannot ask for. */
const extension = /-[0-9a-z]-/i;

/**
 * The canonical name (`fr-FR` for `FR-fr`), the empty text for the invariant culture, undefined for a name that is
 * malformed or of a language no data exists for.
 */
export function resolveLocale(name: string): string | undefined {
  if (name === invariantLocale) return name;
  if (name.length > longestName || extension.test(name)) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(name);
    return canonical !== undefined && Intl.DateTimeFormat.supportedLocalesOf(canonical).length > 0
      ? canonical
      : undefined;
  } catch {
    // The only way Intl reports a malformed name.
    return undefined;
  }
}
