/**
 * `$filter` of resource and resource group lists as a test of documents.
 *
 * Owns: the fields these lists may be filtered by, and that a tag's name and value belong together.
 * Source: ARM reference 8.2.
 */
import { type FilterNode, parseFilter, planFilter, type Predicate } from '#query';
import { type Fault, formatTime, isFault, isJsonObject, type Json, memberOf, type ResourceDocument } from '#foundation';

type Reader = (document: ResourceDocument) => Json | undefined;

const fields: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    id: (document) => document.id,
    name: (document) => document.name,
    resourcetype: (document) => document.type,
    type: (document) => document.type,
    location: (document) => document.location,
    resourcegroup: (document) => document.resourceGroup,
    subscriptionid: (document) => document.subscriptionId,
    kind: (document) => memberOf(document.body, 'kind'),
    managedby: (document) => memberOf(document.body, 'managedBy'),
    createdtime: (document) => formatTime(document.createdTime),
    changedtime: (document) => formatTime(document.changedTime),
    'identity/principalid': (document) => memberOf(memberOf(document.body, 'identity'), 'principalId'),
    'identity/type': (document) => memberOf(memberOf(document.body, 'identity'), 'type'),
    'sku/name': (document) => memberOf(memberOf(document.body, 'sku'), 'name'),
    'plan/publisher': (document) => memberOf(memberOf(document.body, 'plan'), 'publisher'),
    'plan/product': (document) => memberOf(memberOf(document.body, 'plan'), 'product'),
    tagname: (document) => tagEntries(document).map(([name]) => name),
    tagvalue: (document) => tagEntries(document).map(([, value]) => value),
  }),
);

/** The test of a filter text; everything passes an empty one. `InvalidParameter` when it cannot be used. */
export function planResourceFilter(text: string): Predicate<ResourceDocument> | Fault {
  const pair = tagPair(text);
  if (pair !== undefined) return pair;
  return planFilter(text, {
    field: (path) => fields.get(path.toLowerCase()),
    call: (name, [first, second]) => {
      if (name !== 'startswith' || first !== 'tagName' || typeof second !== 'string') return undefined;
      return (document) => tagEntries(document).some(([tag]) => tag.toLowerCase().startsWith(second.toLowerCase()));
    },
  });
}

/** `tagName eq 'a' and tagValue eq 'b'`: one tag must have both. */
function tagPair(text: string): Predicate<ResourceDocument> | undefined {
  const node = text.trim() === '' ? undefined : parseFilter(text);
  if (node === undefined || isFault(node) || node.kind !== 'and') return undefined;
  const name = wantedBy(node.left, 'tagname') ?? wantedBy(node.right, 'tagname');
  const value = wantedBy(node.left, 'tagvalue') ?? wantedBy(node.right, 'tagvalue');
  if (name === undefined || value === undefined) return undefined;
  return (document) =>
    tagEntries(document).some(
      ([tag, content]) => tag.toLowerCase() === name.toLowerCase() && content.toLowerCase() === value.toLowerCase(),
    );
}

function wantedBy(node: FilterNode, path: string): string | undefined {
  if (node.kind !== 'compare' || node.operator !== 'eq') return undefined;
  if (node.left.kind !== 'path' || node.left.path.toLowerCase() !== path) return undefined;
  return node.right.kind === 'literal' && typeof node.right.value === 'string' ? node.right.value : undefined;
}

function tagEntries(document: ResourceDocument): readonly (readonly [string, string])[] {
  const tags = memberOf(document.body, 'tags');
  if (!isJsonObject(tags)) return [];
  return Object.entries(tags).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
}
