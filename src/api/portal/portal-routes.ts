/**
 * `/portal` and everything below it: the files of the built portal.
 *
 * Owns: which file a path means, its headers, the pages shown while there is no build. Source: portal reference 1.2, 2.7.
 *
 * Invariants
 * F1. Only files named in the build's manifest are read; a path never becomes a file name by itself.
 * F2. Every path that is no file of the build answers the application's page: addresses are the application's business.
 *     Missing scripts and styles are 404, or an old page would run a page of text.
 * F3. No page runs inline script, talks to another host, or can be framed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArmResponse, fault, type Log, TocsinError } from '#foundation';
import { parameter } from '../call-values.ts';
import type { Route, RouteCall } from '../route.ts';
import { PortalBuild, type PortalState } from './portal-build.ts';
import { type BuiltFile, portalBuildFolder } from './portal-sources.ts';

/** Fluent's style engine writes style elements; frames are for previews of captured mails, sandboxed and without script. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': contentPolicy,
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** How long a person's first look waits for a build before it sees that one is made; programs wait until it is done. */
const personWaits = 2000;
const programWaits = 120_000;

export interface Portal {
  readonly routes: readonly Route[];
  stop(): void;
}

export function createPortal(log: Log): Portal {
  const build = new PortalBuild(log);
  const handle = (call: RouteCall): Promise<ArmResponse> => answer(build, call);
  const permission = {
    open: 'The application alone: everything it shows, it asks for with the credentials of its user.',
  };
  const home = { open: 'Leads to the portal.' };
  const routes = (['GET', 'HEAD'] as const).flatMap((method): readonly Route[] => [
    { method, pattern: '/portal', permission, handle },
    { method, pattern: '/portal/{rest*}', permission, handle },
    { method, pattern: '/', permission: home, handle: leadToPortal },
  ]);
  return { routes, stop: () => build.stop() };
}

/** A browser's first look. Calls with an api-version mean Azure's API, which has nothing at its root. */
function leadToPortal(call: RouteCall): ArmResponse {
  if (parameter(call, 'api-version') !== undefined) {
    throw new TocsinError(fault('NotFound', "No HTTP resource was found that matches the request URI '/'."));
  }
  return { status: 302, headers: { location: '/portal/' } };
}

async function answer(build: PortalBuild, call: RouteCall): Promise<ArmResponse> {
  try {
    return await answerFrom(build, call);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !(await build.reload())) throw error;
    return answerFrom(build, call);
  }
}

async function answerFrom(build: PortalBuild, call: RouteCall): Promise<ArmResponse> {
  const isPerson = call.request.headers['accept']?.includes('text/html') === true;
  const state = await build.state(isPerson ? personWaits : programWaits);
  if (state.kind !== 'built') return waitingPage(state);
  const path = call.path['rest'] ?? '';
  const { files } = state.manifest;
  if (Object.hasOwn(files, path)) return fileAnswer(call, path, files[path] as BuiltFile);
  if (path.startsWith('assets/')) throw new TocsinError(fault('NotFound', 'The portal has no such file.'));
  return fileAnswer(call, 'index.html', files['index.html'] as BuiltFile);
}

async function fileAnswer(call: RouteCall, path: string, file: BuiltFile): Promise<ArmResponse> {
  const accepted = call.request.headers['accept-encoding'] ?? '';
  const encoding = file.encodings.find((name) => new RegExp(`\\b${name}\\b`).test(accepted));
  const etag = encoding === undefined ? `"${file.etag}"` : `"${file.etag}-${encoding}"`;
  const headers = {
    'content-type': file.type,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
    vary: 'accept-encoding',
    ...(file.type.startsWith('text/html') ? pageHeaders : {}),
  };
  const known = call.request.headers['if-none-match'];
  if (known?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag) === true) {
    return { status: 304, headers };
  }
  const suffix = encoding === undefined ? '' : encoding === 'br' ? '.br' : '.gz';
  const rawBody = await readFile(join(portalBuildFolder, path + suffix));
  return {
    status: 200,
    headers: { ...headers, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) },
    rawBody,
  };
}

function waitingPage(state: Exclude<PortalState, { kind: 'built' }>): ArmResponse {
  const [title, text] =
    state.kind === 'building'
      ? ['The portal is being built', 'This happens once and takes some ten seconds. This page reloads by itself.']
      : [
          'The portal could not be built',
          `${state.reason} Run “npm run portal:build” to see more. Everything else works.`,
        ];
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const refresh = state.kind === 'building' ? '<meta http-equiv="refresh" content="1">' : '';
  return {
    status: 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...(state.kind === 'building' ? { 'retry-after': '1' } : {}),
      ...pageHeaders,
    },
    rawBody: `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}<title>Tocsin</title><meta name="color-scheme" content="light dark"><style>body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;max-width:34em;margin:20vh auto;padding:0 1em}</style></head><body><h1>${title}</h1><p>${escaped}</p></body></html>`,
  };
}
