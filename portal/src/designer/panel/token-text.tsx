/**
 * A text with expressions in it: typed, or put in from what earlier steps leave.
 *
 * Invariants
 * X1. Typing `/` at the start of a word opens the menu of what can be put in; any other key closes it and types on.
 * X2. The expressions of a text are shown below it by their titles; each opens in the expression editor.
 */
import { Button, Field, Menu, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components';
import { DismissRegular, FlashRegular, MathFormulaRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, type ReactElement, type RefObject, useEffect, useRef, useState } from 'react';
import { alone, expressionsIn } from '../core/field-text.ts';
import { type FieldTools, titleOfExpression } from './field-tools.ts';

export interface TokenTextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly tools: FieldTools;
  readonly required?: boolean;
  readonly help?: string | undefined;
  readonly fault?: string | undefined;
  /** Lines to begin with; one line grows with its text all the same. */
  readonly rows?: number;
  readonly mono?: boolean;
  /** An expression alone in it keeps its type. */
  readonly typed?: boolean;
  /** Named within a group of fields: the label is not shown. */
  readonly compact?: boolean;
  readonly placeholder?: string;
  /** Puts a loop around the step; given the list, and the field's text for a text that reads the item. */
  readonly onLoop?: (over: string, member: string, write: (expression: string) => string) => void;
}

export function TokenText(props: TokenTextProps): ReactElement {
  const { label, value, onChange, tools, required = false, help, fault, onLoop } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const [menu, setMenu] = useState<HTMLElement>();
  const caret = useRef<number>(undefined);
  useEffect(() => {
    if (caret.current === undefined || area.current === null) return;
    area.current.focus();
    area.current.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  }, [value]);
  const put = (expression: string): Put =>
    withExpression(value, expression, props.typed === true, area.current?.selectionStart, area.current?.selectionEnd);
  const insert = (expression: string): void => {
    const made = put(expression);
    caret.current = made.caret;
    onChange(made.text);
  };
  const pick = (): void => {
    const around =
      onLoop === undefined
        ? undefined
        : (over: string, member: string) => onLoop(over, member, (each) => put(each).text);
    tools.askToken(insert, around);
  };
  const type = (): void => tools.askExpression({ expression: '', onDone: insert });
  const body = (outer: OuterProps): ReactElement => (
    <div className="token-text">
      <div className="token-row">
        <Area {...props} outer={outer} area={area} isMenuOpen={menu !== undefined} onMenu={setMenu} />
        <span className="token-buttons">
          <Button
            size="small"
            appearance="subtle"
            icon={<FlashRegular />}
            aria-label={`Dynamic content for ${label}`}
            title="Dynamic content"
            onClick={pick}
          />
          <Button
            size="small"
            appearance="subtle"
            icon={<MathFormulaRegular />}
            aria-label={`Expression for ${label}`}
            title="Expression"
            onClick={type}
          />
        </span>
      </div>
      <Chips value={value} label={label} tools={tools} onChange={onChange} />
      {menu === undefined ? null : (
        <PutMenu target={menu} onPick={pick} onType={type} onClose={() => setMenu(undefined)} />
      )}
    </div>
  );
  if (props.compact === true) return body({});
  return (
    <Field
      label={label}
      required={required}
      {...(help === undefined ? {} : { hint: help })}
      {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}
    >
      {({ id = '', ...aria }) =>
        body({
          id,
          ...(aria['aria-describedby'] === undefined ? {} : { 'aria-describedby': aria['aria-describedby'] }),
          ...(fault === undefined ? {} : { 'aria-invalid': true }),
        })
      }
    </Field>
  );
}

interface AreaProps extends TokenTextProps {
  readonly outer: OuterProps;
  readonly area: RefObject<HTMLTextAreaElement | null>;
  readonly isMenuOpen: boolean;
  readonly onMenu: (target: HTMLElement | undefined) => void;
}

function Area(props: AreaProps): ReactElement {
  const { label, value, onChange, outer, area, isMenuOpen, onMenu, rows = 1, required = false } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { currentTarget: element } = event;
    if (event.altKey && event.key === '/') {
      event.preventDefault();
      onMenu(element);
    } else if (event.key === '/' && wordStart.test(value.slice(0, element.selectionStart))) onMenu(element);
    else if (isMenuOpen) onMenu(undefined);
  };
  return (
    <textarea
      {...outer}
      ref={area}
      className={props.mono === true ? 'field-text mono' : 'field-text'}
      rows={Math.min(14, Math.max(rows, value.split('\n').length, Math.ceil(value.length / 58)))}
      aria-label={label}
      aria-required={required}
      spellCheck={false}
      value={value}
      placeholder={props.placeholder}
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => {
        const text = props.typed === true ? alone(value) : value;
        if (text !== value) onChange(text);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

export interface PutMenuProps {
  readonly target: HTMLElement;
  readonly onPick: () => void;
  readonly onType: () => void;
  readonly onClose: () => void;
}

export function PutMenu({ target, onPick, onType, onClose }: PutMenuProps): ReactElement {
  return (
    <Menu
      open
      onOpenChange={(_, { open }) => (open ? undefined : onClose())}
      positioning={{ target, position: 'below', align: 'start' }}
    >
      <MenuPopover>
        <MenuList>
          <MenuItem icon={<FlashRegular />} onClick={onPick}>
            Insert dynamic content
          </MenuItem>
          <MenuItem icon={<MathFormulaRegular />} onClick={onType}>
            Insert expression
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

interface OuterProps {
  readonly id?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

const wordStart = /(?:^|[\s>:;,(])$/;

interface Put {
  readonly text: string;
  readonly caret: number;
}

/** A text with an expression at the caret; the sign that opened the menu goes. Alone in a typed field it keeps its type. */
function withExpression(
  value: string,
  expression: string,
  typed: boolean,
  start = value.length,
  end = value.length,
): Put {
  const opened = start > 0 && value[start - 1] === '/' && wordStart.test(value.slice(0, start - 1));
  const before = value.slice(0, opened ? start - 1 : start);
  const behind = value.slice(end);
  const put = typed && before.trim() === '' && behind.trim() === '' ? `@${expression}` : `@{${expression}}`;
  return { text: before + put + behind, caret: before.length + put.length };
}

function Chips({
  value,
  label,
  tools,
  onChange,
}: Pick<TokenTextProps, 'value' | 'label' | 'tools' | 'onChange'>): ReactElement | null {
  const found = expressionsIn(value);
  if (found.length === 0) return null;
  const tokens = tools.tokens();
  const replace = (start: number, end: number, text: string): void =>
    onChange(value.slice(0, start) + text + value.slice(end));
  return (
    <ul className="chips" aria-label={`Expressions in ${label}`}>
      {found.map(({ expression, start, end }) => {
        const title = titleOfExpression(expression, tokens);
        const whole = start === 0 && end === value.length && !value.startsWith('@{');
        const edit = (): void =>
          tools.askExpression({
            expression,
            onDone: (next) => replace(start, end, whole ? `@${next}` : `@{${next}}`),
          });
        return (
          <li key={start}>
            <button type="button" className="chip" title={expression} aria-label={`Edit ${title}`} onClick={edit}>
              {title}
            </button>
            <button
              type="button"
              className="chip-remove"
              aria-label={`Remove ${title}`}
              onClick={() => replace(start, end, '')}
            >
              <DismissRegular aria-hidden="true" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
