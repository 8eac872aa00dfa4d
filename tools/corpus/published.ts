/**
 * What the collected corpus beside the checkout holds: templates with their parameters, events, examples of callbacks.
 *
 * Owns: reading them. Nothing of the corpus is part of this repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson, textMember } from '#foundation';

const folder = join(import.meta.dirname, '../../../shared/corpus');

/** Why the corpus cannot be run, or false when it lies beside the checkout. */
export const missingCorpus: string | false = existsSync(join(folder, 'index.json'))
  ? false
  : 'no ../shared/corpus beside this checkout';

export interface PublishedTemplate {
  /** Path below the corpus folder. */
  readonly file: string;
  /** The file's text, byte for byte but for its encoding. */
  readonly text: string;
  /** Values by parameter name. */
  readonly parameters: JsonObject;
  /** What the index found broken in the file as it was published. */
  readonly broken: readonly string[];
}

export function publishedTemplates(): readonly PublishedTemplate[] {
  const index = parseJson(readFileSync(join(folder, 'index.json'), 'utf8'));
  return (isJsonArray(index) ? index : [])
    .filter((entry) => isJsonArray(memberOf(entry, 'resourceTypes')))
    .map((entry) => {
      const file = textMember(entry, 'file') ?? '';
      const parameters = memberOf(entry, 'parameters');
      const broken = memberOf(entry, 'brokenReferences');
      return {
        file,
        text: decoded(readFileSync(join(folder, file))),
        parameters: isJsonObject(parameters) ? parameters : {},
        broken: isJsonArray(broken) ? broken.map(String) : [],
      };
    });
}

/** Policy definitions, as they were published. */
export function publishedPolicies(): readonly { readonly file: string; readonly policy: Json }[] {
  const index = parseJson(readFileSync(join(folder, 'index.json'), 'utf8'));
  return (isJsonArray(index) ? index : [])
    .filter((entry) => textMember(entry, 'kind') === 'policyDefinition')
    .map((entry) => {
      const file = textMember(entry, 'file') ?? '';
      return { file, policy: parseJson(decoded(readFileSync(join(folder, file)))) };
    });
}

/** An event of the corpus by name without ending. */
export function publishedEvent(name: string): JsonObject {
  return parseJson(readFileSync(join(folder, 'events', `${name}.json`), 'utf8')) as JsonObject;
}

/** What a connector posts to the callback of a webhook trigger or action subscribed at `path`, from its documentation. */
export function callbackExample(path: string): Json | undefined {
  const list = parseJson(readFileSync(join(folder, 'connectors/operations.json'), 'utf8'));
  const found = (isJsonArray(list) ? list : []).find((operation) => {
    const regex = textMember(operation, 'pathRegex');
    const example = memberOf(operation, 'callbackExample');
    return example !== undefined && regex !== undefined && new RegExp(regex, 'i').test(path);
  });
  return found === undefined ? undefined : memberOf(found, 'callbackExample');
}

function decoded(bytes: Uint8Array): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(bytes);
}
