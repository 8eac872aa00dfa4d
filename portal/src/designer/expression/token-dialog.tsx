/** What earlier steps leave, to be put into a field. Source: portal reference 5.8. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  SearchBox,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { useBeginAt } from '../picker/use-begin-at.ts';
import type { Token } from '../core/tokens.ts';

export interface TokenDialogProps {
  readonly tokens: readonly Token[];
  /** How a token is read at the step; with the list that a loop would go over where it has none around it. */
  readonly readHere: (token: Token) => { readonly expression: string; readonly needsLoop: string | undefined };
  readonly onChoose: (expression: string) => void;
  /** Absent where no loop can be put around. */
  readonly onLoop: ((over: string, member: string) => void) | undefined;
  readonly onClose: () => void;
}

const perGroup = 12;

export function TokenDialog({ tokens, readHere, onChoose, onLoop, onClose }: TokenDialogProps): ReactElement {
  useBeginAt('.picker input');
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Token>();
  const groups = useMemo(() => grouped(tokens, query.toLowerCase().trim()), [tokens, query]);
  const shown = groups.flatMap(([name, list]) => (query !== '' || open.has(name) ? list : list.slice(0, perGroup)));
  const chosen = Math.min(at, shown.length - 1);
  const choose = (token: Token): void => {
    const { expression, needsLoop } = readHere(token);
    if (needsLoop === undefined) onChoose(expression);
    else setAsked(token);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(shown.length - 1, chosen + by)));
    } else if (event.key === 'Enter' && shown[chosen] !== undefined) {
      event.preventDefault();
      choose(shown[chosen]);
    }
  };
  return (
    <Dialog open onOpenChange={(_, { open: next }) => (next ? undefined : onClose())}>
      <DialogSurface aria-label="Dynamic content" className="picker">
        <DialogBody>
          <DialogTitle
            action={<Button appearance="subtle" aria-label="Close" icon={<DismissRegular />} onClick={onClose} />}
          >
            Dynamic content
          </DialogTitle>
          <DialogContent>
            {asked === undefined ? (
              <>
                <SearchBox
                  aria-label="Search dynamic content"
                  placeholder="Search dynamic content"
                  value={query}
                  input={{
                    role: 'searchbox',
                    'aria-controls': 'token-list',
                    'aria-activedescendant': `token-${chosen}`,
                  }}
                  onChange={(_, { value }) => {
                    setQuery(value);
                    setAt(0);
                  }}
                  onKeyDown={onKeyDown}
                />
                <TokenList
                  groups={groups}
                  shown={shown}
                  chosen={chosen}
                  onChoose={choose}
                  onMore={(name) => setOpen((now) => new Set([...now, name]))}
                />
                {shown.length === 0 ? (
                  <p className="muted">Nothing found. A step can read only those before it.</p>
                ) : null}
              </>
            ) : (
              <p>
                <strong>{asked.title}</strong> is in a list. Add a &quot;For each&quot; around this step, so that it
                runs once for each item?
              </p>
            )}
          </DialogContent>
          {asked === undefined ? null : (
            <DialogActions>
              {onLoop === undefined ? null : (
                <Button appearance="primary" onClick={() => onLoop(asked.list?.over ?? '', asked.list?.member ?? '')}>
                  Add loop
                </Button>
              )}
              <Button onClick={() => onChoose(asked.expression)}>Use first item</Button>
              <Button onClick={() => onChoose(asked.list?.over ?? asked.expression)}>Insert as is</Button>
            </DialogActions>
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

type Groups = readonly (readonly [name: string, tokens: readonly Token[]])[];

function grouped(tokens: readonly Token[], wanted: string): Groups {
  const groups = new Map<string, Token[]>();
  for (const token of tokens) {
    if (!`${token.title} ${token.group} ${token.expression}`.toLowerCase().includes(wanted)) continue;
    const list = groups.get(token.group);
    if (list === undefined) groups.set(token.group, [token]);
    else list.push(token);
  }
  return [...groups];
}

interface TokenListProps {
  readonly groups: Groups;
  readonly shown: readonly Token[];
  readonly chosen: number;
  readonly onChoose: (token: Token) => void;
  readonly onMore: (group: string) => void;
}

function TokenList({ groups, shown, chosen, onChoose, onMore }: TokenListProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`#token-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, shown]);
  return (
    <div className="picker-list" ref={list}>
      <div id="token-list" role="listbox" aria-label="Content">
        {groups.map(([name, all]) => (
          <div key={name} role="group" aria-label={name}>
            <div className="token-group" aria-hidden="true">
              {name}
            </div>
            {all
              .filter((token) => shown.includes(token))
              .map((token) => {
                const index = shown.indexOf(token);
                return (
                  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- Enter in the search box chooses
                  <div
                    key={token.expression}
                    id={`token-${index}`}
                    role="option"
                    aria-selected={index === chosen}
                    className={index === chosen ? 'picker-option chosen' : 'picker-option'}
                    title={token.expression}
                    onClick={() => onChoose(token)}
                  >
                    <span className="picker-words">
                      <span>{token.title}</span>
                    </span>{' '}
                    <span className="muted">
                      {token.origin === 'run' ? 'seen in last run' : token.type === 'any' ? '' : token.type}
                    </span>
                  </div>
                );
              })}
          </div>
        ))}
      </div>
      {groups
        .filter(([, all]) => all.some((token) => !shown.includes(token)))
        .map(([name]) => (
          <Button key={name} size="small" appearance="transparent" onClick={() => onMore(name)}>
            See more of {name}
          </Button>
        ))}
    </div>
  );
}
