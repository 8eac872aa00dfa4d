/**
 * What became of a log file that is no longer what it was: its renamed or copied form, and those rotated after it.
 *
 * Owns: which files beside a log belong to it, finding a place again, unpacking compressed ones.
 * Does not own: reading and sending (`follow-file.ts`).
 *
 * Invariants
 * R1. A file is taken for the one that was read only when the bytes before the place are the same, or, at its very start,
 *     when it is the same file on the disk.
 */
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Cursor, digest } from './cursors.ts';

export interface RotatedFile {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
  readonly modified: number;
}

/** Most files beside a log that are looked at, the newest first. */
const lookedAt = 100;

/** Rotated forms of a log: `eve.json.1`, `eve.json-20260101`, `eve-20260101.json`, each also compressed; the oldest first. */
export function rotatedForms(path: string): readonly RotatedFile[] {
  const name = basename(path);
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const belongs = (other: string): boolean => {
    if (other === name) return false;
    if (other.startsWith(name) && /^[.\-_]/.test(other.slice(name.length))) return true;
    return extension !== '' && other.startsWith(`${stem}-`) && other.replace(/\.gz$/, '').endsWith(extension);
  };
  const found = namesIn(dirname(path))
    .filter(belongs)
    .flatMap((other) => fileAt(join(dirname(path), other)));
  if (name === 'alerts.json') found.push(...wazuhDays(dirname(path)));
  return found.sort((left, right) => left.modified - right.modified).slice(-lookedAt);
}

/** Wazuh keeps the alerts of every day in `2026/Jan/ossec-alerts-02.json`, the file of today being `alerts.json` too. */
function wazuhDays(folder: string): readonly RotatedFile[] {
  const years = namesIn(folder).filter((name) => /^\d{4}$/.test(name));
  const months = years.flatMap((year) => namesIn(join(folder, year)).map((month) => join(folder, year, month)));
  return months.flatMap((month) =>
    namesIn(month)
      .filter((name) => /^ossec-alerts-\d+\.json(?:\.gz)?$/.test(name))
      .flatMap((name) => fileAt(join(month, name))),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function fileAt(path: string): readonly RotatedFile[] {
  try {
    const { dev, ino, mtimeMs } = statSync(path);
    return [{ path, dev, ino, modified: mtimeMs }];
  } catch {
    return [];
  }
}

/** Opens a rotated file for reading, unpacked when it is compressed. The answer's `close` removes what was unpacked. */
export async function openRotated(path: string): Promise<{ handle: FileHandle; close: () => Promise<void> }> {
  if (!path.endsWith('.gz')) {
    const handle = await open(path, 'r');
    return { handle, close: () => handle.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  try {
    const plain = join(folder, 'plain');
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(plain, { mode: 0o600 }));
    const handle = await open(plain, 'r');
    return {
      handle,
      close: async () => {
        await handle.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Whether a cursor's place is in the file (R1, by its bytes); false at a place without bytes before it. */
export async function hasPlace(handle: FileHandle, cursor: Cursor): Promise<boolean> {
  const { offset, tail, tailLength } = cursor;
  if (tailLength === 0) return false;
  const bytes = new Uint8Array(tailLength);
  const { bytesRead } = await handle.read(bytes, 0, tailLength, offset - tailLength);
  return bytesRead === tailLength && digest(bytes) === tail;
}

/** The rotated file that a cursor's place is in: the file itself by another name, else a copy of it. */
export async function findPlace(path: string, cursor: Cursor): Promise<RotatedFile | undefined> {
  const forms = rotatedForms(path).toReversed();
  const self = forms.find(({ dev, ino }) => dev === cursor.dev && ino === cursor.ino);
  if (self !== undefined && (cursor.tailLength === 0 || (await holds(self, cursor)))) return self;
  const plainFirst = [
    ...forms.filter((each) => !each.path.endsWith('.gz')),
    ...forms.filter((each) => each.path.endsWith('.gz')),
  ];
  for (const form of plainFirst) if (await holds(form, cursor)) return form;
  return undefined;
}

async function holds({ path }: RotatedFile, cursor: Cursor): Promise<boolean> {
  try {
    const opened = await openRotated(path);
    try {
      return await hasPlace(opened.handle, cursor);
    } finally {
      await opened.close();
    }
  } catch {
    return false;
  }
}
