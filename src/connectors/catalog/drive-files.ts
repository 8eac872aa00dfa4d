/**
 * Files in drives of Microsoft Graph: a person's own, and the libraries of SharePoint sites.
 *
 * Owns: which drive and path a call means, and the requests. Does not own: credentials (`service-client.ts`), the tables
 * (`documents.data.ts`). Source: connectors reference 2 and 3.1; Microsoft Graph v1.0, driveItem and sites.
 *
 * Invariants
 * DF1. A path of a workflow stays below the root of its drive: each of its names is one encoded segment, `..` is refused.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type OutboundFailure,
  textMember,
} from '#foundation';
import {
  isFine,
  type OperationInput,
  type OperationOutcome,
  type SendToService,
  type ServiceAnswer,
} from './connector.ts';
import { graphItems, isGraphItems } from './graph-pages.ts';

/** A place for files: the drive's path at Graph, and the path within it. */
interface Place {
  readonly drive: string;
  /** What the connector's paths begin with: `/Shared Documents`, or nothing. */
  readonly prefix: string;
  readonly names: readonly string[];
}

type FindPlace = (send: SendToService, input: OperationInput, path: string) => Promise<Place | OperationOutcome>;

function isPlace(value: Place | OperationOutcome): value is Place {
  return 'drive' in value;
}

function isAnswer(value: ServiceAnswer | OutboundFailure): value is ServiceAnswer {
  return !('kind' in value);
}

function namesOf(path: string): readonly string[] | Fault {
  const names = path.split(/[\\/]+/).filter((name) => name !== '' && name !== '.');
  return names.includes('..')
    ? fault('InvalidRequestContent', `The path '${path.slice(0, 200)}' leaves its folder.`)
    : names;
}

/** `root`, or `root:/a/b:` with each name encoded (DF1). */
function rootOf({ drive, names }: Place, child?: string): string {
  const all = child === undefined ? names : [...names, child];
  return all.length === 0 ? `${drive}/root` : `${drive}/root:/${all.map(encodeURIComponent).join('/')}:`;
}

// --- Which drive ------------------------------------------------------------------------------------------------

const ownDrive: FindPlace = async (_send, _input, path) => {
  const names = namesOf(path);
  return isFault(names) ? names : { drive: '/v1.0/me/drive', prefix: '', names };
};

/** The site's address at Graph: `/v1.0/sites/contoso.sharepoint.com,…`. */
export async function sitePath(send: SendToService, { path }: OperationInput): Promise<string | OperationOutcome> {
  const url = URL.parse(path['siteUrl'] ?? '');
  if (url === null)
    return fault('InvalidRequestContent', `'${path['siteUrl']?.slice(0, 200)}' is no address of a site.`);
  const relative = url.pathname.replace(/\/+$/, '');
  const site = await send({
    method: 'GET',
    path: `/v1.0/sites/${url.hostname}${relative === '' ? '' : `:${relative}`}`,
  });
  if (!isFine(site)) return site;
  return `/v1.0/sites/${encodeURIComponent(textMember(site.body ?? null, 'id') ?? '')}`;
}

/** The first folder of a path is a library, by its name in the address, its title or the id of its list. */
const siteDrive: FindPlace = async (send, input, path) => {
  const site = await sitePath(send, input);
  if (typeof site !== 'string') return site;
  const [library = '', ...below] = path.split('/').filter((name) => name !== '');
  const names = namesOf(below.join('/'));
  if (isFault(names)) return names;
  const drives = await send({ method: 'GET', path: `${site}/drives?$select=id,name,webUrl,sharePointIds` });
  if (!isFine(drives)) return drives;
  const list = memberOf(drives.body ?? null, 'value');
  const wanted = library.toLowerCase();
  const drive = (isJsonArray(list) ? list : []).find((one) => {
    const last = decoded((textMember(one, 'webUrl') ?? '').split('/').at(-1) ?? '');
    const list = textMember(memberOf(one, 'sharePointIds'), 'listId') ?? '';
    return [last, textMember(one, 'name') ?? '', list].some((name) => name.toLowerCase() === wanted);
  });
  if (drive === undefined) return notFound(`The site has no library '${library}'.`);
  return {
    drive: `/v1.0/drives/${encodeURIComponent(textMember(drive, 'id') ?? '')}`,
    prefix: `/${library}`,
    names,
  };
};

function notFound(message: string): ServiceAnswer {
  return {
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: { status: 404, message, error: { code: 'itemNotFound', message } },
  };
}

// --- Ids and metadata -------------------------------------------------------------------------------------------

/** The connector's id of a file is its path, encoded twice. */
function idOf(path: string): string {
  return encodeURIComponent(encodeURIComponent(path));
}

