/** Exact decimal numbers: an integer and how many of its digits stand after the point. */

const divisionDigits = 34;

export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    let [value, digits] = [unscaled, scale];
    while (digits > 0 && value % 10n === 0n) [value, digits] = [value / 10n, digits - 1];
    while (digits > divisionDigits) [value, digits] = [value / 10n, digits - 1];
    this.unscaled = value;
    this.scale = digits;
  }

  /** `12.50`, `1e3`; undefined for anything else or more than 34 places. */
  static parse(text: string): Decimal | undefined {
    const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i.exec(text.trim());
    if (found === null) return undefined;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
    if (whole + fraction === '' || whole.length + fraction.length > 100) return undefined;
    const unscaled = BigInt(sign.replace('+', '') + whole + fraction);
    const scale = fraction.length - Number(exponent);
    return scale < 0 ? new Decimal(unscaled * 10n ** BigInt(-scale), 0) : new Decimal(unscaled, scale);
  }

  static of(value: number | bigint): Decimal | undefined {
    return typeof value === 'bigint' ? new Decimal(value, 0) : Decimal.parse(String(value));
  }

  add(other: Decimal): Decimal {
    const [left, right, scale] = aligned(this, other);
    return new Decimal(left + right, scale);
  }

  subtract(other: Decimal): Decimal {
    return this.add(new Decimal(-other.unscaled, other.scale));
  }

  multiply(other: Decimal): Decimal {
    return new Decimal(this.unscaled * other.unscaled, this.scale + other.scale);
  }

  /** Undefined by zero. */
  divide(other: Decimal): Decimal | undefined {
    if (other.unscaled === 0n) return undefined;
    const raised = this.unscaled * 10n ** BigInt(divisionDigits + other.scale);
    return new Decimal(raised / other.unscaled, divisionDigits + this.scale);
  }

  remainder(other: Decimal): Decimal | undefined {
    const [left, right, scale] = aligned(this, other);
    return right === 0n ? undefined : new Decimal(left % right, scale);
  }

  compare(other: Decimal): number {
    const [left, right] = aligned(this, other);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  toNumber(): number {
    return Number(this.toString());
  }

  toString(): string {
    const digits = String(this.unscaled < 0n ? -this.unscaled : this.unscaled).padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    const text = this.scale === 0 ? whole : `${whole}.${digits.slice(-this.scale)}`;
    return this.unscaled < 0n ? `-${text}` : text;
  }

  toJSON(): string {
    return this.toString();
  }
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  return [
    left.unscaled * 10n ** BigInt(scale - left.scale),
    right.unscaled * 10n ** BigInt(scale - right.scale),
    scale,
  ];
}
