/**
 * The log of the server process, on standard error: JSON lines, or short lines for people at a terminal.
 *
 * Owns: the implementation of `Log` on pino. Standard output belongs to the ready line.
 */
import { destination, pino } from 'pino';
import type { Log, LogFields } from '#foundation';

const standardError = 2;

/** @param level the lowest level that is written; `debug`, `info`, `warn`, `error`. */
export function processLog(level: string, readable: boolean): Log {
  const stream = readable ? { write: writeReadable } : destination({ dest: standardError, sync: true });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

const names: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** `12:34:56 warn  message  name=value …` out of a JSON line. */
function writeReadable(line: string): void {
  const { level, time, msg, ...fields } = JSON.parse(line) as LogFields;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const clock = String(time).slice(11, 19);
  process.stderr.write(`${clock} ${(names[Number(level)] ?? '').padEnd(5)} ${String(msg)}${rest.join('')}\n`);
}
