/**
 * The answer of a run as an answer over HTTP.
 *
 * Owns: status, headers and bytes of Responses, and what a run without one answers. Source: engine reference 4.4.
 */
import { encodeBody } from '#connectors';
import type { RunAnswer } from '#engine';
import type { ArmResponse } from '#foundation';
import { readContent } from './read-runs.ts';
import type { Services } from './services.ts';

/** What the caller of a run gets, `headers` beside those of its Response. */
export function answerOfRun(
  services: Services,
  answer: RunAnswer,
  headers: Record<string, string>,
  trackingId: string,
): ArmResponse {
  if (answer.kind === 'noResponse') {
    const message = `The server did not receive a response from an upstream server. Request tracking id '${trackingId}'.`;
    return { status: 502, headers, body: { error: { code: 'NoResponse', message } } };
  }
  const { statusCode, body } = answer;
  const given = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const encoded = body === undefined ? undefined : encodeBody(readContent(services, body));
  if (encoded === undefined) return { status: statusCode, headers: { ...headers, ...given } };
  const type = given['content-type'] ?? encoded.contentType;
  return {
    status: statusCode,
    headers: { ...headers, ...given, 'content-type': type },
    rawBody: encoded.bytes,
  };
}
