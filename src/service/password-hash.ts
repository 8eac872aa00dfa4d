/**
 * Passwords as they are kept: Argon2id with a salt of their own, in the form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
 *
 * Owns: the form, the cost, how many are worked out at once. Does not own: whose they are (`users.ts`), guesses
 * (`guess-throttle.ts`).
 *
 * Invariants
 * PH1. A hash tells the cost it was made with, so raising the cost spoils no password.
 * PH2. At most two are worked out at a time, in threads; others wait: a flood of sign-ins takes neither memory nor the
 *      processor from the rest.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { raise } from '#foundation';

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The least that OWASP recommends for Argon2id. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;
const atOnce = 2;
const mostWaiting = 100;

/** The text to keep of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await inTurnOf(() => derive(password, salt, cost, tagLength));
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether the password is the one of the text; without a text it takes as long and is false. */
export async function checkPassword(password: string, kept: string | undefined): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept ?? '');
  const [, memory, passes, parallelism, salt = '', tag = ''] = parts ?? [];
  if (parts === null) {
    await inTurnOf(() => derive(password, randomBytes(16), cost, tagLength));
    return false;
  }
  const wanted = Buffer.from(tag, 'base64');
  const made: Cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const found = await inTurnOf(() => derive(password, Buffer.from(salt, 'base64'), made, wanted.length));
  return timingSafeEqual(found, wanted);
}

function derive(
  password: string,
  nonce: Buffer,
  { memory, passes, parallelism }: Cost,
  length: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const message = Buffer.from(password.normalize('NFC'), 'utf8');
    argon2('argon2id', { message, nonce, parallelism, tagLength: length, memory, passes }, (error, tag) => {
      if (error === null) resolve(tag);
      else reject(error);
    });
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurnOf<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= mostWaiting) {
      return raise('TooManyRequests', 'Too many sign-ins are under way.', { retryAfterSeconds: 5 });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
