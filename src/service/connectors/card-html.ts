/**
 * An adaptive card as a form in HTML.
 *
 * Owns: the elements and inputs that are shown. Does not own: the page around it, what an answer means.
 * Source: the public schema of adaptive cards (1.0 to 1.5); connectors reference 3.3.
 *
 * Invariants
 * CH1. Texts are escaped; pictures and links go to https or http only, and pictures are not loaded by the page.
 * CH2. An element of a type that is not known shows its `fallback`, or nothing.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { submitActions } from '#connectors';
import { escapeHtml } from './ask-people.ts';

/** Nested deeper is not shown. */
const mostLevels = 20;

/** The card's elements and buttons; the caller puts the form around them. */
export function cardHtml(card: JsonObject): string {
  const buttons = submitActions(card);
  const html = elements(memberOf(card, 'body'), buttons, 0) + actions(memberOf(card, 'actions'), buttons, 0);
  // A card without a button of its own is answered as well.
  return buttons.length === 0 ? `${html}<p><button type="submit" name="$action" value="0">Submit</button></p>` : html;
}

function elements(value: Json | undefined, buttons: readonly JsonObject[], level: number): string {
  if (!isJsonArray(value) || level > mostLevels) return '';
  return value.map((element) => (isJsonObject(element) ? elementHtml(element, buttons, level) : '')).join('');
}

function text(element: JsonObject, name: string): string {
  const value = memberOf(element, name);
  return typeof value === 'string'
    ? value
    : value === undefined || value === null || typeof value === 'object'
      ? ''
      : String(value);
}

function elementHtml(element: JsonObject, buttons: readonly JsonObject[], level: number): string {
  if (memberOf(element, 'isVisible') === false) return '';
  const inner = (name: string): string => elements(memberOf(element, name), buttons, level + 1);
  switch (text(element, 'type')) {
    case 'TextBlock':
      return textBlock(element);
    case 'RichTextBlock':
      return `<p class="text">${inlines(memberOf(element, 'inlines'))}</p>`;
    case 'FactSet':
      return `<dl>${facts(memberOf(element, 'facts'))}</dl>`;
    case 'Image':
      return text(element, 'altText') === '' ? '' : `<p><small>${escapeHtml(text(element, 'altText'))}</small></p>`;
    case 'Container':
    case 'Column':
    case 'TableCell':
      return `<div>${inner('items')}</div>`;
    case 'ColumnSet':
      return `<div class="columns">${inner('columns')}</div>`;
    case 'Table':
      return `<div>${inner('rows')}</div>`;
    case 'TableRow':
      return `<div class="columns">${inner('cells')}</div>`;
    case 'ActionSet':
      return actions(memberOf(element, 'actions'), buttons, level + 1);
    default:
      return text(element, 'type').startsWith('Input.') ? inputHtml(element) : fallback(element, buttons, level);
  }
}

function fallback(element: JsonObject, buttons: readonly JsonObject[], level: number): string {
  const other = memberOf(element, 'fallback');
  return isJsonObject(other) && level < mostLevels ? elementHtml(other, buttons, level + 1) : '';
}

function textBlock(element: JsonObject): string {
  const content = markdownless(text(element, 'text'));
  const heading = /^(large|extraLarge)$/i.test(text(element, 'size')) || text(element, 'style') === 'heading';
  if (heading) return `<h1>${content}</h1>`;
  return `<p class="text">${/^bolder$/i.test(text(element, 'weight')) ? `<strong>${content}</strong>` : content}</p>`;
}

/** Links of the small markdown that cards allow; the rest is text. */
function markdownless(source: string): string {
  return escapeHtml(source)
    .replace(
      /\[([^\]]{1,300})\]\((https?:\/\/[^\s)]{1,2000})\)/g,
      '<a href="$2" rel="noreferrer noopener" target="_blank">$1</a>',
    )
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>');
}

function inlines(value: Json | undefined): string {
  if (!isJsonArray(value)) return '';
  return value.map((one) => escapeHtml(typeof one === 'string' ? one : (textMember(one, 'text') ?? ''))).join('');
}

function facts(value: Json | undefined): string {
  if (!isJsonArray(value)) return '';
  return value
    .map((fact) =>
      isJsonObject(fact)
        ? `<dt>${escapeHtml(text(fact, 'title'))}</dt><dd>${markdownless(text(fact, 'value'))}</dd>`
        : '',
    )
    .join('');
}

