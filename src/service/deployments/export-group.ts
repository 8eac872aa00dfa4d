/**
 * A resource group as a template that would make it again.
 *
 * Owns: names as parameters, ids as expressions, members left out. Does not own: what a resource answers (its provider, asked
 * as the caller). Source: template reference 17; ARM reference 8.2.
 *
 * Invariants
 * EG1. What the caller may not read, or its provider does not show, is not in the template: it is named in `error.details`.
 * EG2. A text that would be read as an expression is escaped, so deploying the template gives the same resources.
 */
import {
  armIdKey,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  raise,
  type ResourceDocument,
  setMember,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';
import type { LinkReader } from './linked-content.ts';

export interface GroupExport {
  readonly groupId: string;
  /** `{ resources: ["*"] | ids, options: "A,B" }`. */
  readonly body: Json | undefined;
}

/** `{ template, error? }`. @throws TocsinError `InvalidRequestContent`. */
export async function exportGroup(services: Services, reader: LinkReader, request: GroupExport): Promise<JsonObject> {
  const documents = chosen(services, request);
  const writer = new TemplateWriter(documents, optionsOf(request.body));
  const details: Json[] = [];
  for (const document of documents) {
    const found = await stateOf(services, reader, document);
    if ('error' in found) details.push(found.error);
    else writer.add(document, found.apiVersion, found.state);
  }
  const message = 'Export template operation completed with errors. Some resources were not exported.';
  const error = { code: 'ExportTemplateCompletedWithErrors', message, details };
  return { template: writer.template(), ...(details.length === 0 ? {} : { error }) };
}

interface ExportOptions {
  readonly defaults: boolean;
  readonly comments: boolean;
  readonly plainNames: boolean;
  readonly plain: boolean;
}

function optionsOf(body: Json | undefined): ExportOptions {
  const words = (textMember(body, 'options') ?? '').toLowerCase().split(/\s*,\s*/);
  const plain = words.includes('skipallparameterization');
  return {
    defaults: words.includes('includeparameterdefaultvalue'),
    comments: words.includes('includecomments'),
    plainNames: plain || words.includes('skipresourcenameparameterization'),
    plain,
  };
}

/** Resources of the group that a template can make: none that hang on another scope's resource. */
function chosen(services: Services, { groupId, body }: GroupExport): readonly ResourceDocument[] {
  const wanted = memberOf(body, 'resources') ?? ['*'];
  if (!isJsonArray(wanted) || !wanted.every((one) => typeof one === 'string')) {
    raise('InvalidRequestContent', "The member 'resources' must be an array of ids, or of '*' alone.");
  }
  const keys = new Set(wanted.map((one) => armIdKey(String(one))));
  const all = wanted.includes('*');
  return services.store.resources.list({ scope: groupId }).filter(({ id, type }) => {
    if (armIdKey(id) === armIdKey(groupId) || /^microsoft\.(?:resources|authorization)\//i.test(type)) return false;
    const providers = id.toLowerCase().split('/providers/').length - 1;
    return providers === 1 && (all || keys.has(armIdKey(id)));
  });
}

type Found = { readonly state: JsonObject; readonly apiVersion: string } | { readonly error: JsonObject };

async function stateOf(services: Services, reader: LinkReader, { id, type }: ResourceDocument): Promise<Found> {
  const get = (path: string, version: string): ReturnType<Services['arm']> =>
    services.arm({
      method: 'GET',
      path: path.split('/').map(encodeURIComponent).join('/'),
      query: { 'api-version': version },
      headers: { 'x-ms-correlation-request-id': reader.caller.correlationId },
      identity: reader.caller.identity,
      baseUrl: reader.baseUrl,
    });
  const [namespace = '', ...segments] = type.split('/');
  const provider = await get(`/providers/${namespace}`, '2021-04-01');
  const types = memberOf(provider.body, 'resourceTypes');
  const known = (isJsonArray(types) ? types : []).find(
    (one) => textMember(one, 'resourceType')?.toLowerCase() === segments.join('/').toLowerCase(),
  );
  const versions = memberOf(known, 'apiVersions');
  const listed = isJsonArray(versions) ? versions.filter((one) => typeof one === 'string') : [];
  const apiVersion = listed.find((one) => !one.endsWith('-preview')) ?? listed[0] ?? '2021-04-01';
  const answer = await get(id, apiVersion);
  if (answer.status < 400 && isJsonObject(answer.body)) return { state: answer.body, apiVersion };
  const message = textMember(memberOf(answer.body, 'error'), 'message') ?? `status ${answer.status}`;
  return { error: { code: 'ExportTemplateProviderError', target: id, message } };
}

/** Members that are the server's own; of workflows and connections those their providers fill in. */
const serversOwn = new Set(['id', 'name', 'type', 'etag', 'systemdata']);
const filledIn: Readonly<Record<string, RegExp>> = {
  '': /^(?:provisioningState|resourceGuid)$/i,
  'microsoft.logic/workflows':
    /^(?:provisioningState|createdTime|changedTime|version|accessEndpoint|endpointsConfiguration|sku)$/i,
  'microsoft.web/connections':
    /^(?:provisioningState|createdTime|changedTime|statuses|testLinks|testRequests|overallStatus|connectionState|authenticatedUser)$/i,
  'microsoft.keyvault/vaults/secrets': /^(?:provisioningState|secretUri|secretUriWithVersion)$/i,
};

class TemplateWriter {
  readonly #options: ExportOptions;
  readonly #byKey: ReadonlyMap<string, ResourceDocument>;
  readonly #parameters: { [name: string]: Json } = {};
  readonly #resources: Json[] = [];

  constructor(documents: readonly ResourceDocument[], options: ExportOptions) {
    this.#options = options;
    this.#byKey = new Map(documents.map((one) => [armIdKey(one.id), one]));
  }

  template(): JsonObject {
    return {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      parameters: this.#parameters,
      variables: {},
      resources: this.#resources,
    };
  }

  add(document: ResourceDocument, apiVersion: string, state: JsonObject): void {
    const dependsOn = new Set<string>();
    const body: { [name: string]: Json } = {};
    for (const [name, value] of Object.entries(state)) {
      if (serversOwn.has(name.toLowerCase())) continue;
      if (name.toLowerCase() === 'tags' && isJsonObject(value) && Object.keys(value).length === 0) continue;
      setMember(body, name, this.#value(withoutFilled(document.type, name, value), document, dependsOn));
    }
    const parent = this.#parentOf(document);
    if (parent !== undefined) dependsOn.add(this.#idOf(parent));
    this.#resources.push({
      ...(this.#options.comments ? { comments: `Generalized from resource: '${escaped(document.id)}'.` } : {}),
      type: document.type,
      apiVersion,
      name: this.#nameOf(document),
      ...(dependsOn.size === 0 ? {} : { dependsOn: [...dependsOn] }),
      ...body,
    });
  }

  #parentOf({ id }: ResourceDocument): ResourceDocument | undefined {
    return this.#byKey.get(armIdKey(id.split('/').slice(0, -2).join('/')));
  }

  /** Names of a resource from its outermost parent on. */
  #names({ id, type }: ResourceDocument): readonly string[] {
    const segments = id.split('/');
    const depth = type.split('/').length - 1;
    return Array.from({ length: depth }, (_, index) => segments.at(-1 - 2 * (depth - 1 - index)) ?? '');
  }

  /** `widgets_a_name` for the outermost, whose name the others begin with. */
  #parameterOf(document: ResourceDocument): string {
    const [outermost = ''] = this.#names(document);
    const name = `${document.type.split('/')[1] ?? ''}_${outermost}_name`.replaceAll(/\W/g, '_');
    if (!(name in this.#parameters)) this.#declare(name, outermost);
    return name;
  }

  #declare(name: string, value: string): void {
    const shown = this.#options.defaults ? { defaultValue: escaped(value) } : {};
    setMember(this.#parameters, name, { type: 'String', ...shown });
  }

  #nameOf(document: ResourceDocument): string {
    const names = this.#names(document);
    if (this.#options.plainNames) return escaped(names.join('/'));
    const [, ...inner] = names;
    const first = `parameters('${this.#parameterOf(document)}')`;
    return inner.length === 0 ? `[${first}]` : `[concat(${first}, ${quoted(`/${inner.join('/')}`)})]`;
  }

  /** The id of an exported resource as an expression. */
  #idOf(document: ResourceDocument): string {
    const [first = '', ...inner] = this.#names(document);
    const outermost = this.#options.plainNames ? quoted(first) : `parameters('${this.#parameterOf(document)}')`;
    return `[resourceId(${[quoted(document.type), outermost, ...inner.map(quoted)].join(', ')})]`;
  }

  /** Ids of exported resources become expressions, and what uses one waits for it; ids of others become parameters. */
  #value(value: Json, owner: ResourceDocument, dependsOn: Set<string>): Json {
    if (typeof value === 'string') return this.#text(value, owner, dependsOn);
    if (isJsonArray(value)) return value.map((one) => this.#value(one, owner, dependsOn));
    if (!isJsonObject(value)) return value;
    const made: { [name: string]: Json } = {};
    for (const [name, inner] of Object.entries(value))
      setMember(made, escaped(name), this.#value(inner, owner, dependsOn));
    return made;
  }

  #text(text: string, owner: ResourceDocument, dependsOn: Set<string>): string {
    if (!/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\//i.test(text)) return escaped(text);
    const target = this.#byKey.get(armIdKey(text));
    if (target === owner) return this.#idOf(target);
    if (target !== undefined) {
      const id = this.#idOf(target);
      dependsOn.add(id);
      return id;
    }
    if (this.#options.plain) return escaped(text);
    const segments = text.split('/');
    const name = `${segments.at(-2) ?? ''}_${segments.at(-1) ?? ''}_externalid`.replaceAll(/\W/g, '_');
    const known = memberIgnoringCase(this.#parameters, name);
    if (known === undefined) setMember(this.#parameters, name, { type: 'String', defaultValue: escaped(text) });
    return `[parameters('${name}')]`;
  }
}

function withoutFilled(type: string, member: string, value: Json): Json {
  const pattern = filledIn[type.toLowerCase()] ?? filledIn[''];
  if (!isJsonObject(value)) return value;
  const lower = member.toLowerCase();
  if (lower === 'properties') {
    return Object.fromEntries(Object.entries(value).filter(([name]) => pattern?.test(name) !== true));
  }
  if (lower !== 'identity') return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !/^(?:principalId|tenantId)$/i.test(name)));
}

/** EG2. */
function escaped(text: string): string {
  return text.startsWith('[') ? `[${text}` : text;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
