/**
 * Connection keys: what a client outside shows to use a connection at its runtime URL.
 *
 * Owns: making and checking keys, the code that stands for a connection in the URL. Does not own: access policies
 * (`connection-access.ts`), what may be asked (`invoke-connection.ts`). Source: ARM reference 7 (`listConnectionKeys`).
 *
 * Invariants
 * CK1. A key names one connection and its end, signed with a secret of that connection; it goes with the connection.
 * CK2. Nothing is kept of a key; keys are compared in constant time.
 */
import { formatTime, raise, type ResourceDocument, textMember } from '#foundation';
import { type Connection, findConnection } from '../connections.ts';
import type { Services } from '../services.ts';

const day = 86_400_000;
const usualValidity = 7 * day;
const longestValidity = 365 * day;

/** The connection in the path of its runtime URL. */
export function connectionCode({ id }: ResourceDocument): string {
  return Buffer.from(id).toString('base64url');
}

/** The connection that a runtime URL names; undefined for any other text. */
export function connectionOfCode(services: Services, code: string): Connection | undefined {
  const id = Buffer.from(code, 'base64url').toString();
  return id.startsWith('/subscriptions/') ? findConnection(services, id) : undefined;
}

/**
 * A new key. @param validity a .NET time span, `[days.]hh:mm:ss` or whole days; a week when empty.
 * @throws TocsinError `InvalidRequestContent`.
 */
export async function issueConnectionKey(
  services: Services,
  { document }: Connection,
  validity: string,
): Promise<{ readonly key: string; readonly expires: string }> {
  const until = services.clock.now() + validityOf(validity);
  const secret = await runtimeSecret(services, document);
  const signature = services.secrets.sign(secret, signedText(document, until));
  return { key: `${until.toString(36)}.${signature}`, expires: formatTime(until) };
}

/** Whether a key is one of the connection's and still counts. */
export function isConnectionKey(services: Services, { document }: Connection, key: string): boolean {
  const [moment = '', signature = ''] = key.split('.', 2);
  const until = Number.parseInt(moment, 36);
  const secret = textMember(document.secrets ?? null, 'runtimeKey');
  if (secret === undefined || !(until > services.clock.now())) return false;
  return services.secrets.equal(services.secrets.sign(secret, signedText(document, until)), signature);
}

function signedText({ id }: ResourceDocument, until: number): string {
  return `${id.toLowerCase()}\n${until}`;
}

async function runtimeSecret(services: Services, document: ResourceDocument): Promise<string> {
  const known = textMember(document.secrets ?? null, 'runtimeKey');
  if (known !== undefined) return known;
  const runtimeKey = services.secrets.randomKey(32);
  const resource = { ...document, secrets: { ...document.secrets, runtimeKey } };
  await services.store.commit([{ kind: 'putResource', resource }]);
  return runtimeKey;
}

function validityOf(text: string): number {
  if (text === '') return usualValidity;
  const [whole, days = '0', hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d{1,4})\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text) ?? /^(\d{1,4})$/.exec(text) ?? [];
  const time = Number(days) * day + Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
  if (whole !== undefined && time > 0 && time <= longestValidity) return time;
  return raise(
    'InvalidRequestContent',
    `'validityTimeSpan' must be a time span such as '7.00:00:00' of at most a year; '${text.slice(0, 50)}' is none.`,
  );
}
