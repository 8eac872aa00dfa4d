/**
 * Messages of SQL Server's protocol, read and written as its published description has them (MS-TDS): what a server needs
 * for sign-in, batches, calls with parameters, rows, errors.
 */

export const messageTypes = {
  batch: 0x01,
  call: 0x03,
  reply: 0x04,
  attention: 0x06,
  login: 0x10,
  prelogin: 0x12,
} as const;

export type WireValue = null | bigint | number | string | boolean | Uint8Array;

export interface WireParameter {
  readonly name: string;
  readonly output: boolean;
  readonly value: WireValue;
}

/** Takes a stream of bytes apart into messages of one or more packets. */
export class MessageReader {
  #bytes = Buffer.alloc(0);
  #parts: Buffer[] = [];

  /** Messages that are complete with these bytes. */
  add(bytes: Buffer): readonly { readonly type: number; readonly body: Buffer }[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const messages: { type: number; body: Buffer }[] = [];
    while (this.#bytes.length >= 8) {
      const length = this.#bytes.readUInt16BE(2);
      if (this.#bytes.length < length) break;
      const packet = this.#bytes.subarray(0, length);
      this.#bytes = this.#bytes.subarray(length);
      this.#parts.push(packet.subarray(8));
      if ((packet[1] ?? 0) & 1) messages.push({ type: packet[0] ?? 0, body: Buffer.concat(this.#parts.splice(0)) });
    }
    return messages;
  }
}

const packetSize = 4096;

/** A message in packets. */
export function packets(type: number, body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0, id = 1; start === 0 || start < body.length; start += packetSize - 8, id += 1) {
    const slice = body.subarray(start, start + packetSize - 8);
    const header = Buffer.from([type, start + slice.length >= body.length ? 1 : 0, 0, 0, 0, 0, id & 255, 0]);
    header.writeUInt16BE(slice.length + 8, 2);
    parts.push(header, slice);
  }
  return Buffer.concat(parts);
}

// --- From the client --------------------------------------------------------------------------------------------

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.at++);
  }

  word(): number {
    this.at += 2;
    return this.#bytes.readUInt16LE(this.at - 2);
  }

  long(): number {
    this.at += 4;
    return this.#bytes.readUInt32LE(this.at - 4);
  }

  take(length: number): Buffer {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  text(characters: number): string {
    return this.take(characters * 2).toString('utf16le');
  }
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export function readLogin(body: Buffer): Login {
  const field = (at: number): Buffer => {
    const start = body.readUInt16LE(at);
    return body.subarray(start, start + body.readUInt16LE(at + 2) * 2);
  };
  const plain = Buffer.from(field(44).map((byte) => ((byte ^ 0xa5) << 4) | ((byte ^ 0xa5) >> 4)));
  return {
    user: field(40).toString('utf16le'),
    password: plain.toString('utf16le'),
    database: field(68).toString('utf16le'),
  };
}

export function readBatch(body: Buffer): string {
  return body.subarray(body.readUInt32LE(0)).toString('utf16le');
}

export interface Call {
  /** A procedure's name; `sp_executesql` by its number. */
  readonly name: string;
  readonly parameters: readonly WireParameter[];
}

export function readCall(body: Buffer): Call {
  const reader = new Reader(body, body.readUInt32LE(0));
  const length = reader.word();
  const name = length === 0xffff ? (reader.word() === 10 ? 'sp_executesql' : 'unknown') : reader.text(length);
  reader.word();
  const parameters: WireParameter[] = [];
  while (!reader.done) {
    const parameter = reader.text(reader.byte());
    const output = (reader.byte() & 1) === 1;
    parameters.push({ name: parameter, output, value: readValue(reader) });
  }
  return { name, parameters };
}

function readValue(reader: Reader): WireValue {
  const type = reader.byte();
  switch (type) {
    case 0xe7:
    case 0xef:
    case 0xa7:
    case 0xa5: {
      const most = reader.word();
      if (type !== 0xa5) reader.take(5);
      const bytes = most === 0xffff ? readParts(reader) : readShort(reader);
      if (bytes === null || type === 0xa5) return bytes;
      return bytes.toString(type === 0xa7 ? 'latin1' : 'utf16le');
    }
    case 0x26:
    case 0x6d:
    case 0x68: {
      reader.byte();
      const bytes = reader.take(reader.byte());
      if (bytes.length === 0) return null;
      if (type === 0x68) return bytes[0] === 1;
      if (type === 0x6d) return bytes.length === 8 ? bytes.readDoubleLE() : bytes.readFloatLE();
      return bytes.length === 8 ? bytes.readBigInt64LE() : BigInt(bytes.readIntLE(0, bytes.length));
    }
    default:
      throw new Error(`a value of type 0x${type.toString(16)}`);
  }
}

function readShort(reader: Reader): Buffer | null {
  const length = reader.word();
  return length === 0xffff ? null : reader.take(length);
}

function readParts(reader: Reader): Buffer | null {
  const [low, high] = [reader.long(), reader.long()];
  if (low === 0xffffffff && high === 0xffffffff) return null;
  const parts: Buffer[] = [];
  for (let length = reader.long(); length > 0; length = reader.long()) parts.push(reader.take(length));
  return Buffer.concat(parts);
}

// --- To the client ----------------------------------------------------------------------------------------------

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')]);
}

export const preloginReply = ((): Buffer => {
  const fields: readonly (readonly [number, Buffer])[] = [
    [0, Buffer.from([16, 0, 0, 0, 0, 0])],
    // Encryption: not supported on this connection (a strict one is inside TLS already).
    [1, Buffer.from([2])],
    [4, Buffer.from([0])],
  ];
  let at = fields.length * 5 + 1;
  const heads = fields.map(([token, value]) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(token);
    head.writeUInt16BE(at, 1);
    head.writeUInt16BE(value.length, 3);
    at += value.length;
    return head;
  });
  return Buffer.concat([...heads, Buffer.from([0xff]), ...fields.map(([, value]) => value)]);
})();

