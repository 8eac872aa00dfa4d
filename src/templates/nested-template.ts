/**
 * What of a resource in a template is PUT, and what a nested deployment keeps of its own template.
 *
 * Owns: the directing members, inner and outer scope of nested templates. Source: template reference 9, 10.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  textIgnoringCase,
} from '#foundation';
import { isExpressionText } from './parse-expression.ts';
import { separateCopies } from './resource-copies.ts';

/** Members that direct the deployment and are not part of the body. */
const directing = new Set([
  'type',
  'apiversion',
  'name',
  'condition',
  'dependson',
  'copy',
  'comments',
  'resources',
  'scope',
  'resourcegroup',
  'subscriptionid',
  'existing',
  'metadata',
  'asserts',
]);

/** Members of bodies as providers read them, however a template writes them. */
const bodyMembers: ReadonlyMap<string, string> = new Map(
  ['properties', 'location', 'tags', 'sku', 'kind', 'identity', 'plan', 'zones', 'managedBy', 'extendedLocation'].map(
    (name) => [name.toLowerCase(), name],
  ),
);

/** What is PUT; the sections that an outer nested template may not have of its own are taken away. */
export function bodyOf(source: JsonObject, nested: NestedTemplate): Json {
  const body = Object.entries(source).filter(([name]) => !directing.has(name.toLowerCase()));
  return Object.fromEntries(
    body.map(([given, value]) => {
      const name = bodyMembers.get(given.toLowerCase()) ?? given;
      return [name, name === 'properties' ? nested.properties(value) : value];
    }),
  );
}

function without(value: Json, names: readonly string[]): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name.toLowerCase())));
}

export interface NestedTemplate {
  readonly inner: boolean;
  readonly template: Json;
  /** The deployment's properties as the parent evaluates them. */
  readonly properties: (given: Json) => Json;
}

/** Source: template reference 10: outer scope ignores the nested template's own parameters and variables. */
export function nestedTemplate(type: string, source: Json): NestedTemplate {
  const properties = memberIgnoringCase(source, 'properties');
  const template = memberIgnoringCase(properties, 'template');
  if (type.toLowerCase() !== 'microsoft.resources/deployments' || template === undefined) {
    return { inner: false, template: null, properties: (given) => given };
  }
  const options = memberIgnoringCase(properties, 'expressionEvaluationOptions');
  const inner = /^inner$/i.test(textIgnoringCase(options, 'scope') ?? '');
  if (inner) return { inner, template, properties: (given) => without(given, ['template']) };
  return {
    inner,
    template,
    properties: (given) => {
      const kept = without(given, ['template', 'parameters']);
      return isJsonObject(kept)
        ? { ...kept, template: separateCopies(without(template, ['parameters', 'variables', 'functions'])) }
        : kept;
    },
  };
}

/**
 * The body of a nested deployment: its own template untouched, or the parent's evaluation of it, whose texts are then
 * data and must not be read as expressions again.
 */
export function nestedBody(body: Json, innerTemplate: Json | undefined): Json {
  if (!isJsonObject(body)) return body;
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const template = innerTemplate ?? asData(properties.template ?? null);
  return { ...body, properties: { ...properties, ...(template === null ? {} : { template }) } };
}

function asData(value: Json): Json {
  if (typeof value === 'string') return isExpressionText(value) || value.startsWith('[[') ? `[${value}` : value;
  if (isJsonArray(value)) return value.map(asData);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asData(inner)]));
}
