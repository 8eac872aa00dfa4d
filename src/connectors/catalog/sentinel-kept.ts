/**
 * What the Sentinel connector does beside incidents: watchlists, bookmarks, threat intelligence.
 *
 * Owns: the requests. Does not own: incidents (`sentinel-calls.ts`), what is kept (`#service`). Source: connectors reference 3.5.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase, memberOf, textMember } from '#foundation';
import { objectOf, type OperationInput, type Operation, type ServiceAnswer } from './connector.ts';
import { emptied, failed, nameOf, textOf, version, workspaceOf } from './sentinel-calls.ts';

type Perform = NonNullable<Operation['perform']>;

// --- Watchlists -------------------------------------------------------------------------------------------------

function watchlist(input: OperationInput): string {
  return `${workspaceOf(input)}/watchlists/${encodeURIComponent(input.path['watchlistAlias'] ?? '')}`;
}

export const getWatchlist: Perform = (send, input) => send({ method: 'GET', path: `${watchlist(input)}?${version}` });

export const deleteWatchlist: Perform = async (send, input) =>
  emptied(await send({ method: 'DELETE', path: `${watchlist(input)}?${version}` }));

export const putWatchlist: Perform = (send, input) => {
  const given = objectOf(input.body);
  const properties = {
    displayName: input.path['watchlistAlias'] ?? '',
    provider: 'Microsoft',
    source: 'Local file',
    ...given,
  };
  return send({ method: 'PUT', path: `${watchlist(input)}?${version}`, body: { properties } });
};

export const listWatchlistItems: Perform = async (send, input) => {
  const listed = await send({ method: 'GET', path: `${watchlist(input)}/watchlistItems?${version}&$top=1000` });
  if (failed(listed)) return listed;
  const answer = listed as ServiceAnswer;
  return { ...answer, body: { properties: { watchlistItems: memberOf(answer.body ?? null, 'value') ?? [] } } };
};

export const addWatchlistItem: Perform = (send, input) => {
  const itemsKeyValue: Json = isJsonObject(input.body) ? input.body : {};
  return send({
    method: 'PUT',
    path: `${watchlist(input)}/watchlistItems/${nameOf(input, 'item')}?${version}`,
    body: { properties: { itemsKeyValue } },
  });
};

export const deleteWatchlistItem: Perform = async (send, input) =>
  emptied(
    await send({
      method: 'DELETE',
      path: `${watchlist(input)}/watchlistItems/${encodeURIComponent(input.path['itemId'] ?? '')}?${version}`,
    }),
  );

function watchlistItem(input: OperationInput): string {
  return `${watchlist(input)}/watchlistItems/${encodeURIComponent(input.path['itemId'] ?? '')}?${version}`;
}

export const getWatchlistItem: Perform = (send, input) => send({ method: 'GET', path: watchlistItem(input) });

/** Only an item that is there is changed. */
export const updateWatchlistItem: Perform = async (send, input) => {
  const found = await send({ method: 'GET', path: watchlistItem(input) });
  if (failed(found)) return found;
  const itemsKeyValue: Json = isJsonObject(input.body) ? input.body : {};
  return send({ method: 'PUT', path: watchlistItem(input), body: { properties: { itemsKeyValue } } });
};

/** The newer list: pages, `skipToken` for the next one. */
export const listWatchlistItemsV2: Perform = async (send, input) => {
  const token = input.query['skipToken'] ?? '';
  const more = token === '' ? '' : `&$skipToken=${encodeURIComponent(token)}`;
  const listed = await send({ method: 'GET', path: `${watchlist(input)}/watchlistItems?${version}${more}` });
  if (failed(listed)) return listed;
  const answer = listed as ServiceAnswer;
  const next = URL.parse(textMember(answer.body ?? null, 'nextLink') ?? '');
  return {
    ...answer,
    body: {
      properties: { watchlistItems: memberOf(answer.body ?? null, 'value') ?? [] },
      skipToken: next?.searchParams.get('$skipToken') ?? null,
    },
  };
};

// --- Bookmarks --------------------------------------------------------------------------------------------------

function bookmark(input: OperationInput): string {
  return `${workspaceOf(input)}/bookmarks/${encodeURIComponent(input.path['bookmarkId'] ?? '')}?${version}`;
}

export const listBookmarks: Perform = (send, input) => {
  const top = Number(input.path['count'] ?? '');
  const wanted = Number.isInteger(top) && top > 0 ? `&$top=${top}` : '';
  return send({ method: 'GET', path: `${workspaceOf(input)}/bookmarks?${version}${wanted}` });
};

export const getBookmark: Perform = (send, input) => send({ method: 'GET', path: bookmark(input) });

export const putBookmark: Perform = (send, input) => {
  const given = objectOf(input.body);
  const properties = isJsonObject(given['properties']) ? given['properties'] : given;
  return send({ method: 'PUT', path: bookmark(input), body: { properties } });
};

export const deleteBookmark: Perform = async (send, input) =>
  emptied(await send({ method: 'DELETE', path: bookmark(input) }));

// --- Threat intelligence ----------------------------------------------------------------------------------------

/** STIX objects into the workspace of a GUID, whichever member they come in. */
export const uploadIndicators: Perform = (send, input) => {
  const member = (name: string): Json | undefined => memberIgnoringCase(input.body ?? null, name);
  const objects = member('stixobjects') ?? member('indicators') ?? member('value');
  return send({
    method: 'POST',
    path: `/workspaces/${encodeURIComponent(input.path['workspaceId'] ?? '')}/threat-intelligence-stix-objects:upload?api-version=2024-02-01-preview`,
    body: { sourcesystem: textOf(member('sourcesystem')), stixobjects: isJsonArray(objects) ? objects : [] },
  });
};
