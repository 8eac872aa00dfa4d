/** JSON whose numbers keep their spelling (1.0, large integers), both ways. */

interface RawJson {
  rawJSON(text: string): unknown;
}

/** Values to be written again by `JSON.stringify`, not to be calculated with. */
export function parseKeepingNumbers(text: string): unknown {
  const revive = (_key: string, value: unknown, context: { readonly source?: string }): unknown =>
    typeof value === 'number' && context.source !== undefined
      ? (JSON as unknown as RawJson).rawJSON(context.source)
      : value;
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1]) as unknown;
}
