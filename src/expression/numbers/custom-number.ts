/**
 * .NET custom number formats: `#,##0.00;(#,##0.00);zero`.
 *
 * Owns: reading a format into sections of pieces, printing by them. Does not own: rounding (`digits.ts`), signs
 * (`number-culture.ts`).
 *
 * Invariants
 * CN1. Digits fill the placeholders from the right: the first placeholder takes all digits that are left over.
 * CN2. Only a format of one section prints the negative sign by itself.
 *
 * Source: expression reference 8.2; .NET custom numeric format strings.
 */
import { type Digits, roundedTo, roundedToSignificant } from './digits.ts';
import { separatorPositions } from './grouping.ts';
import type { NumberCulture } from './number-culture.ts';

type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'digit' }
  | { readonly kind: 'point' }
  | { readonly kind: 'percent' }
  | { readonly kind: 'perMille' }
  /** `E+00`: `width` zeros, the sign of a positive exponent printed or not. */
  | { readonly kind: 'exponent'; readonly letter: string; readonly plus: boolean; readonly width: number };

interface Section {
  readonly pieces: readonly Piece[];
  /** Placeholders in all, and before the point. */
  readonly places: number;
  readonly placesBeforePoint: number;
  /** Whole digits at least printed, and decimals at least printed. */
  readonly leastWhole: number;
  readonly leastDecimals: number;
  readonly grouping: boolean;
  readonly scientific: boolean;
  /** Power of ten the number is multiplied by before it is printed. */
  readonly scale: number;
}

/** One to three sections: all or positive, negative, zero. */
export type CustomFormat = readonly Section[];

/** Collects one section while the format is read from left to right. */
class SectionReading {
  readonly #pieces: Piece[] = [];
  #places = 0;
  #pointAt = -1;
  #firstZero = -1;
  #lastZero = 0;
  #comma = -1;
  #commas = 0;
  #grouping = false;
  #scientific = false;
  #scale = 0;

  literal(text: string): void {
    this.#pieces.push({ kind: 'literal', text });
  }

