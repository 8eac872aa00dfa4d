/**
 * The pages on which people answer: an approval's buttons, a card with its inputs, what became of a question.
 *
 * Owns: their HTML, which needs no script. Does not own: the answer (`answer-question.ts`), the card's elements
 * (`card-html.ts`).
 *
 * Invariants
 * QP1. Everything of a playbook or an alert is escaped; nothing of it is markup.
 * QP2. Opening a page answers nothing: only its buttons do, by POST. Mail scanners follow links.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import type { Asked } from './answer-question.ts';
import { escapeHtml } from './ask-people.ts';
import { cardHtml } from './card-html.ts';

const style = `
body{font:16px/1.5 "Segoe UI",system-ui,sans-serif;max-width:46em;margin:6vh auto;padding:0 1.2em;color:#242424;background:#fafafa}
main{background:#fff;border:1px solid #e0e0e0;border-radius:8px;padding:1.5em 2em}
h1{font-size:1.4em;margin:.2em 0 .6em}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
button,.button{font:inherit;padding:.5em 1.4em;margin:.3em .5em .3em 0;border:1px solid #0f6cbd;border-radius:4px;background:#0f6cbd;color:#fff;cursor:pointer;text-decoration:none;display:inline-block}
button.other{background:#fff;color:#0f6cbd}
button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible{outline:3px solid #62abf5;outline-offset:2px}
label{display:block;margin:.6em 0 .2em;font-weight:600}
input[type=text],input[type=number],input[type=date],input[type=time],select,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.4em;border:1px solid #8a8a8a;border-radius:4px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1.2em}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
.columns{display:flex;gap:1em;flex-wrap:wrap}.columns>*{flex:1}
small{color:#616161}
@media (prefers-color-scheme:dark){body{background:#1f1f1f;color:#f0f0f0}main{background:#292929;border-color:#444}input,select,textarea{background:#1f1f1f;color:#f0f0f0}button.other{background:#292929;color:#9bc8f5}small{color:#bbb}}
`;

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${content}</main></body></html>`;
}

/** A page that only says something. */
export function messagePage(title: string, text: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

/** A page with one button that POSTs to where it came from. */
export function confirmationPage(title: string, text: string, buttonText: string): string {
  const form = `<form method="post"><button type="submit">${escapeHtml(buttonText)}</button></form>`;
  return page(title, `<h1>${escapeHtml(title)}</h1><p class="text">${escapeHtml(text)}</p>${form}`);
}

/** The question of a link, or what became of it. @param chosen the option the link was for. */
export function questionPage({ question, recipient }: Asked, chosen: string | undefined): string {
  const { status, document } = question;
  const { body } = document;
  if (status !== 'Waiting') return resultPage(body, status);
  return body['kind'] === 'card' ? cardPage(body, recipient) : mailPage(body, chosen);
}

function mailPage(body: JsonObject, chosen: string | undefined): string {
  const options = memberOf(body, 'options');
  const list = isJsonArray(options) ? options.map(String) : [];
  const first = Number(chosen ?? Number.NaN);
  const order = [...list.keys()].sort((left, right) => Number(right === first) - Number(left === first));
  const buttons = order.map((index) => {
    const kind = index === first || list[first] === undefined ? '' : ' class="other"';
    return `<button type="submit" name="option" value="${index}"${kind}>${escapeHtml(list[index] ?? '')}</button>`;
  });
  const title = textMember(body, 'title') ?? 'Approval';
  const header = textMember(body, 'header') ?? '';
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1>${header === '' ? '' : `<p><strong>${escapeHtml(header)}</strong></p>`}` +
      `<p class="text">${escapeHtml(textMember(body, 'text') ?? '')}</p>` +
      `<form method="post"><p>${escapeHtml(textMember(body, 'prompt') ?? '')}</p>${buttons.join('')}</form>`,
  );
}

function cardPage(body: JsonObject, recipient: string): string {
  const card = memberOf(body, 'card');
  const who =
    recipient === ''
      ? '<label for="by">Your mail address (shown to the workflow)</label><input id="by" name="$by" type="text" autocomplete="email">'
      : '';
  return page('Response', `<form method="post">${cardHtml(isJsonObject(card) ? card : {})}${who}</form>`);
}

function resultPage(body: JsonObject, status: string): string {
  if (status !== 'Answered') {
    return messagePage(
      'Nobody waits for this any more',
      'The workflow that asked has ended, was cancelled, or has waited long enough.',
    );
  }
  const answered: Json = memberOf(body, 'answered') ?? null;
  const by = textMember(answered, 'by') ?? '';
  const update = textMember(body, 'updateMessage') ?? '';
  const said = `Answered${by === '' ? '' : ` by ${by}`} at ${textMember(answered, 'time') ?? ''}: ${textMember(answered, 'choice') ?? ''}`;
  return messagePage('Thank you', update === '' ? said : `${update}\n${said}`);
}
