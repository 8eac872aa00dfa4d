/**
 * Validates a value against a planned schema and words the errors as the service does.
 *
 * Owns: the keywords' meaning, the order of errors, their messages.
 * Does not own: reading schemas (`plan-schema.ts`), the numbers' arithmetic (`numbers.ts`).
 *
 * Invariants
 * VA1. Members come in the value's order, then combinators, then what can be told only at the end of an object or array
 *      (enumeration, `required`, counts).
 * VA2. At most `errorLimit` errors, `visitLimit` looks at a part of the value and `deepest` levels; beyond that one error
 *      says so. Schemas that branch into themselves cannot stall a run.
 *
 * Source: engine reference 4.5; the messages of Newtonsoft's schema validator.
 */
import { isJsonArray, isJsonObject, type Json, stringifyJson } from '#foundation';
import { hasFormat } from './formats.ts';
import { canonicalText, compareNumbers, isMultiple, isNumberJson, type NumberJson, numberText } from './numbers.ts';
import { type Place, pathText } from './place.ts';
import { type Bound, type SchemaError, type SchemaNode, schemaTypes } from './schema-node.ts';
import { kindOf, lengthOf, shownBound, typeOf } from './value-facts.ts';

const errorLimit = 1_000;
const visitLimit = 20_000_000;
const deepest = 500;

export function validateNode(node: SchemaNode, value: Json): readonly SchemaError[] {
  return new Validation().run(node, value);
}

class Validation {
  #visits = 0;
  #depth = 0;
  #count = 0;
  #stopped = false;

  run(node: SchemaNode, value: Json): readonly SchemaError[] {
    const errors: SchemaError[] = [];
    this.#check(node, value, undefined, errors);
    if (!this.#stopped) return errors;
    const message = 'The value is nested too deeply, or has too many errors, to be validated further.';
    return [...errors, { ...plainError, message, path: '', schemaId: node.id, errorType: 'none' }];
  }

  #check(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): void {
    this.#visits += 1;
    if (this.#stopped) return;
    if (this.#visits > visitLimit || this.#depth >= deepest) {
      this.#stopped = true;
      return;
    }
    this.#depth += 1;
    if (node.always === false) this.#report(errors, node, place, 'valid', 'Schema always fails validation.', value);
    const fits = this.#type(node, value, place, errors);
    if (typeof value === 'string') {
      if (fits) this.#string(node, value, place, errors);
    } else if (isNumberJson(value)) {
      if (fits) this.#number(node, value, place, errors);
    } else if (isJsonArray(value)) {
      this.#array(node, value, place, errors);
    } else if (isJsonObject(value)) {
      this.#object(node, value, place, errors);
    }
    const container = typeof value === 'object' && value !== null && !isNumberJson(value);
    if (!container) {
      if (fits) this.#values(node, value, place, errors);
      this.#combinators(node, value, place, errors);
    }
    this.#depth -= 1;
  }

  #report(
    errors: SchemaError[],
    node: SchemaNode,
    place: Place | undefined,
    errorType: string,
    ...[message, value, childErrors]: [message: string, value?: Json, childErrors?: readonly SchemaError[]]
  ): void {
    this.#count += 1;
    if (this.#count > errorLimit) {
      this.#stopped = true;
      return;
    }
    errors.push({
      message,
      lineNumber: 0,
      linePosition: 0,
      path: pathText(place),
      ...(value === undefined || value === null ? {} : { value }),
      schemaId: node.id,
      errorType,
      childErrors: childErrors ?? [],
    });
  }

  // --- Every kind -----------------------------------------------------------------------------------------------

