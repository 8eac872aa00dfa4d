/**
 * From a logic app as the API sends it to the text that is edited, and back to what is saved.
 *
 * Invariants
 * T1. The order of members and the spelling of numbers and texts stay, both ways (portal reference 6.3 I1, 10.14).
 * T2. What is saved has the definition and the parameters as their text says; all else of the resource as it was read.
 */
import { memberOf, parseTree } from './json-tree.ts';
import { printTree } from './print-tree.ts';

const edited: ReadonlySet<string> = new Set(['definition', 'parameters']);

/** Members of `properties` that a save may carry. */
const written: ReadonlySet<string> = new Set(['state', 'integrationAccount', 'accessControl', 'runtimeConfiguration']);

/** @param answer the text of a workflow, or of one of its versions, as the API sent it. */
export function definitionText(answer: string): string {
  const read = parseTree(answer);
  const properties = read.ok ? memberOf(read.tree, 'properties')?.value : undefined;
  const definition = memberOf(properties, 'definition')?.value;
  const parameters = memberOf(properties, 'parameters')?.value;
  const part = (json: typeof definition): string => (json === undefined ? '{}' : printTree(answer, json, '  '));
  return `{\n  "definition": ${part(definition)},\n  "parameters": ${part(parameters)}\n}`;
}

/** The body of a PUT. @param answer as it was read; `text` parses. */
export function resourceText(answer: string, text: string): string {
  const read = parseTree(answer);
  const own = parseTree(text);
  if (!read.ok || !own.ok) return text;
  const top = ['location', 'tags', 'identity'].flatMap((name) => {
    const member = memberOf(read.tree, name);
    return member === undefined
      ? []
      : [`${JSON.stringify(name)}:${answer.slice(member.value.start, member.value.end)}`];
  });
  const properties = memberOf(read.tree, 'properties')?.value;
  const kept = (properties?.kind === 'object' ? properties.members : [])
    .filter(({ key }) => written.has(key))
    .map(({ key, value }) => `${JSON.stringify(key)}:${answer.slice(value.start, value.end)}`);
  const isWhole = memberOf(own.tree, 'definition') !== undefined;
  const members = isWhole && own.tree.kind === 'object' ? own.tree.members.filter(({ key }) => edited.has(key)) : [];
  const mine = isWhole
    ? members.map(({ key, value }) => `${JSON.stringify(key)}:${text.slice(value.start, value.end)}`)
    : [`"definition":${text}`];
  return `{${[...top, `"properties":{${[...kept, ...mine].join(',')}}`].join(',')}}`;
}
