/**
 * Events of calendars at Microsoft Graph, in the members of the connector.
 *
 * Owns: the two forms of an event, the requests. Does not own: the table (`mailbox.data.ts`).
 * Source: the published contract of Office 365 Outlook (events V3 and V4); Microsoft Graph v1.0, event.
 *
 * Invariants
 * CE1. What a request leaves out is left out towards Graph: a change changes nothing else.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
} from '#foundation';
import { isFine, objectOf, type OperationInput, type OperationOutcome, type SendToService } from './connector.ts';
import { graphItems, isGraphItems } from './graph-pages.ts';
import { addressesOf, bareAddress } from './mail-message.ts';

const mostPages = 20;

/** `Calendar` is everybody's own one. */
export function calendarOf(name: string): string {
  const isOwn = name === '' || /^calendar$/i.test(name);
  return isOwn ? '/v1.0/me/calendar' : `/v1.0/me/calendars/${encodeURIComponent(name)}`;
}

function eventPath({ path }: OperationInput): string {
  return `${calendarOf(path['table'] ?? '')}/events/${encodeURIComponent(path['id'] ?? '')}`;
}

const utc = { prefer: 'outlook.timezone="UTC"' } as const;

// --- As the connector has it ------------------------------------------------------------------------------------

function attendees(event: JsonObject, type: string): string {
  const list = memberOf(event, 'attendees');
  const found = (isJsonArray(list) ? list : []).filter((one) => textMember(one, 'type') === type);
  return found.map((one) => textMember(memberOf(one, 'emailAddress') ?? null, 'address') ?? '').join(';');
}

/** An event in the members of the connector; times are those of the zone that Graph was asked for. */
export function eventOf(given: Json | undefined): JsonObject {
  const event = objectOf(given);
  const time = (name: string): string => textMember(memberOf(event, name) ?? null, 'dateTime') ?? '';
  const zone = textMember(memberOf(event, 'start') ?? null, 'timeZone') ?? 'UTC';
  const body = objectOf(event['body']);
  const plain = [
    'id',
    'subject',
    'createdDateTime',
    'lastModifiedDateTime',
    'categories',
    'iCalUId',
    'importance',
    'isAllDay',
    'isReminderOn',
    'reminderMinutesBeforeStart',
    'responseRequested',
    'sensitivity',
    'seriesMasterId',
    'showAs',
    'webLink',
  ];
  return {
    ...Object.fromEntries(plain.map((name) => [name, event[name] ?? null])),
    start: time('start'),
    end: time('end'),
    ...(zone === 'UTC' ? { startWithTimeZone: `${time('start')}+00:00`, endWithTimeZone: `${time('end')}+00:00` } : {}),
    timeZone: zone,
    body: textMember(body, 'content') ?? '',
    isHtml: textMember(body, 'contentType')?.toLowerCase() === 'html',
    location: textMember(memberOf(event, 'location') ?? null, 'displayName') ?? '',
    organizer: textMember(memberOf(memberOf(event, 'organizer'), 'emailAddress') ?? null, 'address') ?? '',
    requiredAttendees: attendees(event, 'required'),
    optionalAttendees: attendees(event, 'optional'),
    resourceAttendees: attendees(event, 'resource'),
    responseType: textMember(memberOf(event, 'responseStatus') ?? null, 'response') ?? 'none',
    responseTime: textMember(memberOf(event, 'responseStatus') ?? null, 'time') ?? null,
    recurrence: typeOfRecurrence(event),
  };
}

function typeOfRecurrence(event: JsonObject): string {
  return textMember(memberOf(memberOf(event, 'recurrence'), 'pattern') ?? null, 'type') ?? 'none';
}

// --- As Graph has it --------------------------------------------------------------------------------------------

const samePlainly = [
  'subject',
  'categories',
  'importance',
  'isAllDay',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'responseRequested',
  'sensitivity',
  'showAs',
] as const;