  #type(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): boolean {
    const { types } = node;
    if (types === undefined) return true;
    const type = typeOf(value);
    if (types.has(type) || (type === 'Integer' && types.has('Number'))) return true;
    const expected = schemaTypes.filter((one) => types.has(one)).join(', ');
    const shown = type === 'Object' || type === 'Array' ? undefined : value;
    this.#report(errors, node, place, 'type', `Invalid type. Expected ${expected} but got ${type}.`, shown);
    return false;
  }

  /** Enumeration and constant. */
  #values(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): void {
    const { enumeration, constant } = node;
    if (enumeration === undefined && constant === undefined) return;
    const text = canonicalText(value);
    if (enumeration !== undefined && !enumeration.some((one) => canonicalText(one) === text)) {
      this.#report(errors, node, place, 'enum', `Value ${stringifyJson(value)} is not defined in enum.`, value);
    }
    if (constant !== undefined && canonicalText(constant.value) !== text) {
      this.#report(errors, node, place, 'const', `Value ${stringifyJson(value)} does not match const.`, value);
    }
  }

  // --- Strings and numbers --------------------------------------------------------------------------------------

  #string(node: SchemaNode, value: string, place: Place | undefined, errors: SchemaError[]): void {
    const { maxLength, minLength, pattern, format } = node;
    if (maxLength !== undefined && value.length > maxLength && lengthOf(value) > maxLength) {
      this.#report(
        errors,
        node,
        place,
        'maxLength',
        `String '${value}' exceeds maximum length of ${maxLength}.`,
        value,
      );
    }
    if (minLength !== undefined && lengthOf(value) < minLength) {
      const message = `String '${value}' is less than minimum length of ${minLength}.`;
      this.#report(errors, node, place, 'minLength', message, value);
    }
    if (pattern !== undefined && pattern.test(value) !== true) {
      const message = `String '${value}' does not match regex pattern '${pattern.text}'.`;
      this.#report(errors, node, place, 'pattern', message, value);
    }
    if (format !== undefined && !hasFormat(value, format)) {
      const message = `String '${value}' does not validate against format '${format}'.`;
      this.#report(errors, node, place, 'format', message, value);
    }
  }

  #number(node: SchemaNode, value: NumberJson, place: Place | undefined, errors: SchemaError[]): void {
    const { maximum, minimum, multipleOf } = node;
    for (const bound of maximum ?? []) this.#bound(node, value, bound, 'maximum', place, errors);
    for (const bound of minimum ?? []) this.#bound(node, value, bound, 'minimum', place, errors);
    if (multipleOf !== undefined && isNumberJson(multipleOf) && !isMultiple(value, multipleOf)) {
      const message = `${kindOf(value)} ${numberText(value)} is not a multiple of ${shownBound(multipleOf)}.`;
      this.#report(errors, node, place, 'multipleOf', message, value);
    }
  }

  #bound(
    node: SchemaNode,
    value: NumberJson,
    bound: Bound,
    ...[side, place, errors]: ['minimum' | 'maximum', Place | undefined, SchemaError[]]
  ): void {
    if (!isNumberJson(bound.value)) return;
    const order = compareNumbers(value, bound.value) * (side === 'minimum' ? 1 : -1);
    const named = `${kindOf(value)} ${numberText(value)}`;
    const shown = shownBound(bound.value);
    if (order < 0) {
      const how = side === 'minimum' ? 'is less than minimum' : 'exceeds maximum';
      this.#report(errors, node, place, side, `${named} ${how} value of ${shown}.`, value);
    } else if (order === 0 && bound.exclusive) {
      const message = `${named} equals ${side} value of ${shown} and exclusive ${side} is true.`;
      this.#report(errors, node, place, side, message, value);
    }
  }

  // --- Arrays ---------------------------------------------------------------------------------------------------

  #array(node: SchemaNode, value: readonly Json[], place: Place | undefined, errors: SchemaError[]): void {
    const seen = node.uniqueItems === true ? new Set<string>() : undefined;
    let matches = 0;
    const unmatched: SchemaError[] = [];
    for (const [index, item] of value.entries()) {
      const here: Place = { above: place, step: index };
      this.#item(node, item, index, here, errors);
      if (seen !== undefined) {
        const text = canonicalText(item);
        if (seen.has(text)) {
          this.#report(errors, node, here, 'uniqueItems', `Non-unique array item at index ${index}.`, item);
        }
        seen.add(text);
      }
      if (node.contains !== undefined && matches === 0) {
        const found = this.#attempt(node.contains, item, here);
        if (found.length === 0) matches += 1;
        else unmatched.push(...found);
      }
      if (this.#stopped) return;
    }
    this.#combinators(node, value, place, errors);
    this.#values(node, value, place, errors);
    const { maxItems, minItems } = node;
    const count = value.length;
    if (maxItems !== undefined && count > maxItems) {
      this.#report(
        errors,
        node,
        place,
        'maxItems',
        `Array item count ${count} exceeds maximum count of ${maxItems}.`,
        count,
      );
    }
    if (minItems !== undefined && count < minItems) {
      const message = `Array item count ${count} is less than minimum count of ${minItems}.`;
      this.#report(errors, node, place, 'minItems', message, count);
    }
    if (node.contains !== undefined && matches === 0) {
      this.#report(errors, node, place, 'contains', 'No items match contains.', undefined, unmatched);
    }
  }

  #item(node: SchemaNode, item: Json, index: number, place: Place, errors: SchemaError[]): void {
    const { tuple, additionalItems } = node;
    const own = tuple === undefined ? node.items : tuple[index];
    if (own !== undefined) this.#check(own, item, place, errors);
    if (tuple === undefined || index < tuple.length || additionalItems === undefined) return;
    if (additionalItems.always === false) {
      // The service counts items from 1 here, and here only.
      const message = `Index ${index + 1} has not been defined and the schema does not allow additional items.`;
      this.#report(errors, node, place, 'additionalItems', message, item);
    } else {
      this.#check(additionalItems, item, place, errors);
    }
  }

  // --- Objects --------------------------------------------------------------------------------------------------

  #object(
    node: SchemaNode,
    value: { readonly [name: string]: Json },
    place: Place | undefined,
    errors: SchemaError[],
  ): void {
    const names = Object.keys(value);
    for (const name of names) {
      this.#member(node, name, value[name] as Json, { above: place, step: name }, errors);
      if (this.#stopped) return;
    }
    this.#combinators(node, value, place, errors);
    this.#values(node, value, place, errors);
    const missing = (wanted: readonly string[]): string[] => wanted.filter((name) => !Object.hasOwn(value, name));
    const absent = missing(node.required ?? []);
    if (absent.length > 0) {
      const message = `Required properties are missing from object: ${absent.join(', ')}.`;
      this.#report(errors, node, place, 'required', message, absent);
    }
    const { maxProperties, minProperties } = node;
    if (maxProperties !== undefined && names.length > maxProperties) {
      const message = `Object property count ${names.length} exceeds maximum count of ${maxProperties}.`;
      this.#report(errors, node, place, 'maxProperties', message, names.length);
    }
    if (minProperties !== undefined && names.length < minProperties) {
      const message = `Object property count ${names.length} is less than minimum count of ${minProperties}.`;
      this.#report(errors, node, place, 'minProperties', message, names.length);
    }
    for (const [name, wanted] of node.requiredWith ?? []) {
      const lacking = Object.hasOwn(value, name) ? missing(wanted) : [];
      if (lacking.length === 0) continue;
      const message = `Dependencies for property '${name}' failed. Missing required keys: ${lacking.join(', ')}.`;
      this.#report(errors, node, place, 'dependencies', message, name);
    }
  }

  #member(node: SchemaNode, name: string, value: Json, place: Place, errors: SchemaError[]): void {
    const { properties, patternProperties, additionalProperties, propertyNames } = node;
    if (propertyNames !== undefined) {
      const found = this.#attempt(propertyNames, name, place);
      if (found.length > 0) {
        const message = `Property name '${name}' does not match schema.`;
        this.#report(errors, node, place, 'propertyNames', message, name, found);
      }
    }
    const own = properties?.get(name);
    if (own !== undefined) this.#check(own, value, place, errors);
    let defined = own !== undefined;
    for (const { pattern, node: inner } of patternProperties ?? []) {
      if (pattern.test(name) !== true) continue;
      defined = true;
      this.#check(inner, value, place, errors);
    }
    if (defined || additionalProperties === undefined) return;
    if (additionalProperties.always === false) {
      const message = `Property '${name}' has not been defined and the schema does not allow additional properties.`;
      this.#report(errors, node, place, 'additionalProperties', message, name);
    } else {
      this.#check(additionalProperties, value, place, errors);
    }
  }

  // --- Combinators ----------------------------------------------------------------------------------------------

  /** The errors of a schema that is only tried. */
  #attempt(node: SchemaNode, value: Json, place: Place | undefined): readonly SchemaError[] {
    const errors: SchemaError[] = [];
    const before = this.#count;
    this.#check(node, value, place, errors);
    if (!this.#stopped) this.#count = before;
    return errors;
  }

  #combinators(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): void {
    if (node.combines !== true) return;
    this.#allOf(node, value, place, errors);
    if (node.anyOf !== undefined) {
      const tried = node.anyOf.map((one) => this.#attempt(one, value, place));
      if (tried.every((found) => found.length > 0)) {
        const message = "JSON does not match any schemas from 'anyOf'.";
        this.#report(errors, node, place, 'anyOf', message, undefined, tried.reverse().flat());
      }
    }
    this.#oneOf(node, value, place, errors);
    if (node.not !== undefined && this.#attempt(node.not, value, place).length === 0) {
      this.#report(errors, node, place, 'not', "JSON is valid against schema from 'not'.");
    }
    this.#condition(node, value, place, errors);
    if (node.schemaWith !== undefined && isJsonObject(value)) {
      for (const [name, inner] of node.schemaWith) {
        const found = Object.hasOwn(value, name) ? this.#attempt(inner, value, place) : [];
        if (found.length === 0) continue;
        this.#report(
          errors,
          node,
          place,
          'dependencies',
          `Dependencies for property '${name}' failed.`,
          undefined,
          found,
        );
      }
    }
  }

  #allOf(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): void {
    if (node.allOf === undefined) return;
    const tried = node.allOf.map((one) => this.#attempt(one, value, place));
    const invalid = tried.flatMap((found, index) => (found.length > 0 ? [index] : []));
    if (invalid.length === 0) return;
    const message = `JSON does not match all schemas from 'allOf'. Invalid schema indexes: ${invalid.join(', ')}.`;
    this.#report(errors, node, place, 'allOf', message, undefined, tried.reverse().flat());
  }

  #oneOf(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): void {
    if (node.oneOf === undefined) return;
    const tried = node.oneOf.map((one) => this.#attempt(one, value, place));
    const valid = tried.flatMap((found, index) => (found.length === 0 ? [index] : []));
    if (valid.length === 1) return;
    if (valid.length > 1) {
      const which = valid.join(', ');
      const message = `JSON is valid against more than one schema from 'oneOf'. Valid schema indexes: ${which}.`;
      this.#report(errors, node, place, 'oneOf', message);
      return;
    }
    const message = "JSON is valid against no schemas from 'oneOf'.";
    this.#report(errors, node, place, 'oneOf', message, undefined, tried.reverse().flat());
  }

  #condition(node: SchemaNode, value: Json, place: Place | undefined, errors: SchemaError[]): void {
    if (node.condition === undefined) return;
    const { test, whenTrue, whenFalse } = node.condition;
    const holds = this.#attempt(test, value, place).length === 0;
    const inner = holds ? whenTrue : whenFalse;
    const found = inner === undefined ? [] : this.#attempt(inner, value, place);
    if (found.length === 0) return;
    const branch = holds ? 'then' : 'else';
    this.#report(errors, node, place, branch, `JSON does not match schema from '${branch}'.`, undefined, found);
  }
}

const plainError = { lineNumber: 0, linePosition: 0, childErrors: [] } as const;
