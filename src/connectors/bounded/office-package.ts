/**
 * The parts of an Office file: a ZIP archive of XML parts that refer to each other.
 *
 * Owns: finding parts and relationships, the bounds of their sizes. Does not own: what parts mean (`read-word.ts` …),
 * the archive's format (fflate), XML (htmlparser2).
 *
 * Invariants
 * OP1. A part is unpacked only if the sizes of all parts read stay within the bounds; a part is as large as it says or is cut there.
 * OP2. Parts are read as events: no tree of them is made, and nothing they declare is expanded or fetched.
 */
import { unzipSync } from 'fflate';
import { Parser } from 'htmlparser2';
import { DocumentFault, mostDepth } from './document-text.ts';

const mostParts = 20_000;
const mostBytes = 128 * 1024 * 1024;

/** What reading one part tells; names with their prefix as written. */
export interface PartEvents {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

export interface Relationship {
  readonly type: string;
  /** The part it leads to. */
  readonly part: string;
}

export class OfficePackage {
  readonly #bytes: Uint8Array;
  /** Lower-case names of parts to names. */
  readonly #names = new Map<string, string>();
  #read = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    try {
      unzipSync(bytes, {
        filter: ({ name }) => {
          this.#names.set(name.toLowerCase(), name);
          if (this.#names.size > mostParts) throw new DocumentFault(`it has more than ${mostParts} parts`);
          return false;
        },
      });
    } catch (error) {
      if (error instanceof DocumentFault) throw error;
      throw new DocumentFault('it is no archive that can be read');
    }
  }

  /** Reads a part; false when there is none. */
  read(part: string, events: PartEvents): boolean {
    const text = this.#textOf(part);
    if (text === undefined) return false;
    let depth = 0;
    const parser = new Parser(
      {
        onopentag: (name, attributes) => {
          depth += 1;
          if (depth > mostDepth) throw new DocumentFault(`its elements are nested more than ${mostDepth} deep`);
          events.open?.(name, attributes);
        },
        ontext: (found) => events.text?.(found),
        onclosetag: (name) => {
          depth -= 1;
          events.close?.(name);
        },
      },
      { xmlMode: true, decodeEntities: true },
    );
    parser.write(text);
    parser.end();
    return true;
  }

  /** Where a part's relationships lead, by id; those out of the package are left out. */
  relationships(part: string): ReadonlyMap<string, Relationship> {
    const at = part.lastIndexOf('/') + 1;
    const found = new Map<string, Relationship>();
    this.read(`${part.slice(0, at)}_rels/${part.slice(at)}.rels`, {
      open: (name, { Id, Type, Target, TargetMode }) => {
        if (localName(name) !== 'Relationship' || Id === undefined || Target === undefined) return;
        if (TargetMode === 'External') return;
        found.set(Id, { type: Type ?? '', part: resolved(part.slice(0, at), Target) });
      },
    });
    return found;
  }

  #textOf(part: string): string | undefined {
    const name = this.#names.get(part.toLowerCase());
    if (name === undefined) return undefined;
    let unpacked: Uint8Array | undefined;
    try {
      unpacked = unzipSync(this.#bytes, {
        filter: (one) => {
          if (one.name !== name || unpacked !== undefined) return false;
          this.#read += one.originalSize;
          if (this.#read > mostBytes) throw new DocumentFault(`its parts have more than ${mostBytes} bytes`);
          return true;
        },
      })[name];
    } catch (error) {
      if (error instanceof DocumentFault) throw error;
      throw new DocumentFault(`its part '${name.slice(0, 100)}' cannot be read`);
    }
    return unpacked === undefined ? undefined : decoded(unpacked);
  }
}

/** The name without its prefix: which prefix a namespace has is the writer's choice. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** An attribute by its name without a prefix. */
export function attributeOf(attributes: Readonly<Record<string, string>>, local: string): string | undefined {
  if (attributes[local] !== undefined) return attributes[local];
  const found = Object.keys(attributes).find((name) => localName(name) === local);
  return found === undefined ? undefined : attributes[found];
}

function resolved(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/').filter((one) => one !== '');
  for (const step of target.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.' && step !== '') parts.push(step);
  }
  return parts.join('/');
}

function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
