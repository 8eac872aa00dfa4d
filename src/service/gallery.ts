/**
 * The gallery: playbooks that come with the product, as files below `gallery/`.
 *
 * Owns: reading them, what is told of each. Does not own: the playbooks (`gallery/<name>/`), deploying (`deployments`).
 *
 * Invariants
 * G1. What a template says of itself (`metadata`) is hand-written; trigger, connectors and parameters are read off the
 *     template, so that the two cannot differ.
 * G2. Names come from the folder listing alone: a name asked for is looked up, never made a path.
 *
 * Source: own API reference, templates; portal reference 3.7.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  raise,
  textMember,
} from '#foundation';
import { managedApiOf } from './connections.ts';
import { definitionTriggers } from './list-eligible-logic-apps.ts';

const galleryFolder = join(import.meta.dirname, '../../gallery');

export interface GalleryParameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly defaultValue?: Json;
  readonly allowedValues?: Json;
}

export interface GalleryRole {
  readonly role: string;
  readonly scope: string;
  readonly why: string;
}

/** A playbook as a list shows it. */
export interface GalleryItem {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly version: string;
  /** `kind`: Alert, Recommendation, RegulatoryCompliance, Request, or the trigger's own type. */
  readonly trigger: { readonly name: string; readonly kind: string };
  readonly connectors: readonly { readonly name: string; readonly displayName: string }[];
  readonly parameters: readonly GalleryParameter[];
  readonly roles: readonly GalleryRole[];
}

export interface GalleryTemplate extends GalleryItem {
  readonly description: readonly string[];
  readonly afterDeployment: readonly string[];
  readonly template: JsonObject;
  /** An event that sets it off; for a schedule, one that it will find. */
  readonly sampleEvent: Json;
  /** Markdown. */
  readonly readme: string;
}

export interface GalleryFilter {
  readonly category?: string;
  /** Kind of the trigger. */
  readonly trigger?: string;
  /** Name of a managed API. */
  readonly connector?: string;
  /** Words that name, title, summary or tags have. */
  readonly search?: string;
}

let known: ReadonlyMap<string, GalleryTemplate> | undefined;

/** The playbooks by name, in order of names; read once, when first asked for. */
export function galleryTemplates(): ReadonlyMap<string, GalleryTemplate> {
  known ??= readGallery();
  return known;
}

export function listGallery(filter: GalleryFilter = {}): readonly GalleryItem[] {
  return [...galleryTemplates().values()].filter((item) => fits(item, filter)).map(itemOf);
}

/** @throws TocsinError `NotFound`. */
export function readGalleryTemplate(name: string): GalleryTemplate {
  const found = galleryTemplates().get(name.toLowerCase());
  return found ?? raise('NotFound', `The gallery has no template '${name}'. GET /tocsin/v1/templates lists them.`);
}

function itemOf(template: GalleryTemplate): GalleryItem {
  const { name, title, summary, category, tags, version, trigger, connectors, parameters, roles } = template;
  return { name, title, summary, category, tags, version, trigger, connectors, parameters, roles };
}

function fits(item: GalleryItem, { category, trigger, connector, search }: GalleryFilter): boolean {
  const same = (left: string, right: string | undefined): boolean =>
    right === undefined || left.toLowerCase() === right.toLowerCase();
  const text = [item.name, item.title, item.summary, ...item.tags].join(' ').toLowerCase();
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (
    same(item.category, category) &&
    same(item.trigger.kind, trigger) &&
    (connector === undefined || item.connectors.some(({ name }) => same(name, connector))) &&
    words.every((word) => text.includes(word))
  );
}

function readGallery(): ReadonlyMap<string, GalleryTemplate> {
  const folders = readdirSync(galleryFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).toSorted((left, right) => (left < right ? -1 : 1));
  return new Map(names.map((name) => [name, readTemplate(name)]));
}

function readTemplate(name: string): GalleryTemplate {
  const file = (path: string): string => readFileSync(join(galleryFolder, name, path), 'utf8');
  const template = parseJson(file('azuredeploy.json'));
  if (!isJsonObject(template)) throw new Error(`gallery/${name}/azuredeploy.json is no template.`);
  const metadata = memberOf(template, 'metadata');
  const text = (member: string): string => textMember(metadata, member) ?? '';
  const workflow = resourcesOf(template, 'Microsoft.Logic/workflows')[0];
  const [trigger] = definitionTriggers(memberOf(memberOf(workflow, 'properties'), 'definition') ?? null);
  const readme = join(galleryFolder, name, 'README.md');
  return {
    name,
    title: text('title'),
    summary: text('summary'),
    category: text('category'),
    tags: texts(memberOf(metadata, 'tags')),
    version: text('version'),
    trigger: { name: trigger?.triggerName ?? '', kind: trigger?.triggerKind ?? '' },
    connectors: connectorsOf(template),
    parameters: parametersOf(template),
    roles: listOf(memberOf(metadata, 'roles')).map((role) => ({
      role: textMember(role, 'role') ?? '',
      scope: textMember(role, 'scope') ?? '',
      why: textMember(role, 'why') ?? '',
    })),
    description: texts(memberOf(metadata, 'description')),
    afterDeployment: texts(memberOf(metadata, 'afterDeployment')),
    template,
    sampleEvent: parseJson(file('sample-event.json')),
    readme: existsSync(readme) ? readFileSync(readme, 'utf8') : '',
  };
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function texts(value: Json | undefined): readonly string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}

function resourcesOf(template: JsonObject, type: string): readonly Json[] {
  return listOf(template.resources).filter((one) => textMember(one, 'type') === type);
}

/** The managed APIs of the connections it makes. */
function connectorsOf(template: JsonObject): GalleryItem['connectors'] {
  return resourcesOf(template, 'Microsoft.Web/connections').flatMap((connection) => {
    const id = textMember(memberOf(memberOf(connection, 'properties'), 'api'), 'id') ?? '';
    const name = /managedApis', .*, '([^']+)'\)\]$/.exec(id)?.[1];
    return name === undefined ? [] : [{ name, displayName: managedApiOf(name).displayName }];
  });
}

function parametersOf(template: JsonObject): readonly GalleryParameter[] {
  const declared = template.parameters;
  return Object.entries(isJsonObject(declared) ? declared : {}).map(([name, declaration]) => {
    const defaultValue = memberOf(declaration, 'defaultValue');
    const allowedValues = memberOf(declaration, 'allowedValues');
    return {
      name,
      type: textMember(declaration, 'type') ?? '',
      required: defaultValue === undefined,
      description: textMember(memberOf(declaration, 'metadata'), 'description') ?? '',
      ...(defaultValue === undefined ? {} : { defaultValue }),
      ...(allowedValues === undefined ? {} : { allowedValues }),
    };
  });
}
