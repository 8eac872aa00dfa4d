/**
 * HTML of a mail, edited as it looks.
 *
 * Invariants
 * HE1. HTML that the visual editor would change is shown as code, and says so (portal reference 5.7).
 * HE2. Nothing is ever set as HTML: what is shown is built element by element from a tree of a few known ones.
 */
import { Button, Field } from '@fluentui/react-components';
import {
  CodeRegular,
  FlashRegular,
  LinkRegular,
  MathFormulaRegular,
  TextBoldRegular,
  TextBulletListRegular,
  TextHeader2Regular,
  TextItalicRegular,
  TextNumberListLtrRegular,
  TextUnderlineRegular,
} from '@fluentui/react-icons';
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { type HtmlNode, readHtml, writeHtml } from '../core/html-form.ts';
import type { FieldTools } from './field-tools.ts';
import { PutMenu } from './token-text.tsx';

export interface HtmlFieldProps {
  readonly label: string;
  readonly value: string;
  readonly required: boolean;
  readonly fault: string | undefined;
  readonly tools: FieldTools;
  readonly onChange: (html: string) => void;
  readonly onCode: () => void;
}

export function HtmlField({ label, value, required, fault, tools, onChange, onCode }: HtmlFieldProps): ReactElement {
  const area = useRef<HTMLDivElement>(null);
  const shown = useRef<string>(undefined);
  const caret = useRef<Range>(undefined);
  const [menu, setMenu] = useState<HTMLElement>();
  useEffect(() => {
    const element = area.current;
    if (element === null || shown.current === value) return;
    shown.current = value;
    element.replaceChildren(...(readHtml(value) ?? []).map(domOf));
  }, [value]);
  const take = (): void => {
    if (area.current === null) return;
    const html = writeHtml(nodesOf(area.current));
    shown.current = html;
    onChange(html);
  };
  const keep = (): void => {
    const selection = getSelection();
    if (selection !== null && selection.rangeCount > 0 && area.current?.contains(selection.anchorNode) === true)
      caret.current = selection.getRangeAt(0).cloneRange();
  };
  const back = (): void => {
    area.current?.focus();
    const selection = getSelection();
    if (caret.current === undefined || selection === null) return;
    selection.removeAllRanges();
    selection.addRange(caret.current);
  };
  const format = (command: string, argument?: string): void => {
    back();
    // There is no other way to change what is selected that keeps the browser's own undo.
    document.execCommand(command, false, argument);
    take();
  };
  const insert = (expression: string): void => {
    back();
    const selection = getSelection();
    // The sign that opened the menu goes.
    if (menuSign(selection)) selection?.modify('extend', 'backward', 'character');
    document.execCommand('insertText', false, `@{${expression}}`);
    take();
  };
  const pick = (): void => tools.askToken(insert);
  const type = (): void => tools.askExpression({ expression: '', onDone: insert });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const command = { b: 'bold', i: 'italic', u: 'underline' }[event.key.toLowerCase()];
    if ((event.ctrlKey || event.metaKey) && command !== undefined) {
      event.preventDefault();
      format(command);
    } else if (event.key === '/' && atWordStart(getSelection())) setMenu(event.currentTarget);
    else if (menu !== undefined) setMenu(undefined);
  };
  return (
    <Field
      label={label}
      required={required}
      {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
    >
      <div className="html-field">
        <HtmlTools label={label} onFormat={format} onPick={pick} onType={type} onCode={onCode} />
        <div
          ref={area}
          className="html-area"
          role="textbox"
          aria-multiline="true"
          aria-label={label}
          aria-required={required}
          tabIndex={0}
          contentEditable
          suppressContentEditableWarning
          onFocus={() => document.execCommand('defaultParagraphSeparator', false, 'p')}
          onInput={take}
          onBlur={keep}
          onKeyUp={keep}
          onMouseUp={keep}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            event.preventDefault();
            document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
          }}
        />
        {menu === undefined ? null : (
          <PutMenu target={menu} onPick={pick} onType={type} onClose={() => setMenu(undefined)} />
        )}
      </div>
    </Field>
  );
}

