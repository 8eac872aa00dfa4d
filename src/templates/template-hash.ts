/** The hash that names a template's text. Source: template reference 2. */
import { type Json, stringifyJson } from '#foundation';
import { hash64 } from './functions/unique-string.ts';

/** A decimal number of 64 bits over the compact template; the template as compact text beside it. */
export function templateHash(template: Json): { readonly hash: string; readonly minified: string } {
  const minified = stringifyJson(template);
  return { hash: hash64(minified).toString(), minified };
}
