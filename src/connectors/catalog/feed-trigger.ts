/**
 * RSS: items of a feed, listed and as a trigger.
 *
 * Owns: reading RSS 2.0, RSS 1.0 and Atom, the connector's form of an item. Does not own: the cursor (`news.ts`).
 * Source: the published contract of the connector; RSS 2.0, RFC 4287.
 */
import { DOMParser, type Element, type Node } from '@xmldom/xmldom';
import { fault, isFault, isJsonObject, type Json, type JsonObject, textMember } from '#foundation';
import { action, type Connector, type OperationInput, type SendToService } from './connector.ts';
import { isRefused, type News, newsTrigger, type Page, type Refused } from './news.ts';

const largestFeed = 4_000_000;
const mostItems = 1_000;

/** Items of the feed that the queries name, the newest last. */
async function feedOf(send: SendToService, { query }: OperationInput): Promise<Page | Refused> {
  const url = query['feedUrl'] ?? '';
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return fault('InvalidRequestContent', `'${url.slice(0, 200)}' in 'feedUrl' is no address of a feed.`);
  }
  const accept = { accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8' };
  const answer = await send({ method: 'GET', path: url, headers: accept, bare: true });
  if ('kind' in answer || answer.status >= 300) return answer;
  const items = readFeed(textOf(answer.body));
  if (isFault(items)) return items;
  const time = timeOf(query);
  return { things: items.toSorted((left, right) => Date.parse(time(left)) - Date.parse(time(right))) };
}

/** XML comes as text, or as the bytes of a content. */
function textOf(body: Json | undefined): string {
  const content = isJsonObject(body) ? textMember(body, '$content') : undefined;
  if (content !== undefined) return Buffer.from(content, 'base64').toString();
  return typeof body === 'string' ? body : '';
}

/** The items of a feed, in its order. */
export function readFeed(text: string): readonly JsonObject[] | ReturnType<typeof fault> {
  if (text.length > largestFeed) return fault('InvalidRequestContent', 'The feed is larger than 4 MB.');
  // Declared entities are not needed by feeds, and grow without bound.
  if (/<!ENTITY/i.test(text)) return fault('InvalidRequestContent', 'The feed declares entities.');
  let root: Element | null;
  try {
    root = new DOMParser({ onError: (level, message) => rejectErrors(level, message) }).parseFromString(
      text,
      'text/xml',
    ).documentElement;
  } catch {
    root = null;
  }
  if (root === null || !/^(rss|rdf|feed)$/i.test(localName(root))) {
    return fault('InvalidRequestContent', 'The answer is neither an RSS nor an Atom feed.');
  }
  const items = [...descendants(root)].filter((node) => /^(item|entry)$/.test(localName(node)));
  return items.slice(0, mostItems).map(itemOf);
}

function rejectErrors(level: string, message: string): void {
  if (level !== 'warning') throw new SyntaxError(message);
}

function localName(node: Node): string {
  return (node.localName ?? node.nodeName).toLowerCase();
}

function* elements(node: Node): Iterable<Element> {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === 1) yield child as Element;
  }
}

/** Elements at any depth but below items, which hold no others. */
function* descendants(node: Node): Iterable<Element> {
  for (const child of elements(node)) {
    yield child;
    if (/^(rdf|channel)$/.test(localName(child))) yield* descendants(child);
  }
}

function itemOf(item: Element): JsonObject {
  const children = [...elements(item)];
  const first = (...names: readonly string[]): string => {
    const found = names.flatMap((name) => children.filter((child) => localName(child) === name));
    return (found[0]?.textContent ?? '').trim();
  };
  const links = children
    .filter((child) => localName(child) === 'link')
    .map((link) => (link.getAttribute('href') ?? link.textContent ?? '').trim())
    .filter((link) => link !== '');
  const main = children.find(
    (child) => localName(child) === 'link' && (child.getAttribute('rel') ?? 'alternate') === 'alternate',
  );
  const primaryLink = (main?.getAttribute('href') ?? main?.textContent ?? links[0] ?? '').trim();
  const published = dateOf(first('pubdate', 'published', 'date', 'issued'));
  return {
    id: first('guid', 'id') || primaryLink,
    title: first('title'),
    primaryLink,
    links,
    updatedOn: dateOf(first('updated', 'modified')) || published,
    publishDate: published || dateOf(first('updated')),
    summary: first('description', 'summary', 'content'),
    copyright: first('rights', 'copyright'),
    categories: children
      .filter((child) => localName(child) === 'category')
      .map((category) => (category.getAttribute('term') ?? category.textContent ?? '').trim()),
  };
}

/** As the connector writes times: `2026-11-20 09:15:00Z`. */
function dateOf(text: string): string {
  const at = Date.parse(text);
  return Number.isFinite(at)
    ? new Date(at)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z')
    : '';
}

function isByUpdate(query: Readonly<Record<string, string>>): boolean {
  return query['sinceProperty']?.toLowerCase() === 'updatedon';
}

/** The time that `sinceProperty` chooses; an item without any is as old as can be. */
function timeOf(query: Readonly<Record<string, string>>): (item: JsonObject) => string {
  const member = isByUpdate(query) ? 'updatedOn' : 'publishDate';
  return (item) => textMember(item, member) || '1970-01-01 00:00:00Z';
}

const example = {
  id: 'https://example.com/1',
  title: 't',
  primaryLink: 'https://example.com/1',
  links: ['https://example.com/1'],
  updatedOn: '2026-11-20 09:15:00Z',
  publishDate: '2026-11-20 09:15:00Z',
  summary: 's',
  copyright: '',
  categories: [],
} as const;

/** Feeds are read whole, and many of their times are wrong or missing: what was there before is known by its id alone. */
const feedNews: News = {
  newest: ({ send, input }) => feedOf(send, input),
  from: ({ send, input }) => feedOf(send, input),
  time: () => '2000-01-01T00:00:00Z',
  key: (item, { query }) =>
    `${textMember(item, 'id') ?? ''} ${isByUpdate(query) ? (textMember(item, 'updatedOn') ?? '') : ''}`,
};

export const feedConnectors: readonly Connector[] = [
  {
    name: 'rss',
    displayName: 'RSS',
    brandColor: '#FF9900',
    description: 'Feeds are read at their address; no credential is sent.',
    parameters: [],
    service: { kind: 'http', endpoint: 'https://rss.invalid' },
    throttle: { calls: 100, seconds: 60 },
    operations: [
      newsTrigger('OnNewFeed', '/OnNewFeed', 'When a feed item is published', example, feedNews),
      action(
        'ListFeedItems',
        'GET /ListFeedItems',
        'List all RSS feed items',
        { status: 200, body: [example] },
        {
          perform: async (send, input) => {
            const found = await feedOf(send, input);
            if (isRefused(found)) return found;
            const since = Date.parse(input.query['since'] ?? '');
            const time = timeOf(input.query);
            const things = found.things.filter((item) => !(Date.parse(time(item)) <= since)).toReversed();
            return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: things };
          },
        },
      ),
    ],
  },
];