// --- Inputs -----------------------------------------------------------------------------------------------------

function inputHtml(element: JsonObject): string {
  const id = text(element, 'id');
  if (id === '' || id.startsWith('$')) return '';
  const name = escapeHtml(id);
  const label = text(element, 'label') || text(element, 'title') || text(element, 'placeholder');
  const heading = label === '' ? '' : `<label for="i-${name}">${escapeHtml(label)}</label>`;
  const required = memberOf(element, 'isRequired') === true ? ' required' : '';
  const value = escapeHtml(text(element, 'value'));
  const aria = label === '' ? ` aria-label="${name}"` : '';
  const common = `id="i-${name}" name="${name}"${required}${aria}`;
  switch (text(element, 'type')) {
    case 'Input.Text':
      return memberOf(element, 'isMultiline') === true
        ? `${heading}<textarea ${common} rows="4">${value}</textarea>`
        : `${heading}<input type="text" ${common} value="${value}">`;
    case 'Input.Number':
      return `${heading}<input type="number" step="any" ${common} value="${value}">`;
    case 'Input.Date':
      return `${heading}<input type="date" ${common} value="${value}">`;
    case 'Input.Time':
      return `${heading}<input type="time" ${common} value="${value}">`;
    case 'Input.Toggle':
      return toggle(element, name);
    case 'Input.ChoiceSet':
      return choices(element, heading, common, name);
    default:
      return '';
  }
}

/** What is not ticked is sent too, as `valueOff`: the box, when ticked, overrules the hidden field before it. */
function toggle(element: JsonObject, name: string): string {
  const on = text(element, 'valueOn') || 'true';
  const off = text(element, 'valueOff') || 'false';
  const checked = text(element, 'value') === on ? ' checked' : '';
  return `<p><input type="hidden" name="${name}" value="${escapeHtml(off)}"><input type="checkbox" id="i-${name}" name="${name}" value="${escapeHtml(on)}"${checked}> <label for="i-${name}" style="display:inline">${escapeHtml(text(element, 'title'))}</label></p>`;
}

function choices(element: JsonObject, heading: string, common: string, name: string): string {
  const list = memberOf(element, 'choices');
  const chosen = text(element, 'value').split(',');
  const options = (isJsonArray(list) ? list : []).filter(isJsonObject).map((choice) => ({
    title: escapeHtml(text(choice, 'title')),
    value: escapeHtml(text(choice, 'value')),
    selected: chosen.includes(text(choice, 'value')),
  }));
  if (memberOf(element, 'isMultiSelect') === true) {
    const boxes = options.map(
      ({ title, value, selected }, index) =>
        `<p><input type="checkbox" id="i-${name}-${index}" name="${name}" value="${value}"${selected ? ' checked' : ''}> <label for="i-${name}-${index}" style="display:inline">${title}</label></p>`,
    );
    return `${heading}${boxes.join('')}`;
  }
  const empty = options.some(({ selected }) => selected) ? '' : '<option value=""></option>';
  const items = options.map(
    ({ title, value, selected }) => `<option value="${value}"${selected ? ' selected' : ''}>${title}</option>`,
  );
  return `${heading}<select ${common}>${empty}${items.join('')}</select>`;
}

// --- Actions ----------------------------------------------------------------------------------------------------

function actions(value: Json | undefined, buttons: readonly JsonObject[], level: number): string {
  if (!isJsonArray(value) || level > mostLevels) return '';
  const html = value.map((action) => {
    if (!isJsonObject(action)) return '';
    const title = escapeHtml(text(action, 'title') || 'Submit');
    switch (text(action, 'type')) {
      case 'Action.Submit':
      case 'Action.Execute':
        return `<button type="submit" name="$action" value="${buttons.indexOf(action)}">${title}</button>`;
      case 'Action.OpenUrl': {
        const url = text(action, 'url');
        return /^https?:\/\//i.test(url)
          ? `<a class="button" href="${escapeHtml(url)}" rel="noreferrer noopener" target="_blank">${title}</a>`
          : '';
      }
      case 'Action.ShowCard': {
        const card = memberOf(action, 'card');
        if (!isJsonObject(card)) return '';
        const inner =
          elements(memberOf(card, 'body'), buttons, level + 1) + actions(memberOf(card, 'actions'), buttons, level + 1);
        return `<details><summary>${title}</summary>${inner}</details>`;
      }
      default:
        return '';
    }
  });
  return `<p>${html.join('')}</p>`;
}
