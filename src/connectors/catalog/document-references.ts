/** Where references within an OpenAPI document lead. Owns: following them; nothing is fetched. */
import { isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';

/** What a value or the reference in its place means; null where it leads nowhere, outside, or in a circle. */
export function resolved(document: JsonObject, value: Json): Json {
  let current = value;
  for (let step = 0; step < 20; step += 1) {
    const reference = textMember(current, '$ref');
    if (reference === undefined) return current;
    if (!reference.startsWith('#/')) return null;
    current = reference
      .slice(2)
      .split('/')
      .map((part) => decodeURIComponent(part.replaceAll('~1', '/').replaceAll('~0', '~')))
      .reduce<Json>((at, part) => memberOf(at, part) ?? null, document);
  }
  return null;
}

/** The description of JSON in a `content` of version 3, else its first one. */
export function mediaOf(content: Json | undefined): Json | undefined {
  const entries = Object.entries(isJsonObject(content) ? content : {});
  return (entries.find(([type]) => type.includes('json')) ?? entries[0])?.[1];
}