/** `(UTC) Coordinated Universal Time` as designers offer it, or an id of a zone. */
function zoneOf(text: string): string | Fault {
  if (text === '' || /^(?:utc|\(utc\).*)$/i.test(text)) return 'UTC';
  if (!text.startsWith('(')) return text;
  return fault(
    'InvalidRequestContent',
    `'${text.slice(0, 100)}' is no id of a time zone, such as 'UTC' or 'W. Europe Standard Time'.`,
  );
}

function graphEvent(body: Json | undefined): JsonObject | Fault {
  const given = (name: string): Json | undefined => memberIgnoringCase(body ?? null, name) ?? undefined;
  const text = (name: string): string | undefined => {
    const value = given(name);
    return typeof value === 'string' ? value : undefined;
  };
  const recurrence = text('recurrence') ?? 'none';
  if (!/^none$/i.test(recurrence))
    return fault('InvalidRequestContent', `An event that recurs ('${recurrence.slice(0, 40)}') cannot be made here.`);
  const zone = zoneOf(text('timeZone') ?? '');
  if (isFault(zone)) return zone;
  const people = (['required', 'optional', 'resource'] as const).flatMap((type) =>
    addressesOf(given(`${type}Attendees`)).map((address) => ({
      type,
      emailAddress: { address: bareAddress(address) },
    })),
  );
  const hasPeople = ['required', 'optional', 'resource'].some((type) => given(`${type}Attendees`) !== undefined);
  const time = (name: string): JsonObject => {
    const dateTime = text(name);
    return dateTime === undefined ? {} : { [name]: { dateTime, timeZone: zone } };
  };
  const html = text('body');
  const location = text('location');
  return {
    ...Object.fromEntries(
      samePlainly.flatMap((name) => {
        const value = given(name);
        return value === undefined || value === null ? [] : [[name, value] as const];
      }),
    ),
    ...time('start'),
    ...time('end'),
    ...(html === undefined ? {} : { body: { contentType: 'HTML', content: html } }),
    ...(location === undefined ? {} : { location: { displayName: location } }),
    ...(hasPeople ? { attendees: people } : {}),
  };
}

// --- Operations -------------------------------------------------------------------------------------------------

async function eventsAt(send: SendToService, first: string, most: number): Promise<OperationOutcome> {
  const found = await graphItems(send, { path: first, headers: utc }, { pages: mostPages, items: most }, eventOf);
  if (!isGraphItems(found)) return found;
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body: { value: found.items } };
}

function listed({ query }: OperationInput, more: Readonly<Record<string, string>> = {}): string {
  const names = ['$filter', '$orderby', '$skip', '$top'] as const;
  const own = Object.fromEntries(names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
  return new URLSearchParams({ ...more, ...own }).toString().replaceAll('%24', '$');
}

const usualMost = 1_000;

export function listEvents(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const most = Number(input.query['$top'] ?? usualMost) || usualMost;
  return eventsAt(send, `${calendarOf(input.path['table'] ?? '')}/events?${listed(input)}`, most);
}

/** Events between two moments, those that recur once for each time. */
export function calendarView(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const { calendarId = '', startDateTimeUtc = '', endDateTimeUtc = '' } = input.query;
  const between = { startDateTime: startDateTimeUtc, endDateTime: endDateTimeUtc };
  const most = Number(input.query['$top'] ?? usualMost) || usualMost;
  return eventsAt(send, `${calendarOf(calendarId)}/calendarView?${listed(input, between)}`, most);
}

export async function readEvent(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const answer = await send({ method: 'GET', path: eventPath(input), headers: utc });
  return isFine(answer) ? { ...answer, body: eventOf(answer.body) } : answer;
}

async function write(
  send: SendToService,
  method: string,
  path: string,
  input: OperationInput,
): Promise<OperationOutcome> {
  const body = graphEvent(input.body);
  if (isFault(body)) return body;
  const answer = await send({ method, path, body, headers: utc });
  return isFine(answer) ? { ...answer, status: 200, body: eventOf(answer.body) } : answer;
}

export function createEvent(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  return write(send, 'POST', `${calendarOf(input.path['table'] ?? '')}/events`, input);
}

export function changeEvent(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  return write(send, 'PATCH', eventPath(input), input);
}
