/**
 * What a locale contributes to numbers: signs, groups, and where currency and percent signs stand.
 *
 * Owns: `NumberCulture` and finding one by locale name. Does not own: digits (`format-number.ts`), the currency table
 * (`currencies.data.ts`).
 *
 * Invariants
 * NC1. en-US and the invariant culture never touch Intl.
 * NC2. Every kind of blank in a sign or pattern is U+00A0.
 *
 * Source: expression reference 8.3, 12.18.
 */
import { BoundedCache } from './bounded-cache.ts';
import { currencyOfRegion } from './currencies.data.ts';
import { invariantLocale, resolveLocale } from './locale.ts';

/** A pattern of an amount: `n` stands for the digits, `-` for the negative sign, `$` for the symbol, `%` for percent. */
export type SignPattern = string;

export interface NumberCulture {
  /** Canonical locale name; empty for the invariant culture. */
  readonly name: string;
  readonly decimal: string;
  readonly group: string;
  /** Digits in the rightmost group, and in every further one. */
  readonly groupSizes: readonly [first: number, further: number];
  readonly negative: string;
  readonly percent: string;
  readonly perMille: string;
  readonly percentPatterns: readonly [positive: SignPattern, negative: SignPattern];
  readonly currencySymbol: string;
  /** Digits after the point of an amount when `C` says nothing. */
  readonly currencyDigits: number;
  readonly currencyDecimal: string;
  readonly currencyGroup: string;
  readonly currencyPatterns: readonly [positive: SignPattern, negative: SignPattern];
}

export const invariantNumberCulture: NumberCulture = {
  name: invariantLocale,
  decimal: '.',
  group: ',',
  groupSizes: [3, 3],
  negative: '-',
  percent: '%',
  perMille: '‰',
  percentPatterns: ['n %', '-n %'],
  currencySymbol: '¤',
  currencyDigits: 2,
  currencyDecimal: '.',
  currencyGroup: ',',
  currencyPatterns: ['$n', '($n)'],
};

/** The culture of `formatNumber` when it is given no locale. Source: expression reference 6.1. */
export const defaultNumberCulture: NumberCulture = {
  ...invariantNumberCulture,
  name: 'en-US',
  percentPatterns: ['n%', '-n%'],
  currencySymbol: '$',
  currencyPatterns: ['$n', '-$n'],
};

type Parts = readonly Intl.NumberFormatPart[];

function partOf(parts: Parts, type: Intl.NumberFormatPartTypes, otherwise: string): string {
  return parts.find((part) => part.type === type)?.value.replace(/\s/g, '\u00a0') ?? otherwise;
}

/** The parts as a pattern, the digits and what belongs to them as one `n`. */
function patternOf(parts: Parts): SignPattern {
  const signs: Partial<Record<Intl.NumberFormatPartTypes, string>> = {
    minusSign: '-',
    currency: '$',
    percentSign: '%',
  };
  return parts
    .map(({ type, value }) => (type === 'literal' ? value.replace(/\s/g, '\u00a0') : (signs[type] ?? 'n')))
    .join('')
    .replace(/n+/, 'n');
}

function groupSizesOf(parts: Parts): readonly [number, number] {
  const groups = parts.filter((part) => part.type === 'integer').map((part) => part.value.length);
  return [groups.at(-1) ?? 3, groups.at(-2) ?? 3];
}

/** Large enough for three full groups, so that languages which group from five digits up show their sign. */
const sample = 123_456_789_012.5;

function makeCulture(key: string): NumberCulture | undefined {
  const locale = resolveLocale(key);
  if (locale === undefined) return undefined;
  const region = new Intl.Locale(locale).maximize().region ?? '';
  const code = currencyOfRegion[region];
  const numberingSystem = 'latn';
  const plain = new Intl.NumberFormat(locale, { numberingSystem }).formatToParts(-sample);
  const percent = new Intl.NumberFormat(locale, { numberingSystem, style: 'percent' });
  const amount = new Intl.NumberFormat(locale, { numberingSystem, style: 'currency', currency: code ?? 'XXX' });
  const negativeAmount = amount.formatToParts(-sample);
  const decimal = partOf(plain, 'decimal', '.');
  const group = partOf(plain, 'group', ',');
  return {
    name: locale,
    decimal,
    group,
    groupSizes: groupSizesOf(plain),
    negative: partOf(plain, 'minusSign', '-'),
    percent: partOf(percent.formatToParts(1), 'percentSign', '%'),
    perMille: '‰',
    percentPatterns: [patternOf(percent.formatToParts(1)), patternOf(percent.formatToParts(-1))],
    currencySymbol: partOf(negativeAmount, 'currency', '¤'),
    currencyDigits: amount.resolvedOptions().maximumFractionDigits ?? 2,
    currencyDecimal: partOf(negativeAmount, 'decimal', decimal),
    currencyGroup: partOf(negativeAmount, 'group', group),
    currencyPatterns: [patternOf(amount.formatToParts(sample)), patternOf(negativeAmount)],
  };
}

const knownCultures = new BoundedCache<NumberCulture | undefined>(200);

/** The culture of a locale name, any case; the empty name is the invariant culture. Undefined for an unknown one. */
export function numberCulture(locale: string): NumberCulture | undefined {
  if (locale === invariantLocale) return invariantNumberCulture;
  const key = locale.toLowerCase();
  return key === 'en-us' ? defaultNumberCulture : knownCultures.get(key, makeCulture);
}