  place(zero: boolean): void {
    if (zero && this.#firstZero < 0) this.#firstZero = this.#places;
    this.#places += 1;
    if (zero) this.#lastZero = this.#places;
    this.#pieces.push({ kind: 'digit' });
  }

  point(): void {
    // A second point prints nothing.
    if (this.#pointAt >= 0) return;
    this.#pointAt = this.#places;
    this.#pieces.push({ kind: 'point' });
  }

  /** Between places a comma asks for groups; right before the point each divides by a thousand. */
  comma(): void {
    if (this.#places === 0 || this.#pointAt >= 0) return;
    if (this.#comma === this.#places) {
      this.#commas += 1;
      return;
    }
    if (this.#comma >= 0) this.#grouping = true;
    this.#comma = this.#places;
    this.#commas = 1;
  }

  percent(kind: 'percent' | 'perMille'): void {
    this.#scale += kind === 'percent' ? 2 : 3;
    this.#pieces.push({ kind });
  }

  exponent(letter: string, plus: boolean, width: number): void {
    this.#scientific = true;
    this.#pieces.push({ kind: 'exponent', letter, plus, width });
  }

  get isScientific(): boolean {
    return this.#scientific;
  }

  finish(): Section {
    const before = this.#pointAt < 0 ? this.#places : this.#pointAt;
    const divides = this.#comma === before && this.#comma >= 0;
    return {
      pieces: this.#pieces,
      places: this.#places,
      placesBeforePoint: before,
      leastWhole: this.#firstZero >= 0 && this.#firstZero < before ? before - this.#firstZero : 0,
      leastDecimals: Math.max(0, this.#lastZero - before),
      grouping: this.#grouping || (this.#comma >= 0 && !divides),
      scientific: this.#scientific,
      scale: this.#scale - (divides ? 3 * this.#commas : 0),
    };
  }
}

const exponentPiece = /[eE]([+-]?)(0+)/y;

/** Reads a format; undefined when it ends in a backslash. */
export function compileCustomFormat(format: string): CustomFormat | undefined {
  const sections: Section[] = [];
  let section = new SectionReading();
  for (let at = 0; at < format.length; ) {
    if (format[at] === ';') {
      sections.push(section.finish());
      section = new SectionReading();
      at += 1;
      continue;
    }
    const next = takePiece(format, at, section);
    if (next === undefined) return undefined;
    at = next;
  }
  sections.push(section.finish());
  return sections.slice(0, 3);
}

/** Takes one piece at `at`; answers where the next begins. */
function takePiece(format: string, at: number, section: SectionReading): number | undefined {
  const sign = format[at] ?? '';
  switch (sign) {
    case '0':
    case '#':
      section.place(sign === '0');
      return at + 1;
    case '.':
      section.point();
      return at + 1;
    case ',':
      section.comma();
      return at + 1;
    case '%':
      section.percent('percent');
      return at + 1;
    case '‰':
      section.percent('perMille');
      return at + 1;
    case '\\':
      if (at + 1 >= format.length) return undefined;
      section.literal(format[at + 1] ?? '');
      return at + 2;
    case "'":
    case '"':
      return takeQuoted(format, at, section);
    case 'e':
    case 'E':
      return takeExponent(format, at, section);
    default:
      section.literal(sign);
      return at + 1;
  }
}

/** A quote without its partner quotes the rest. */
function takeQuoted(format: string, at: number, section: SectionReading): number {
  const end = format.indexOf(format[at] ?? '', at + 1);
  section.literal(format.slice(at + 1, end < 0 ? format.length : end));
  return end < 0 ? format.length : end + 1;
}

function takeExponent(format: string, at: number, section: SectionReading): number {
  exponentPiece.lastIndex = at;
  const match = exponentPiece.exec(format);
  if (match === null) {
    section.literal(format[at] ?? '');
    return at + 1;
  }
  // Only the first exponent counts; a further one is text.
  if (section.isScientific) section.literal(match[0]);
  else section.exponent(match[0].slice(0, 1), match[1] === '+', Math.min(match[2]?.length ?? 1, 10));
  return at + match[0].length;
}

/** The section of an index; an empty or missing one leaves the work to the first. */
function sectionAt(format: CustomFormat, index: number): number {
  const section = format[index];
  return section === undefined || section.pieces.length === 0 ? 0 : index;
}

/** Prints a number. */
export function formatCustom(number: Digits, format: CustomFormat, culture: NumberCulture): string {
  let index = sectionAt(format, number.digits === '' ? 2 : number.negative ? 1 : 0);
  let rounded = prepared(number, format[index]);
  if (rounded.digits === '' && number.digits !== '' && sectionAt(format, 2) !== index) {
    // What rounds to zero is printed as zero; without a section for zero, as in the first.
    index = sectionAt(format, 2);
    rounded = prepared(rounded, format[index]);
  }
  const section = format[index];
  if (section === undefined) return '';
  const text = printSection(rounded, section, culture);
  return rounded.negative && index === 0 && text !== '' ? culture.negative + text : text;
}

/** The number scaled and rounded for a section. */
function prepared(number: Digits, section: Section | undefined): Digits {
  if (section === undefined || number.digits === '') return number;
  const scaled = { ...number, point: number.point + section.scale };
  return section.scientific
    ? roundedToSignificant(scaled, section.places)
    : roundedTo(scaled, section.places - section.placesBeforePoint);
}

/** Gives out the digits of one number to the places of one section. */
class DigitSupply {
  readonly #number: Digits;
  readonly #section: Section;
  readonly #separators: ReadonlySet<number>;
  readonly #group: string;
  /** Whole digits still to come, counting those that only a `0` asks for; below one, decimals. */
  #place: number;
  /** Digits that the first place takes beyond its own; below zero, places that stay empty. */
  #surplus: number;
  #next = 0;

  constructor(number: Digits, section: Section, culture: NumberCulture) {
    this.#number = number;
    this.#section = section;
    const point = section.scientific ? section.placesBeforePoint : number.point;
    this.#place = Math.max(point, section.placesBeforePoint);
    this.#surplus = point - section.placesBeforePoint;
    this.#group = culture.group;
    this.#separators = new Set(section.grouping ? separatorPositions(this.#place, culture.groupSizes) : []);
  }

  /** What stands before anything that a place or the point prints: the digits no place is left for. */
  surplus(): string {
    let text = '';
    for (; this.#surplus > 0; this.#surplus--) text += this.#separated(this.#take() ?? '0');
    return text;
  }

  /** What one place prints. */
  digit(): string {
    if (this.#surplus < 0) {
      this.#surplus += 1;
      return this.#separated(this.#place <= this.#section.leastWhole ? '0' : '');
    }
    return this.#separated(this.#take() ?? (this.#place > -this.#section.leastDecimals ? '0' : ''));
  }

  /** Whether the point is due here and anything follows it. */
  pointDue(): boolean {
    const { leastDecimals, placesBeforePoint, places } = this.#section;
    const digitsLeft = this.#next < this.#number.digits.length;
    return this.#place === 0 && (leastDecimals > 0 || (placesBeforePoint < places && digitsLeft));
  }

  #take(): string | undefined {
    const digit = this.#number.digits[this.#next];
    if (digit !== undefined) this.#next += 1;
    return digit;
  }

  #separated(digit: string): string {
    this.#place -= 1;
    return digit !== '' && this.#place > 0 && this.#separators.has(this.#place) ? digit + this.#group : digit;
  }
}

function printSection(number: Digits, section: Section, culture: NumberCulture): string {
  const supply = new DigitSupply(number, section, culture);
  let text = '';
  for (const piece of section.pieces) {
    switch (piece.kind) {
      case 'literal':
        text += piece.text;
        break;
      case 'digit':
        text += supply.surplus() + supply.digit();
        break;
      case 'point':
        text += supply.surplus();
        if (supply.pointDue()) text += culture.decimal;
        break;
      case 'percent':
      case 'perMille':
        text += culture[piece.kind];
        break;
      case 'exponent':
        text += exponent(number, section, piece);
        break;
    }
  }
  return text;
}

function exponent(number: Digits, section: Section, piece: Piece & { readonly kind: 'exponent' }): string {
  const value = number.digits === '' ? 0 : number.point - section.placesBeforePoint;
  const sign = value < 0 ? '-' : piece.plus ? '+' : '';
  return piece.letter + sign + String(Math.abs(value)).padStart(piece.width, '0');
}