interface HtmlToolsProps {
  readonly label: string;
  readonly onFormat: (command: string, argument?: string) => void;
  readonly onPick: () => void;
  readonly onType: () => void;
  readonly onCode: () => void;
}

function HtmlTools({ label, onFormat, onPick, onType, onCode }: HtmlToolsProps): ReactElement {
  const link = (): void => onFormat('createLink', getSelection()?.toString() ?? '');
  return (
    <div className="html-tools" role="group" aria-label={`Format of ${label}`}>
      <Tool text="Bold" label={label} icon={<TextBoldRegular />} onRun={() => onFormat('bold')} />
      <Tool text="Italic" label={label} icon={<TextItalicRegular />} onRun={() => onFormat('italic')} />
      <Tool text="Underline" label={label} icon={<TextUnderlineRegular />} onRun={() => onFormat('underline')} />
      <Tool text="Heading" label={label} icon={<TextHeader2Regular />} onRun={() => onFormat('formatBlock', 'h2')} />
      <Tool
        text="Bulleted list"
        label={label}
        icon={<TextBulletListRegular />}
        onRun={() => onFormat('insertUnorderedList')}
      />
      <Tool
        text="Numbered list"
        label={label}
        icon={<TextNumberListLtrRegular />}
        onRun={() => onFormat('insertOrderedList')}
      />
      <Tool text="Link" label={label} icon={<LinkRegular />} onRun={link} />
      <span style={{ flex: 1 }} />
      <Tool text="Dynamic content" label={label} icon={<FlashRegular />} onRun={onPick} />
      <Tool text="Expression" label={label} icon={<MathFormulaRegular />} onRun={onType} />
      <Tool text="Switch to code view mode" label={label} icon={<CodeRegular />} onRun={onCode} />
    </div>
  );
}

interface ToolProps {
  readonly text: string;
  readonly label: string;
  readonly icon: ReactElement;
  readonly onRun: () => void;
}

/** A press leaves the caret where it is. */
function Tool({ text, label, icon, onRun }: ToolProps): ReactElement {
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={icon}
      aria-label={`${text} for ${label}`}
      title={text}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onRun}
    />
  );
}

/** The text before the caret, within its text node. */
function before(selection: Selection | null): string {
  const node = selection?.anchorNode;
  return node?.nodeType === Node.TEXT_NODE ? (node.textContent ?? '').slice(0, selection?.anchorOffset ?? 0) : '';
}

const atWordStart = (selection: Selection | null): boolean => /(?:^|[\s>:;,(])$/.test(before(selection));

const menuSign = (selection: Selection | null): boolean => /(?:^|[\s>:;,(])\/$/.test(before(selection));

function domOf(node: HtmlNode): Node {
  if (node.kind === 'text') return document.createTextNode(node.text);
  const element = document.createElement(node.name);
  if (node.href !== undefined) element.setAttribute('href', node.href);
  element.append(...node.children.map(domOf));
  return element;
}

const kept = new Set(['p', 'br', 'b', 'strong', 'i', 'em', 'u', 'ul', 'ol', 'li', 'a', 'h1', 'h2', 'h3']);

/** What the browser made of it, without what is not known here: lines become paragraphs, everything else its text. */
function nodesOf(parent: Node): readonly HtmlNode[] {
  const found: HtmlNode[] = [];
  for (const child of parent.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      if (child.textContent !== null && child.textContent !== '') found.push({ kind: 'text', text: child.textContent });
      continue;
    }
    if (!(child instanceof HTMLElement)) continue;
    const name = child.tagName.toLowerCase();
    const children = nodesOf(child);
    if (name === 'div') found.push({ kind: 'element', name: 'p', children });
    else if (!kept.has(name)) found.push(...children);
    else {
      const href = name === 'a' ? child.getAttribute('href') : null;
      found.push({ kind: 'element', name, children, ...(href === null ? {} : { href }) });
    }
  }
  return found;
}
