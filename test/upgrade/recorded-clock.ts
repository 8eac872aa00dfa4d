/**
 * Preloaded into a server that opens a recorded folder: the server's time goes on from the moment of the recording, so that
 * what was under way is as old as it was then, however long ago that is.
 *
 * Reads `RECORDED_AT`, milliseconds since the epoch.
 */
import process from 'node:process';

const Present = Date;
const behind = Present.now() - Number(process.env['RECORDED_AT']);

class RecordedDate extends Present {
  constructor(...parts: readonly unknown[]) {
    if (parts.length === 0) super(Present.now() - behind);
    else super(...(parts as [number]));
  }

  static override now(): number {
    return Present.now() - behind;
  }
}

globalThis.Date = RecordedDate as DateConstructor;
