/**
 * Sample texts: words that say whose sample they are, texts that can be taken apart as their readers do, values inside XML and base64.
 *
 * Owns: writing them. Does not own: what a value is (`answer-shape.ts`).
 */
import { isJsonArray, isJsonObject, type Json, stringifyJson } from '#foundation';
import type { Usage } from './answer-usage.ts';

/** What readers do to a text. */
export interface TextDemands {
  /** They split it, and look at so many of its parts. */
  readonly parts: readonly { readonly delimiter: string; readonly texts: readonly Json[] }[];
  /** They look for these in it, in this order. */
  readonly mentions: readonly string[];
  readonly leastLength: number;
}

export const nameText = (name: string): string => (name === '' ? 'sandbox' : `sandbox ${name}`);

export const plainText = (value: Json): string => (typeof value === 'string' ? value : stringifyJson(value));

/** A text that begins with the plain one and can be taken apart. */
export function textOfDemands(plain: Json, { parts, mentions, leastLength }: TextDemands): string {
  const word = plainText(plain);
  const pieces = parts.map(({ delimiter, texts }) => texts.map(plainText).join(delimiter));
  let text = pieces.length === 0 ? word : pieces.join('');
  for (const mention of mentions) if (!text.includes(mention)) text += `${mention}${word}`;
  return text.length >= leastLength ? text : text.padEnd(leastLength, ` ${word}`);
}

/** The sample of a value of which nothing is known but its use. */
export function leaf(usage: Usage, name: string): Json {
  switch (usage) {
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'time':
      return '2026-01-01T00:00:00Z';
    case 'base64':
      return 'c2FuZGJveA==';
    case 'json':
      return '{}';
    case 'xml':
      return '<sandbox/>';
    case 'path':
      return '/sandbox';
    case 'dataUri':
      return 'data:text/plain;base64,c2FuZGJveA==';
    case 'url':
      return 'https://sandbox.invalid/';
    case 'sized':
    case 'list':
    case 'object':
    case 'text':
      return nameText(name);
  }
}

export function base64Text(value: Json): string {
  const bytes = new TextEncoder().encode(plainText(value));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

// --- XML --------------------------------------------------------------------------------------------------------

/** A document whose JSON form has these members; several roots, and values that are no members at all, get one around them. */
export function xmlText(value: Json): string {
  if (!isJsonObject(value)) return '<sandbox/>';
  const roots = Object.keys(value).filter((name) => !name.startsWith('?'));
  const [root = ''] = roots;
  const isDocument = roots.length === 1 && elementName.test(root) && !isJsonArray(value[root] ?? null);
  const document = isDocument ? { [root]: value[root] ?? null } : { sandbox: value };
  return elements(document, namespaces(value));
}

const elementName = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/;

/** Members as elements, `@name` as attributes, `#text` as text; names that are none are left out. */
function elements(value: { readonly [name: string]: Json }, declared: string): string {
  return Object.entries(value)
    .filter(([name]) => elementName.test(name))
    .map(([name, inner]) => element(name, inner, declared))
    .join('');
}

function element(name: string, inner: Json, declared = ''): string {
  // One element alone reads back as a value, two as a list.
  if (isJsonArray(inner)) {
    const items = inner.length === 1 ? [...inner, ...inner] : inner;
    return items.map((item) => element(name, item)).join('');
  }
  if (!isJsonObject(inner)) return `<${name}${declared}>${escapedXml(plainText(inner))}</${name}>`;
  const attributes = Object.entries(inner)
    .filter(([member]) => member.startsWith('@') && elementName.test(member.slice(1)))
    .map(([member, text]) => ` ${member.slice(1)}="${escapedXml(plainText(text))}"`)
    .join('');
  const text = Object.entries(inner)
    .filter(([member]) => member.startsWith('#'))
    .map(([, own]) => escapedXml(plainText(own)))
    .join('');
  return `<${name}${declared}${attributes}>${text}${elements(inner, '')}</${name}>`;
}

/** Declarations of all prefixes that names in the value have. */
function namespaces(value: Json): string {
  const prefixes = new Set<string>();
  const gather = (inner: Json): void => {
    if (isJsonArray(inner)) for (const item of inner) gather(item);
    else if (isJsonObject(inner)) {
      for (const [name, below] of Object.entries(inner)) {
        const [, prefix] = /^@?([A-Za-z_][\w.-]*):/.exec(name) ?? [];
        if (prefix !== undefined && prefix !== 'xml' && prefix !== 'xmlns') prefixes.add(prefix);
        gather(below);
      }
    }
  };
  gather(value);
  return [...prefixes].map((prefix) => ` xmlns:${prefix}="urn:sandbox:${prefix}"`).join('');
}

const escapedXml = (plain: string): string =>
  plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
