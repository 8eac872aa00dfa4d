/**
 * Templates and parameter files that a deployment names instead of bringing them.
 *
 * Owns: fetching by URI, reading template specs, relative paths, the check of `contentVersion`.
 * Does not own: which addresses may be reached (`#connectors`), what a template means (`#templates`).
 * Source: template reference 10, 15; ARM reference 8.3.
 *
 * Invariants
 * L1. Every hop, redirects included, goes through the outbound port and so through its guard; size and hops are bounded.
 * L2. Queries of links are credentials: they are used and kept sealed, and shown nowhere.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberIgnoringCase,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import { decodeTemplateBytes, type LenientDocument, parseLenientJson, PositionTable } from '#templates';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';

export interface LinkedContent extends LenientDocument {
  readonly value: JsonObject;
  /** The link with its address resolved, query included: sealed. */
  readonly link: JsonObject;
  /** The link as answers show it. */
  readonly shown: JsonObject;
}

export interface LinkReader {
  readonly caller: Caller;
  readonly baseUrl: string;
}

const sizeLimit = 4 * 1024 * 1024;
const hopLimit = 5;
const timeoutMilliseconds = 30_000;

/** Reads what a link names. @throws TocsinError `InvalidContentLink`, `InvalidTemplate` (version, JSON), `InvalidRequestContent`. */
export async function readLink(services: Services, reader: LinkReader, link: Json): Promise<LinkedContent> {
  const uri = textMember(link, 'uri') ?? '';
  const id = textMember(link, 'id') ?? '';
  if ((uri === '') === (id === '')) {
    const path = textMember(link, 'relativePath');
    const why =
      path === undefined || uri !== ''
        ? "A link needs one of 'uri' and 'id'."
        : `The relative path '${path}' cannot be used: the template that names it was not itself read by a link.`;
    return raise('InvalidContentLink', why);
  }
  const found = id === '' ? await fetched(services, reader, link, uri) : await ofSpec(services, reader, link, id);
  const wanted = textMember(link, 'contentVersion');
  const version = textMember(found.value, 'contentVersion') ?? '';
  if (wanted !== undefined && wanted !== version) {
    raise(
      'InvalidTemplate',
      `Deployment template validation failed: 'The template version '${version}' does not match the version '${wanted}' that its link asks for.'.`,
    );
  }
  return found;
}

/** A link of a nested deployment seen from its parent: a relative path starts where the parent's template was read. */
export function linkBelow(parent: JsonObject | undefined, link: Json): Json {
  const path = textMember(link, 'relativePath') ?? '';
  const isRelative = path !== '' && (textMember(link, 'uri') ?? textMember(link, 'id') ?? '') === '';
  if (!isRelative || parent === undefined || !isJsonObject(link)) return link;
  const { relativePath: _path, ...rest } = link;
  const id = textMember(parent, 'id');
  if (id !== undefined) return { ...rest, id, relativePath: path };
  const base = textMember(parent, 'uri') ?? '';
  const queryString = textMember(rest, 'queryString') ?? textMember(parent, 'queryString');
  return {
    ...rest,
    uri: URL.parse(path, base)?.href ?? base,
    ...(queryString === undefined ? {} : { queryString }),
  };
}

// --- By address -------------------------------------------------------------------------------------------------

async function fetched(services: Services, reader: LinkReader, link: Json, uri: string): Promise<LinkedContent> {
  const path = textMember(link, 'relativePath') ?? '';
  const address = URL.parse(path === '' ? uri : path, path === '' ? undefined : uri);
  if (address === null || (address.protocol !== 'http:' && address.protocol !== 'https:')) {
    return raise('InvalidContentLink', `The link '${withoutQuery(uri)}' is not an absolute http or https address.`);
  }
  const queryString = (textMember(link, 'queryString') ?? '').replace(/^\?/, '');
  const plain = withoutQuery(address.href);
  const own = new URL(address);
  own.search = [address.search.slice(1), queryString].filter((part) => part !== '').join('&');
  own.hash = '';
  const bytes = await download(services, reader, own.href, plain);
  const query = own.search.slice(1);
  const contentVersion = textMember(link, 'contentVersion');
  const version = contentVersion === undefined ? {} : { contentVersion };
  return {
    ...parsedText(decodeTemplateBytes(bytes), plain),
    link: { uri: plain, ...version, ...(query === '' ? {} : { queryString: query }) },
    shown: { uri: plain, ...version },
  };
}

