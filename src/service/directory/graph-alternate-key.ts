/** Alternate keys of Microsoft Graph: `appId='…'` in place of an object id. Owns: reading one. */

export interface AlternateKey {
  readonly property: string;
  readonly value: string;
}

/** The property and value that a key names; undefined for an id. */
export function alternateKey(key: string): AlternateKey | undefined {
  const [, property, value] = /^([A-Za-z]\w*)='(.*)'$/.exec(key) ?? [];
  return property === undefined || value === undefined ? undefined : { property, value: value.replaceAll("''", "'") };
}
