/**
 * The pages of signing in: plain HTML that works without script, from everything escaped.
 *
 * Owns: their look, their headers. Does not own: what is asked when (`routes/identity/`).
 *
 * Invariants
 * SP1. Whatever comes from a request is escaped; no page takes script or style but its own, and none can be framed.
 * SP2. A form may lead to this server and to the one address that the application registered, nowhere else.
 */
import { createHash } from 'node:crypto';
import type { ArmResponse } from '#foundation';

export interface SignInForm {
  /** Path the form is sent to. */
  readonly action: string;
  /** The application that a person signs in to. */
  readonly application: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly userName: string;
  readonly problem?: string | undefined;
  /** A sentence of warning above the fields. */
  readonly notice?: string | undefined;
  /** Where the answer leads afterwards (SP2). */
  readonly leadsTo?: string | undefined;
}

/** Names of the fields that the pages send back. */
export const pageFields = {
  userName: 'tocsin_user_name',
  password: 'tocsin_password',
  answer: 'tocsin_answer',
  userCode: 'user_code',
} as const;

export function signInPage(form: SignInForm): ArmResponse {
  const fields = [
    hiddenFields(form.hidden),
    `<label for="u">User name</label><input id="u" name="${pageFields.userName}" value="${escaped(form.userName)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${form.userName === '' ? ' autofocus' : ''}>`,
    `<label for="p">Password</label><input id="p" name="${pageFields.password}" type="password" autocomplete="current-password" required${form.userName === '' ? '' : ' autofocus'}>`,
    `<div class="buttons"><button name="${pageFields.answer}" value="allow">Sign in</button><button name="${pageFields.answer}" value="decline" class="quiet" formnovalidate>Cancel</button></div>`,
  ].join('');
  const notice = form.notice === undefined ? '' : `<p class="notice">${escaped(form.notice)}</p>`;
  return page(
    form.problem === undefined ? 200 : 401,
    'Sign in to Tocsin',
    `<h1>Sign in to Tocsin</h1><p>to continue to <strong>${escaped(form.application)}</strong></p>${notice}${problemBox(form.problem)}` +
      `<form method="post" action="${escaped(form.action)}">${fields}</form>`,
    form.leadsTo,
  );
}

export function deviceCodePage(action: string, userCode: string, problem?: string): ArmResponse {
  return page(
    problem === undefined ? 200 : 400,
    'Enter the code',
    `<h1>Enter the code</h1><p>Enter the code that the program on your device shows.</p>${problemBox(problem)}` +
      `<form method="post" action="${escaped(action)}"><label for="c">Code</label><input id="c" name="${pageFields.userCode}" value="${escaped(userCode)}" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>` +
      `<div class="buttons"><button>Next</button></div></form>`,
  );
}

/** A sentence, when there is nothing more to do here. */
export function messagePage(status: number, title: string, text: string): ArmResponse {
  return page(status, title, `<h1>${escaped(title)}</h1><p>${escaped(text)}</p>`);
}

const submitScript = 'document.forms[0].submit()';

/** Takes the answer to the application by a form of its own (`response_mode=form_post`). */
export function formPostPage(action: string, fields: Readonly<Record<string, string>>): ArmResponse {
  return page(
    200,
    'Signing in',
    `<h1>Signing in</h1><form method="post" action="${escaped(action)}">${hiddenFields(fields)}<div class="buttons"><button>Continue</button></div></form><script>${submitScript}</script>`,
    action,
  );
}

function problemBox(problem: string | undefined): string {
  return problem === undefined ? '' : `<p class="problem" role="alert">${escaped(problem)}</p>`;
}

function hiddenFields(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('');
}

const style =
  ':root{color-scheme:light dark;font:16px/1.5 "Segoe UI",system-ui,sans-serif}' +
  'body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}' +
  'main{width:min(26rem,100vw - 3rem);box-sizing:border-box;padding:2rem;border:1px solid #8886;border-radius:8px}' +
  'h1{font-size:1.5rem;line-height:1.3;margin:0 0 .5rem;font-weight:600}p{margin:.5rem 0 1rem;overflow-wrap:anywhere}' +
  'label{display:block;margin:1rem 0 .25rem}' +
  'input{font:inherit;width:100%;box-sizing:border-box;padding:.45rem .6rem;border:1px solid #8889;border-radius:4px;background:Field;color:FieldText}' +
  '.buttons{display:flex;gap:.5rem;margin-top:1.5rem}' +
  'button{font:inherit;padding:.4rem 1.2rem;border:1px solid #0f6cbd;border-radius:4px;background:#0f6cbd;color:#fff;cursor:pointer}' +
  'button.quiet{background:transparent;color:inherit;border-color:#8889}' +
  ':focus-visible{outline:2px solid #0f6cbd;outline-offset:2px}' +
  '.problem{border-left:4px solid #d13438;padding:.5rem .75rem;background:#d1343818}' +
  '.notice{border-left:4px solid #f7a30b;padding:.5rem .75rem;background:#f7a30b18}';

function page(status: number, title: string, content: string, leadsTo?: string): ArmResponse {
  const origin = leadsTo === undefined ? undefined : URL.parse(leadsTo);
  const target = origin === null || origin === undefined ? '' : ` ${originOf(origin)}`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        `default-src 'none'; style-src '${digest(style)}'; script-src '${digest(submitScript)}'; ` +
        `form-action 'self'${target}; base-uri 'none'; frame-ancestors 'none'`,
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    },
    rawBody:
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${escaped(title)} · Tocsin</title><style>${style}</style></head><body><main>${content}</main></body></html>`,
  };
}

/** Schemes of installed applications have no origin. */
function originOf(url: URL): string {
  return url.origin === 'null' ? url.protocol : url.origin;
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
