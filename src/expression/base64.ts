/**
 * Base64 and UTF-8 without Node's Buffer, so that the same code runs in a browser.
 *
 * Owns: the four conversions. Does not own: content envelopes (`content-envelope.ts`).
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Arguments one call may be given; longer byte arrays go in slices. */
const sliceLength = 8192;

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD, a byte order mark stays. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Standard alphabet, padded. */
export function base64FromBytes(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += sliceLength) {
    binary += String.fromCharCode(...bytes.subarray(at, at + sliceLength));
  }
  return btoa(binary);
}

export function base64FromText(text: string): string {
  return base64FromBytes(utf8Bytes(text));
}

/** Bytes of strict base64 (standard alphabet, padded; white space between is skipped), or undefined. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  const compact = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text;
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  const binary = atob(compact);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