function pathOfId(id: string): string {
  let path = id;
  for (let round = 0; round < 3 && !path.startsWith('/'); round += 1) path = decoded(path);
  return path;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function metadata(item: Json, path: string): JsonObject {
  const member = (name: string): Json => memberOf(item, name) ?? null;
  const name = textMember(item, 'name') ?? '';
  const file = memberOf(item, 'file');
  const listItem = Number(memberOf(memberOf(item, 'sharepointIds'), 'listItemId') ?? Number.NaN);
  return {
    ...(Number.isNaN(listItem) ? {} : { ItemId: listItem }),
    Id: idOf(path),
    Name: name,
    DisplayName: name,
    Path: path,
    LastModified: member('lastModifiedDateTime'),
    Size: member('size'),
    MediaType: textMember(file, 'mimeType') ?? (isJsonObject(file) ? 'application/octet-stream' : ''),
    IsFolder: isJsonObject(memberOf(item, 'folder')),
    ETag: member('eTag'),
    FileLocator: idOf(path),
  };
}

/** A link to share an item of a library, with the answer of Graph as it is. */
export async function shareItem(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const site = await sitePath(send, input);
  if (typeof site !== 'string') return site;
  const [list, item] = [input.path['table'], input.path['id']].map((part) => encodeURIComponent(part ?? ''));
  const { body } = input;
  return send({ method: 'POST', path: `${site}/lists/${list}/items/${item}/driveItem/createLink`, body });
}

const shown = '?$select=id,name,size,file,folder,eTag,lastModifiedDateTime,sharepointIds';

// --- Operations -------------------------------------------------------------------------------------------------

function contentOf(body: Json | undefined): { readonly type: string; readonly bytes: Uint8Array } {
  const content = textMember(body ?? null, '$content');
  if (content !== undefined) {
    const type = textMember(body ?? null, '$content-type') ?? 'application/octet-stream';
    return { type, bytes: Buffer.from(content, 'base64') };
  }
  if (typeof body === 'string') return { type: 'text/plain', bytes: Buffer.from(body) };
  return { type: 'application/json', bytes: Buffer.from(body === undefined ? '' : JSON.stringify(body)) };
}

async function upload(
  send: SendToService,
  place: Place,
  input: OperationInput,
  child?: string,
): Promise<OperationOutcome> {
  const { type, bytes } = contentOf(input.body);
  if (place.names.length === 0 && child === undefined) return fault('InvalidRequestContent', 'The file has no name.');
  const put = await send({
    method: 'PUT',
    path: `${rootOf(place, child)}/content`,
    headers: { 'content-type': type },
    body: bytes,
  });
  if (!isFine(put)) return put;
  // The answer to an upload lacks what lists know of the file.
  const read = await send({ method: 'GET', path: `${rootOf(place, child)}${shown}` });
  if (!isFine(read)) return read;
  const path = `${place.prefix}/${[...place.names, ...(child === undefined ? [] : [child])].join('/')}`;
  return { status: 200, headers: read.headers, body: metadata(read.body ?? null, path) };
}

/** Content is at an address of its own, which needs no credential. */
async function download(send: SendToService, place: Place): Promise<OperationOutcome> {
  const answer = await send({ method: 'GET', path: `${rootOf(place)}/content` });
  if (!isAnswer(answer)) return answer;
  const location = Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
  return send({ method: 'GET', path: location, bare: true });
}

async function remove(send: SendToService, place: Place): Promise<OperationOutcome> {
  const answer = await send({ method: 'DELETE', path: rootOf(place) });
  return isFine(answer) ? { status: 200, headers: answer.headers } : answer;
}

async function describe(send: SendToService, place: Place): Promise<OperationOutcome> {
  const answer = await send({ method: 'GET', path: `${rootOf(place)}${shown}` });
  if (!isFine(answer)) return answer;
  return { ...answer, body: metadata(answer.body ?? null, `${place.prefix}/${place.names.join('/')}`) };
}

const mostPages = 50;

async function list(send: SendToService, place: Place): Promise<OperationOutcome> {
  const found = await graphItems(send, { path: `${rootOf(place)}/children${shown}` }, { pages: mostPages }, (item) => {
    const path = [place.prefix, ...place.names, textMember(item, 'name') ?? ''].join('/');
    return metadata(item, path.startsWith('/') ? path : `/${path}`);
  });
  if (!isGraphItems(found)) return found;
  if (!found.isWhole) return fault('InvalidRequestContent', `The folder has more than ${mostPages} pages of files.`);
  return { status: 200, headers: found.headers, body: found.items };
}

async function makeFolder(send: SendToService, place: Place): Promise<OperationOutcome> {
  const name = place.names.at(-1);
  if (name === undefined) return fault('InvalidRequestContent', 'The folder has no name.');
  const parent = { ...place, names: place.names.slice(0, -1) };
  const body = { name, folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
  const made = await send({ method: 'POST', path: `${rootOf(parent)}/children`, body });
  return isFine(made) ? describe(send, place) : made;
}

export type DriveOperation = 'create' | 'update' | 'delete' | 'get' | 'content' | 'list' | 'folder';

const acts: Readonly<
  Record<DriveOperation, (send: SendToService, place: Place, input: OperationInput) => Promise<OperationOutcome>>
> = {
  create: (send, place, input) => upload(send, place, input, input.query['name'] ?? ''),
  update: upload,
  delete: remove,
  get: describe,
  content: download,
  list,
  folder: makeFolder,
};

function pathFor(operation: DriveOperation, { path, query, body }: OperationInput): string {
  if (operation === 'create') return query['folderPath'] ?? '/';
  if (operation === 'folder') return `/${path['table'] ?? ''}/${textMember(body ?? null, 'path') ?? ''}`;
  return query['path'] ?? pathOfId(path['id'] ?? '');
}

/** An operation on the files of a person (`own`) or of a site. */
export function onDrive(
  whose: 'own' | 'site',
  operation: DriveOperation,
): (send: SendToService, input: OperationInput) => Promise<OperationOutcome> {
  return async (send, input) => {
    const place = await (whose === 'own' ? ownDrive : siteDrive)(send, input, pathFor(operation, input));
    return isPlace(place) ? acts[operation](send, place, input) : place;
  };
}
