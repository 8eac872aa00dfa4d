/** Settings of the server in words: sizes, where a value comes from, what changes it. Source: portal reference 3.7. */

export type Source = 'default' | 'option' | 'saved';

export interface Setting {
  readonly name: string;
  readonly value: string | number | boolean | readonly string[] | null;
  readonly source: Source;
  readonly change: 'now' | 'restart';
  readonly option: string;
  readonly environment?: string;
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly default: number;
  readonly source: Source;
  readonly change: 'now' | 'restart';
}

export const sourceText: Readonly<Record<Source, string>> = {
  default: 'Default',
  option: 'Start option',
  saved: 'Set here',
};

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `512 MB`, `1.5 GB`; 1,024 of one are one of the next. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(2))} ${units[unit] ?? ''}`;
}

/** Bytes of `512 MB`, `1.5g`, `4096`; undefined for what is no size. */
export function bytesOf(text: string): number | undefined {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i.exec(text);
  if (found === null) return undefined;
  const power = ['', 'k', 'm', 'g', 't'].indexOf((found[2] ?? '').toLowerCase());
  const bytes = Math.round(Number(found[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A whole number from `least` to `most` that a field has; undefined for anything else. */
export function wholeNumber(text: string, least = 1, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** A value of a setting as it is shown. */
export function valueText({ value }: Pick<Setting, 'value'>): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'Not set';
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** Those whose name says `words`; changed ones first. */
export function limitsFor(limits: readonly Limit[], words: string): readonly Limit[] {
  const wanted = words.trim().toLowerCase();
  return limits
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .toSorted(
      (left, right) =>
        Number(right.source !== 'default') - Number(left.source !== 'default') || left.name.localeCompare(right.name),
    );
}

/** `retryInterval.minimum` as `Retry interval, minimum`. */
export function limitTitle(name: string): string {
  const words = name
    .replaceAll('.', ', ')
    .replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
