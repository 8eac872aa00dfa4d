/**
 * The authorization endpoint and the device code page: where a person signs in.
 *
 * Paths come in two styles, `/adfs/oauth2/…` and `/{tenant}/oauth2/…`, each with and without `v2.0`.
 * Source: ARM reference 2, 2.1.
 */
import { type ArmResponse, textMember, TocsinError } from '#foundation';
import {
  answerDeviceRequest,
  type AuthorizationRequest,
  checkTenant,
  endSession,
  findDeviceRequest,
  giveCode,
  judgePassword,
  type OAuthAnswer,
  oauthError,
  passwordRefusal,
  readAuthorization,
  type RefusedAuthorization,
  sessionCookie,
  sessionCookieName,
  type User,
} from '#service';
import { firstValues, formOf, refuseForeignForm } from '../../form-body.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import { deviceCodePage, formPostPage, messagePage, pageFields, signInPage } from '../../sign-in-page.ts';

const open: Permission = { open: 'Signing in itself: name and password are checked by the handler.' };

type Fields = Readonly<Record<string, string>>;
type AnswerTo = Pick<AuthorizationRequest, 'redirectUri' | 'responseMode' | 'state'>;

// --- Authorization ----------------------------------------------------------------------------------------------

async function authorize(call: RouteCall): Promise<ArmResponse> {
  const isForm = call.request.method === 'POST';
  if (isForm) requireOwnForm(call);
  const fields = isForm ? formOf(call) : queryOf(call);
  const tenant = checkTenant(call.services, call.path['tenant'] ?? 'adfs');
  if (tenant !== undefined) return refusalPage(tenant);
  const request = readAuthorization(call.services, fields, call.request.baseUrl);
  if ('refusal' in request) return refused(request);
  if (fields[pageFields.answer] === 'decline') {
    return answerApplication(request, errorFields(oauthError(call.services, 'consentDeclined')));
  }
  const person =
    isForm && fields[pageFields.answer] !== undefined
      ? await personOf(call, fields, { way: 'browser', application: request.client.displayName })
      : undefined;
  if (person === undefined || 'problem' in person) return askPerson(call, request, fields, person?.problem);
  const info = { uid: person.user.objectId, utid: call.services.settings.tenantId };
  return answerApplication(request, {
    code: await giveCode(call.services, request, person.user),
    ...(fields['client_info'] === '1' ? { client_info: Buffer.from(JSON.stringify(info)).toString('base64url') } : {}),
  });
}

/** Parameters as sent, whatever the case of their names. */
function queryOf({ request }: RouteCall): Fields {
  return request.search === undefined ? request.query : firstValues(new URLSearchParams(request.search));
}

function requireOwnForm(call: RouteCall): void {
  const foreign = refuseForeignForm(call);
  if (foreign !== undefined) throw new TocsinError(foreign);
}

type Person = { readonly user: User } | { readonly problem: string };

async function personOf(
  call: RouteCall,
  fields: Fields,
  to: { readonly way: 'browser' | 'device'; readonly application: string },
): Promise<Person> {
  const [userName = '', password = ''] = [fields[pageFields.userName], fields[pageFields.password]];
  const { remoteAddress } = call.request;
  const judged = await judgePassword(call.services, { userName, password, remoteAddress, ...to });
  return judged.kind === 'good'
    ? { user: judged.user }
    : { problem: sentenceOf(passwordRefusal(call.services, judged.kind)) };
}

function askPerson(call: RouteCall, request: AuthorizationRequest, fields: Fields, problem?: string): ArmResponse {
  const own: readonly string[] = Object.values(pageFields);
  const hidden = Object.fromEntries(Object.entries(fields).filter(([name]) => !own.includes(name)));
  return signInPage({
    action: call.request.path,
    application: request.client.displayName,
    hidden,
    userName: fields[pageFields.userName] ?? fields['login_hint'] ?? '',
    problem,
    leadsTo: request.redirectUri,
  });
}

function refused({ refusal, answerTo }: RefusedAuthorization): ArmResponse {
  return answerTo === undefined ? refusalPage(refusal) : answerApplication(answerTo, errorFields(refusal));
}

