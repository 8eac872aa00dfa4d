/**
 * JSON as it was written: numbers keep their spelling.
 *
 * Invariant
 * E1. `1.0` and integers beyond 2^53 come back as they stood, where the browser can tell how they stood (portal reference, trap 14).
 */

interface Source {
  readonly source?: string;
}

/** What the language has beyond its published types. */
interface RawJson {
  readonly rawJSON?: (text: string) => unknown;
  readonly isRawJSON?: (value: unknown) => boolean;
}

const raw = JSON as unknown as RawJson;

function spelled(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return raw.rawJSON?.(source) ?? value;
}

/** The value of a JSON text; a text that is none is a string. */
export function exactJson(text: string): unknown {
  try {
    const reviver = (_: string, value: unknown, context?: Source): unknown => spelled(value, context?.source);
    return JSON.parse(text, reviver) as unknown;
  } catch {
    return text;
  }
}

/** A value that is neither an object nor an array, numbers with their spelling included. */
export const isScalar = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || raw.isRawJSON?.(value) === true;

export const scalarText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