async function download(services: Services, reader: LinkReader, url: string, shown: string): Promise<Uint8Array> {
  let at = url;
  for (let hop = 0; hop <= hopLimit; hop += 1) {
    const answer = await services.outbound.send({
      method: 'GET',
      url: at,
      headers: { accept: 'application/json, text/plain, */*' },
      timeoutMilliseconds,
    });
    if (answer.kind === 'failure') return unreachable(reader, shown, answer.message);
    const location = answer.headers['location'];
    if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
      const next = URL.parse(location, at);
      if (next === null) return unreachable(reader, shown, 'it redirects to what is no address.');
      at = next.href;
      continue;
    }
    if (answer.status !== 200) return unreachable(reader, shown, `its server answered with status ${answer.status}.`);
    if (answer.body.length > sizeLimit) {
      return unreachable(reader, shown, `it is larger than the limit of ${sizeLimit} bytes.`);
    }
    return answer.body;
  }
  return unreachable(reader, shown, `it redirects more than ${hopLimit} times.`);
}

function unreachable({ caller }: LinkReader, shown: string, reason: string): never {
  return raise(
    'InvalidContentLink',
    `Unable to download deployment content from '${shown}': ${reason} The tracking Id is '${caller.correlationId}'. ` +
      'Please see https://aka.ms/arm-deploy for usage details.',
  );
}

function withoutQuery(uri: string): string {
  return uri.replace(/[?#].*$/s, '');
}

function parsedText(text: string, shown: string): LenientDocument & { readonly value: JsonObject } {
  try {
    const { value, positions } = parseLenientJson(text);
    if (isJsonObject(value)) return { value, positions };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return raise('InvalidTemplate', `Deployment template parse failed: '${shown}: ${error.message}'.`, {
      additionalInfo: [
        {
          type: 'TemplateViolation',
          info: { lineNumber: error.fault.line, linePosition: error.fault.column, path: '' },
        },
      ],
    });
  }
  return raise('InvalidTemplate', `Deployment template parse failed: '${shown}: a JSON object is expected.'.`);
}

// --- Template specs ---------------------------------------------------------------------------------------------

async function ofSpec(services: Services, reader: LinkReader, link: Json, id: string): Promise<LinkedContent> {
  const answer = await services.arm({
    method: 'GET',
    path: id,
    query: { 'api-version': '2022-02-01' },
    headers: { 'x-ms-correlation-request-id': reader.caller.correlationId },
    identity: reader.caller.identity,
    baseUrl: reader.baseUrl,
  });
  if (answer.status >= 400) {
    const reason = textMember(memberOf(answer.body, 'error'), 'message') ?? `status ${answer.status}`;
    return raise('InvalidContentLink', `The template spec '${id}' cannot be read: ${reason}`);
  }
  const properties = memberOf(answer.body, 'properties');
  const path = textMember(link, 'relativePath') ?? '';
  const template = path === '' ? memberIgnoringCase(properties, 'mainTemplate') : specPart(properties, path);
  if (!isJsonObject(template)) {
    const part = path === '' ? 'a main template' : `the linked template '${path}'`;
    return raise('InvalidContentLink', `The template spec '${id}' does not have ${part}.`);
  }
  const shown: JsonObject = { id, ...(path === '' ? {} : { relativePath: path }) };
  return { value: template, positions: new PositionTable(), link: { id }, shown };
}

function specPart(properties: Json | undefined, path: string): Json | undefined {
  const parts = memberIgnoringCase(properties, 'linkedTemplates');
  const plain = (text: string): string => text.replaceAll('\\', '/').replace(/^\.?\//, '');
  const found = (Array.isArray(parts) ? (parts as readonly Json[]) : []).find(
    (one) => plain(textMember(one, 'path') ?? '') === plain(path),
  );
  return memberIgnoringCase(found, 'template');
}
