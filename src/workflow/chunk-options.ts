/**
 * What ChunkText may be told, judged the same on save and when computed values are known.
 *
 * Owns: strategies, encodings, ranges, defaults. Does not own: cutting (`#connectors`).
 * Source: engine reference 4.5; the designer's manifest of the action.
 */
import { type Json, memberIgnoringCase } from '#foundation';

const chunkTokens = { least: 1, most: 8_000, usual: 5_000 } as const;
const usualEncoding = 'cl100k_base';
/** `cl200k_base` is the designer's name of `o200k_base`. */
const encodings: ReadonlyMap<string, string> = new Map([
  ['r50k_base', 'r50k_base'],
  ['p50k_base', 'p50k_base'],
  ['p50k_edit', 'p50k_edit'],
  ['cl100k_base', 'cl100k_base'],
  ['cl200k_base', 'o200k_base'],
  ['o200k_base', 'o200k_base'],
]);

interface ChunkOptions {
  /** Name of the token table. */
  readonly encoding: string;
  /** Tokens per piece. */
  readonly tokens: number;
  /** Characters a piece repeats of the one before. */
  readonly overlap: number;
}

interface ChunkFault {
  readonly member: string;
  readonly message: string;
}

type Read = (name: string) => Json | undefined;

/** The faults of what `read` knows; members it answers undefined for have their default. */
export function chunkFaults(read: Read): readonly ChunkFault[] {
  const faults: ChunkFault[] = [];
  const refuse = (member: string, message: string): void => void faults.push({ member, message });
  const strategy = read('chunkingStrategy') ?? 'TokenSize';
  if (strategy !== 'TokenSize') refuse('chunkingStrategy', "The 'chunkingStrategy' must be 'TokenSize'.");
  const encoding = read('encodingModel') ?? usualEncoding;
  if (typeof encoding !== 'string' || !encodings.has(encoding)) {
    refuse('encodingModel', `The 'encodingModel' must be one of '${[...encodings.keys()].join(', ')}'.`);
  }
  const { least, most, usual } = chunkTokens;
  if (!isWhole(read('tokenSize') ?? usual, least, most)) {
    refuse('tokenSize', `The 'tokenSize' must be a whole number from '${least}' to '${most}'.`);
  }
  if (!isWhole(read('pageOverlapLength') ?? 0, 0, Number.MAX_SAFE_INTEGER)) {
    refuse('pageOverlapLength', "The 'pageOverlapLength' must be a whole number of at least '0'.");
  }
  return faults;
}

/** The options of inputs without faults. */
export function chunkOptions(inputs: Json): ChunkOptions {
  const read: Read = (name) => memberIgnoringCase(inputs, name);
  const encoding = read('encodingModel');
  return {
    encoding: (typeof encoding === 'string' ? encodings.get(encoding) : undefined) ?? usualEncoding,
    tokens: Number(read('tokenSize') ?? chunkTokens.usual),
    overlap: Number(read('pageOverlapLength') ?? 0),
  };
}

function isWhole(value: Json, least: number, most: number): boolean {
  const number = typeof value === 'object' || typeof value === 'string' ? Number.NaN : Number(value);
  return typeof value !== 'boolean' && Number.isInteger(number) && number >= least && number <= most;
}
