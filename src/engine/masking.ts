/**
 * Keeping secrets out of history: texts of secure parameters, and members of `authentication`.
 *
 * Owns: the masks. Does not own: hidden inputs and outputs (`records.ts` leaves those out as a whole).
 * Source: engine reference 4.1 (recorded inputs) and 7 (secure parameters).
 *
 * Invariants
 * K1. A secret of four characters or more is masked wherever it stands in a text, as it is and percent-encoded; a
 *     shorter one only where it is the whole text, since masking it inside words would ruin them and tell more than it hides.
 * K2. Masking changes what is recorded, never what expressions or effects see.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';

export const mask = '*sanitized*';

/** Makes the function that masks `secrets`; undefined when there is nothing to mask. */
export function maskOf(secrets: readonly string[]): ((value: Json) => Json) | undefined {
  if (secrets.length === 0) return undefined;
  const whole = new Set(secrets);
  const parts = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    parts.add(secret);
    for (const encoded of percentEncoded(secret)) parts.add(encoded);
  }
  // Longest first: a secret that contains another must not be cut in two.
  const ordered = [...parts].sort((left, right) => right.length - left.length);
  return (value) => maskValue(value, whole, ordered);
}

/** As JavaScript and as the expression language encode it: the latter escapes `!*'()` too. */
function percentEncoded(text: string): readonly string[] {
  try {
    const encoded = encodeURIComponent(text);
    return [
      encoded,
      encoded.replace(/[!*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    ];
  } catch {
    // A lone surrogate cannot be encoded, so no encoded form of it can appear either.
    return [];
  }
}

/** The same value when nothing in it is secret: most values are, and need no copy. */
function maskValue(value: Json, whole: ReadonlySet<string>, parts: readonly string[]): Json {
  if (typeof value === 'string') return maskText(value, whole, parts);
  if (isJsonArray(value)) {
    const masked = value.map((item) => maskValue(item, whole, parts));
    return masked.some((item, index) => item !== value[index]) ? masked : value;
  }
  if (!isJsonObject(value)) return value;
  let changed = false;
  const masked: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(value)) {
    const newName = maskText(name, whole, parts);
    const newMember = maskValue(member, whole, parts);
    changed ||= newName !== name || newMember !== member;
    setMember(masked, newName, newMember);
  }
  return changed ? masked : value;
}

function maskText(text: string, whole: ReadonlySet<string>, parts: readonly string[]): string {
  if (whole.has(text)) return mask;
  let masked = text;
  for (const part of parts) {
    if (masked.includes(part)) masked = masked.replaceAll(part, mask);
  }
  return masked;
}

const secretMembers = new Set(['password', 'secret', 'pfx', 'value', 'parameter']);

/**
 * Inputs of a call as the record shows them: secrets of `authentication` replaced, `retryPolicy.type` capitalised; the
 * same in `subscribe` and `unsubscribe`.
 */
export function recordedCallInputs(inputs: Json): Json {
  if (!isJsonObject(inputs)) return inputs;
  let recorded: { [name: string]: Json } | undefined;
  const put = (name: string, value: Json): void => {
    recorded ??= { ...inputs };
    setMember(recorded, name, value);
  };
  for (const name of Object.keys(inputs)) {
    const member = inputs[name] as Json;
    switch (name.toLowerCase()) {
      case 'authentication':
        if (isJsonObject(member)) put(name, sanitized(member));
        break;
      case 'subscriptionkey':
        if (typeof member === 'string') put(name, mask);
        break;
      case 'headers':
        if (isJsonObject(member)) put(name, withoutCredentials(member));
        break;
      case 'retrypolicy':
        if (isJsonObject(member)) put(name, capitalised(member));
        break;
      case 'subscribe':
      case 'unsubscribe':
        put(name, recordedCallInputs(member));
        break;
      default:
    }
  }
  return recorded ?? inputs;
}

/** Headers that are credentials whatever they hold. */
function withoutCredentials(headers: JsonObject): JsonObject {
  const names = Object.keys(headers).filter((name) => name.toLowerCase() === 'authorization');
  return names.length === 0 ? headers : { ...headers, ...Object.fromEntries(names.map((name) => [name, mask])) };
}

function sanitized(authentication: JsonObject): JsonObject {
  const result: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(authentication)) {
    setMember(result, name, secretMembers.has(name.toLowerCase()) ? mask : value);
  }
  return result;
}

function capitalised(policy: JsonObject): JsonObject {
  const type = memberOf(policy, 'type');
  if (typeof type !== 'string' || type === '') return policy;
  return { ...policy, type: type.charAt(0).toUpperCase() + type.slice(1).toLowerCase() };
}

/** All texts in a secure value; numbers and Booleans hold none worth masking. */
export function collectTexts(value: Json, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value !== '') into.add(value);
  } else if (isJsonArray(value)) {
    for (const item of value) collectTexts(item, into);
  } else if (isJsonObject(value)) {
    for (const item of Object.values(value)) collectTexts(item, into);
  }
}
