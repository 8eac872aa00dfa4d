/**
 * Routes of connector profiles, and of the page people come back to from a sign-in.
 *
 * Owns: the mapping. Source: connectors reference 3.1; ARM reference 7.
 */
import { type ArmResponse, formatTime, type JsonObject, raise, TocsinError } from '#foundation';
import {
  confirmationPage,
  confirmReturned,
  consentLink,
  type ConsentReturn,
  consentReturned,
  deleteProfile,
  findProfile,
  listProfiles,
  messagePage,
  profileAnswer,
  putProfile,
} from '#service';
import { htmlAnswer } from '../../html-answer.ts';
import { pageOfList } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';

/** A profile's credential may serve connections anywhere: it is the business of those who may write them everywhere. */
const read: Permission = { action: 'Microsoft.Web/connections/read', scope: () => '/' };
const write: Permission = { action: 'Microsoft.Web/connections/write', scope: () => '/' };
const open: Permission = { open: 'The state is unguessable, good once, and names the connection.' };

function profileOf({ services, path }: RouteCall) {
  const api = path['api'] ?? '';
  return findProfile(services, api) ?? raise('NotFound', `There is no profile of '${api}'.`);
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const { profile, created } = await putProfile(call.services, call.path['api'] ?? '', call.request.body ?? null);
  return { status: created ? 201 : 200, body: profileAnswer(profile) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  await deleteProfile(call.services, call.path['api'] ?? '');
  return { status: 204 };
}

async function consent(call: RouteCall): Promise<ArmResponse> {
  const { api } = profileOf(call);
  const link = await consentLink(call.services, { place: { kind: 'profile', api }, caller: call.request.identity });
  return { status: 200, body: { link } };
}

// --- Coming back from a sign-in ---------------------------------------------------------------------------------

function returnOf({ request: { query } }: RouteCall): ConsentReturn {
  const { state = '', code, error, error_description: text } = query;
  return {
    state,
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { error: text ?? error }),
  };
}

async function asPage(work: () => Promise<ArmResponse>): Promise<ArmResponse> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    return htmlAnswer(error.fault.status, messagePage('The sign-in was not completed', error.fault.message));
  }
}

function returned(call: RouteCall): Promise<ArmResponse> {
  return asPage(async () => {
    const seen = await consentReturned(call.services, returnOf(call));
    if (seen.redirect !== undefined)
      return { status: 302, headers: { location: seen.redirect, 'cache-control': 'no-store' } };
    const who = seen.local ? `It will act as ${seen.person} on this server.` : `It was asked for by ${seen.person}.`;
    const text = `The connection ${seen.name} will be signed in at ${seen.displayName}. ${who}`;
    return htmlAnswer(200, confirmationPage('Sign the connection in?', text, 'Sign in'));
  });
}

function confirmed(call: RouteCall): Promise<ArmResponse> {
  return asPage(async () => {
    await confirmReturned(call.services, returnOf(call));
    return htmlAnswer(200, messagePage('The connection is signed in', 'You can close this page.'));
  });
}

function hosts(call: RouteCall): ArmResponse {
  const value = call.services.circuits.list().map(
    ({ openUntil, ...state }): JsonObject => ({
      ...state,
      ...(openUntil === undefined ? {} : { openUntil: formatTime(openUntil) }),
    }),
  );
  return { status: 200, body: { value } };
}

const profilePath = '/tocsin/v1/connectorProfiles/{api}';
const callbackPath = '/tocsin/v1/oauth/callback';

export const connectorProfileRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/outbound', permission: read, handle: hosts },
  {
    method: 'GET',
    pattern: '/tocsin/v1/connectorProfiles',
    permission: read,
    handle: (call) => ({
      status: 200,
      body: pageOfList(call.request, listProfiles(call.services), (profile): JsonObject => profileAnswer(profile)),
    }),
  },
  {
    method: 'GET',
    pattern: profilePath,
    permission: read,
    handle: (call) => ({ status: 200, body: profileAnswer(profileOf(call)) }),
  },
  { method: 'PUT', pattern: profilePath, permission: write, handle: put },
  { method: 'DELETE', pattern: profilePath, permission: write, handle: remove },
  { method: 'POST', pattern: `${profilePath}/consentLink`, permission: write, handle: consent },
  { method: 'GET', pattern: callbackPath, permission: open, handle: returned },
  { method: 'POST', pattern: callbackPath, permission: open, body: 'text', handle: confirmed },
];