function refusalPage(refusal: OAuthAnswer): ArmResponse {
  return messagePage(refusal.status, 'The sign-in cannot go on', sentenceOf(refusal));
}

function errorFields({ body }: OAuthAnswer): Fields {
  return {
    error: textMember(body, 'error') ?? '',
    error_description: textMember(body, 'error_description') ?? '',
  };
}

function sentenceOf({ body }: OAuthAnswer): string {
  return (textMember(body, 'error_description') ?? '').replace(/ Trace ID: .*$/s, '');
}

/** Takes the answer back to the application. */
function answerApplication({ redirectUri, responseMode, state }: AnswerTo, answer: Fields): ArmResponse {
  const fields = { ...answer, ...(state === undefined ? {} : { state }) };
  if (responseMode === 'form_post') return formPostPage(redirectUri, fields);
  const text = new URLSearchParams(fields).toString();
  const mark = responseMode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?';
  return {
    status: 303,
    headers: {
      location: `${redirectUri}${mark}${text}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  };
}

// --- Device codes -----------------------------------------------------------------------------------------------

function askCode(call: RouteCall): ArmResponse {
  return deviceCodePage(call.request.path, queryOf(call)[pageFields.userCode] ?? '');
}

async function takeCode(call: RouteCall): Promise<ArmResponse> {
  requireOwnForm(call);
  const fields = formOf(call);
  const entered = fields[pageFields.userCode] ?? '';
  const found = findDeviceRequest(call.services, entered, call.request.remoteAddress ?? '');
  if (found === undefined) {
    return deviceCodePage(
      call.request.path,
      entered,
      'The code is not right, or it has expired. Start again on your device.',
    );
  }
  const { userCode, client } = found;
  const answer = fields[pageFields.answer];
  if (answer === 'decline') {
    await answerDeviceRequest(call.services, userCode, undefined);
    return messagePage(200, 'Cancelled', 'The program on your device was not signed in. You can close this page.');
  }
  const person =
    answer === undefined ? undefined : await personOf(call, fields, { way: 'device', application: client.displayName });
  if (person === undefined || 'problem' in person) {
    return signInPage({
      action: call.request.path,
      application: client.displayName,
      hidden: { [pageFields.userCode]: userCode },
      userName: fields[pageFields.userName] ?? '',
      problem: person?.problem,
      notice: 'A program on another device will be signed in as you. Go on only if you started it yourself.',
    });
  }
  const done = await answerDeviceRequest(call.services, userCode, person.user);
  return done
    ? messagePage(200, 'You have signed in', `${client.displayName} goes on at your device. You can close this page.`)
    : deviceCodePage(call.request.path, '', 'The code has been used already.');
}

// --- Signing out ------------------------------------------------------------------------------------------------

async function signOut(call: RouteCall): Promise<ArmResponse> {
  const cookie = sessionCookie(call.request.headers['cookie']);
  if (cookie !== undefined) await endSession(call.services, cookie);
  const done = messagePage(200, 'You have signed out', 'You can close this page.');
  const cleared = `${sessionCookieName}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;
  return { ...done, headers: { ...done.headers, 'set-cookie': cleared } };
}

function both(pattern: string, take: Route['handle'], ask = take): readonly Route[] {
  return [
    { method: 'GET', pattern, permission: open, handle: ask },
    { method: 'POST', pattern, permission: open, body: 'text', handle: take },
  ];
}

export const authorizeRoutes: readonly Route[] = [
  ...['/adfs', '/{tenant}'].flatMap((base) => [
    ...both(`${base}/oauth2/authorize`, authorize),
    ...both(`${base}/oauth2/v2.0/authorize`, authorize),
    { method: 'GET', pattern: `${base}/oauth2/logout`, permission: open, handle: signOut } as const,
    { method: 'GET', pattern: `${base}/oauth2/v2.0/logout`, permission: open, handle: signOut } as const,
  ]),
  ...both('/devicelogin', takeCode, askCode),
  ...both('/adfs/oauth2/deviceauth', takeCode, askCode),
];
