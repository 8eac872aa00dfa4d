/**
 * Polling triggers of Microsoft Graph: messages of Teams channels, items of SharePoint lists, events of calendars.
 *
 * Owns: what each asks Graph for, the forms that the connectors give. Does not own: the cursor (`news.ts`), mail (`new-mail.ts`).
 * Source: the published contracts of the connectors; the REST descriptions of Microsoft Graph.
 */
import { isJsonArray, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { objectOf, type Operation, type OperationParameter, type ServiceAnswer } from './connector.ts';
import { eventOf } from './calendar.ts';
import { sitePath } from './drive-files.ts';
import {
  type Ask,
  getPage,
  idOf,
  isRefused,
  listIn,
  type News,
  newestFirst,
  newsTrigger,
  type Page,
  type Refused,
  textAt,
} from './news.ts';

const pageOf = (answer: ServiceAnswer): Page => ({
  things: listIn(answer),
  next: textMember(answer.body ?? null, '@odata.nextLink'),
});

const place = ({ input }: Ask, name: string): string => encodeURIComponent(input.path[name] ?? '');

// --- Teams ------------------------------------------------------------------------------------------------------

/** Graph lists a channel by the newest reply: an older message with a new reply is no news. */
function channelNews(mentionsMe: boolean): News {
  const listed = newestFirst(
    (of, next) =>
      getPage(
        of,
        next ?? `/v1.0/teams/${place(of, 'groupId')}/channels/${place(of, 'channelId')}/messages?$top=50`,
        pageOf,
      ),
    (message) => textAt(message, 'lastModifiedDateTime'),
  );
  return {
    ...listed,
    from: async (of, since, next) => {
      const found = await listed.from(of, since, next);
      if (!mentionsMe || isRefused(found) || found.things.length === 0) return found;
      const me = await of.send({ method: 'GET', path: '/v1.0/me?$select=id' });
      if ('kind' in me || me.status >= 300) return me;
      const id = textMember(me.body ?? null, 'id') ?? '';
      return { things: found.things.filter((message) => mentions(message, id)) };
    },
    time: (message) => textAt(message, 'lastModifiedDateTime'),
    key: idOf,
    fits: (message, _, since) =>
      textAt(message, 'messageType') === 'message' && Date.parse(textAt(message, 'createdDateTime')) >= since.getTime(),
    body: (messages) => [...messages],
    uncut: true,
  };
}

function mentions(message: JsonObject, userId: string): boolean {
  const listed = memberOf(message, 'mentions');
  return (isJsonArray(listed) ? listed : []).some((one) => textAt(objectOf(one), 'mentioned', 'user', 'id') === userId);
}

const message = {
  id: '1616990032035',
  messageType: 'message',
  createdDateTime: '2026-11-20T09:15:00Z',
  lastModifiedDateTime: '2026-11-20T09:15:00Z',
  importance: 'normal',
  subject: null,
  from: { user: { id: 'u', displayName: 'Ana' } },
  body: { contentType: 'html', content: '<p>x</p>' },
  attachments: [],
  mentions: [],
} as const;
const channel = '/trigger/beta/teams/{groupId}/channels/{channelId}';

export const teamsTriggers: readonly Operation[] = [
  newsTrigger(
    'OnNewChannelMessage',
    `${channel}/messages`,
    'When a new channel message is added',
    message,
    channelNews(false),
  ),
  newsTrigger(
    'OnNewChannelMessageMentioningMe',
    `${channel}/messages_mentioningme`,
    'When I am mentioned in a channel message',
    message,
    channelNews(true),
  ),
];

// --- SharePoint -------------------------------------------------------------------------------------------------

const listParameters: readonly OperationParameter[] = ['siteUrl', 'table'].map((name) => ({
  name,
  in: 'path',
  type: 'string',
  required: true,
  encoding: 'double',
}));
/** Lists are small or have an index; Graph refuses to order by a column without one unless asked. */
const preferred = { prefer: 'HonorNonIndexedQueriesWarningMayFailRandomly' } as const;

function listNews(column: 'Created' | 'Modified'): News {
  const ask = async (of: Ask, query: Readonly<Record<string, string>>): Promise<Page | Refused> => {
    const site = await sitePath(of.send, of.input);
    if (typeof site !== 'string') return site;
    const search = new URLSearchParams({ $expand: 'fields', $top: '50', ...query });
    return getPage(of, `${site}/lists/${place(of, 'table')}/items?${search.toString()}`, pageOf, preferred);
  };
  return {
    parameters: listParameters,
    newest: (of) => ask(of, { $orderby: `fields/${column} desc` }),
    from: (of, since, next) =>
      next === undefined
        ? ask(of, {
            $filter: `fields/${column} ge '${since.toISOString().replace(/\.\d+Z$/, 'Z')}'`,
            $orderby: `fields/${column}`,
          })
        : getPage(of, next, pageOf, preferred),
    time: (item) => textAt(item, 'fields', column),
    key: (item) => (column === 'Created' ? idOf(item) : `${idOf(item)} ${textAt(item, 'fields', column)}`),
    show: async (_, items) => items.map(listItem),
  };
}

/** Columns stand in the item itself; what is of the item has names in braces. */
export function listItem(item: JsonObject): Json {
  const fields = objectOf(memberOf(item, 'fields'));
  const id = Number(idOf(item));
  const person = (name: string): Json => ({
    DisplayName: textAt(item, name, 'user', 'displayName'),
    Email: textAt(item, name, 'user', 'email'),
  });
  const title = textAt(fields, 'Title');
  const name = textAt(fields, 'FileLeafRef');
  return {
    ...fields,
    ID: Number.isInteger(id) ? id : idOf(item),
    Title: title,
    Author: person('createdBy'),
    Editor: person('lastModifiedBy'),
    '{Identifier}': idOf(item),
    '{IsFolder}': textAt(fields, 'FSObjType') === '1',
    '{Link}': textAt(item, 'webUrl'),
    '{Name}': name === '' ? title : name.replace(/\.[^.]+$/, ''),
    '{FilenameWithExtension}': name === '' ? title : name,
  };
}

const listRow = {
  ID: 1,
  Title: 't',
  Created: '2026-11-20T09:15:00Z',
  Modified: '2026-11-20T09:15:00Z',
  Author: { DisplayName: 'Ana', Email: 'ana@example.com' },
  '{Link}': 'https://contoso.sharepoint.com/sites/soc/Lists/x/1_.000',
} as const;
const table = '/datasets/{siteUrl}/tables/{table}';

export const listTriggers: readonly Operation[] = [
  newsTrigger('OnNewItems', `${table}/onnewitems`, 'When an item is created', listRow, listNews('Created')),
  newsTrigger(
    'OnUpdatedItems',
    `${table}/onupdateditems`,
    'When an item is created or modified',
    listRow,
    listNews('Modified'),
  ),
];

// --- Calendars --------------------------------------------------------------------------------------------------

function calendarNews(member: 'createdDateTime' | 'lastModifiedDateTime', onlyChanges: boolean): News {
  const ask = (of: Ask, query: Readonly<Record<string, string>>): Promise<Page | Refused> =>
    getPage(
      of,
      `/v1.0/me/calendars/${place(of, 'table')}/events?${new URLSearchParams({ $top: '50', ...query }).toString()}`,
      pageOf,
    );
  const isChanged = (event: JsonObject): boolean =>
    Date.parse(textAt(event, 'lastModifiedDateTime')) - Date.parse(textAt(event, 'createdDateTime')) >= 1_000;
  return {
    newest: (of) => ask(of, { $orderby: `${member} desc`, $select: `id,${member}` }),
    from: (of, since, next) =>
      next === undefined
        ? ask(of, { $filter: `${member} ge ${since.toISOString()}`, $orderby: member })
        : getPage(of, next, pageOf),
    time: (event) => textAt(event, member),
    key: (event) => (member === 'createdDateTime' ? idOf(event) : `${idOf(event)} ${textAt(event, member)}`),
    ...(onlyChanges ? { fits: isChanged } : {}),
    show: async (_, events) => events.map(eventOf),
  };
}

const calendarRow = {
  id: 'AAMk',
  subject: 's',
  start: '2026-11-20T09:00:00.0000000',
  end: '2026-11-20T10:00:00.0000000',
  timeZone: 'UTC',
  body: 'x',
  isHtml: true,
  organizer: 'ana@example.com',
  requiredAttendees: 'soc@example.com',
  createdDateTime: '2026-11-20T08:00:00Z',
  lastModifiedDateTime: '2026-11-20T08:00:00Z',
} as const;
const calendar = '/datasets/calendars/v3/tables/{table}';

export const calendarTriggers: readonly Operation[] = [
  newsTrigger(
    'CalendarGetOnNewItemsV3',
    `${calendar}/onnewitems`,
    'When a new event is created (V3)',
    calendarRow,
    calendarNews('createdDateTime', false),
  ),
  newsTrigger(
    'CalendarGetOnUpdatedItemsV3',
    `${calendar}/onupdateditems`,
    'When an event is modified (V3)',
    calendarRow,
    calendarNews('lastModifiedDateTime', true),
  ),
];