function token(kind: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([kind]), word(body.length), body]);
}

export function loginReply(): Buffer {
  const accepted = Buffer.concat([
    Buffer.from([1, 0x74, 0, 0, 4]),
    shortText('Microsoft SQL Server'),
    Buffer.from([16, 0, 0, 0]),
  ]);
  return Buffer.concat([token(0xad, accepted), done(0xfd, 0, 0)]);
}

export function errorToken(number: number, message: string): Buffer {
  const text = Buffer.concat([word(message.length), Buffer.from(message, 'utf16le')]);
  return token(
    0xaa,
    Buffer.concat([long(number), Buffer.from([1, 14]), text, shortText('fake'), shortText(''), long(1)]),
  );
}

/** @param kind 0xfd for batches, 0xff within calls, 0xfe at the end of a call. */
export function done(kind: number, status: number, rows: number): Buffer {
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(rows));
  return Buffer.concat([Buffer.from([kind]), word(status), word(0), count]);
}

type ColumnType = 'int' | 'long' | 'float' | 'bit' | 'bytes' | 'text';

function typeOf(values: readonly WireValue[]): ColumnType {
  const value = values.find((one) => one !== null);
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bit';
  return value instanceof Uint8Array ? 'bytes' : 'text';
}

const typeInfo: Readonly<Record<ColumnType, Buffer>> = {
  int: Buffer.from([0x26, 4]),
  long: Buffer.from([0x26, 8]),
  float: Buffer.from([0x6d, 8]),
  bit: Buffer.from([0x68, 1]),
  bytes: Buffer.from([0xa5, 0xff, 0xff]),
  text: Buffer.from([0xe7, 0xff, 0xff, 0x09, 0x04, 0xd0, 0x00, 0x34]),
};

function valueBytes(type: ColumnType, value: WireValue): Buffer {
  if (type === 'bytes' || type === 'text') {
    if (value === null) return Buffer.alloc(8, 0xff);
    const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value), 'utf16le');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    return Buffer.concat([length, ...(bytes.length === 0 ? [] : [long(bytes.length), bytes]), long(0)]);
  }
  if (value === null) return Buffer.from([0]);
  const bytes = Buffer.alloc(type === 'bit' ? 1 : type === 'int' ? 4 : 8);
  if (type === 'int') bytes.writeInt32LE(Number(value));
  else if (type === 'long') bytes.writeBigInt64LE(BigInt(value as bigint));
  else if (type === 'float') bytes.writeDoubleLE(Number(value));
  else bytes.writeUInt8(value === true ? 1 : 0);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Rows of one set with what they are made of. */
export function rowTokens(columns: readonly string[], rows: readonly (readonly WireValue[])[]): Buffer {
  const types = columns.map((_, index) => typeOf(rows.map((row) => row[index] ?? null)));
  const heads = columns.map((name, index) =>
    Buffer.concat([long(0), word(1), typeInfo[types[index] ?? 'text'], shortText(name)]),
  );
  return Buffer.concat([
    Buffer.from([0x81]),
    word(columns.length),
    ...heads,
    ...rows.flatMap((row) => [
      Buffer.from([0xd1]),
      ...row.map((value, index) => valueBytes(types[index] ?? 'text', value)),
    ]),
  ]);
}

export function returnTokens(output: readonly (readonly [string, WireValue])[], status: number): Buffer {
  const values = output.map(([name, value], index) => {
    const type = typeof value === 'bigint' && value < 2n ** 31n ? 'int' : typeOf([value]);
    return Buffer.concat([
      Buffer.from([0xac]),
      word(index),
      shortText(name),
      Buffer.from([1]),
      long(0),
      word(1),
      typeInfo[type],
      valueBytes(type, value),
    ]);
  });
  return Buffer.concat([Buffer.from([0x79]), long(status), ...values]);
}
