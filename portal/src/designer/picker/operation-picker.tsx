/** Choosing a trigger or an action from all there are. Source: portal reference 5.6. */
import {
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Dropdown,
  Option,
  SearchBox,
} from '@fluentui/react-components';
import { Button } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { Operation } from '../catalogue/operation.ts';
import { searchOperations } from '../catalogue/search-operations.ts';
import { useBeginAt } from './use-begin-at.ts';

export interface OperationPickerProps {
  readonly role: Operation['role'];
  readonly operations: readonly Operation[];
  /** Ids of operations that the workflow uses already. */
  readonly used: ReadonlySet<string>;
  readonly onChoose: (operation: Operation) => void;
  readonly onClose: () => void;
}

const runtimes = ['All', 'Built-in', 'Connectors'];
const most = 120;

export function OperationPicker({ role, operations, used, onChoose, onClose }: OperationPickerProps): ReactElement {
  const [query, setQuery] = useState('');
  const [runtime, setRuntime] = useState('All');
  const [at, setAt] = useState(0);
  useBeginAt('.picker input');
  const word = role === 'trigger' ? 'a trigger' : 'an action';
  const found = useMemo(() => {
    const all = searchOperations(operations, role, query).filter(
      ({ builtIn }) => runtime === 'All' || builtIn === (runtime === 'Built-in'),
    );
    if (query.trim() !== '') return all;
    return [...all.filter(({ id }) => used.has(id)), ...all.filter(({ id }) => !used.has(id))];
  }, [operations, role, query, runtime, used]);
  const shown = found.slice(0, most);
  const chosen = Math.min(at, shown.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(shown.length - 1, chosen + by)));
    } else if (event.key === 'Enter' && shown[chosen] !== undefined) {
      event.preventDefault();
      onChoose(shown[chosen]);
    }
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label={`Add ${word}`} className="picker">
        <DialogBody>
          <DialogTitle
            action={<Button appearance="subtle" aria-label="Close" icon={<DismissRegular />} onClick={onClose} />}
          >
            Add {word}
          </DialogTitle>
          <DialogContent>
            <div className="picker-search">
              <SearchBox
                aria-label={`Search for ${word}`}
                placeholder={`Search for ${word}`}
                value={query}
                input={{
                  role: 'searchbox',
                  'aria-controls': 'picker-list',
                  'aria-activedescendant': `picker-${chosen}`,
                }}
                onChange={(_, { value }) => {
                  setQuery(value);
                  setAt(0);
                }}
                onKeyDown={onKeyDown}
              />
              <Dropdown
                aria-label="Runtime"
                inlinePopup
                value={runtime}
                selectedOptions={[runtime]}
                onOptionSelect={(_, { optionValue }) => {
                  setRuntime(optionValue ?? 'All');
                  setAt(0);
                }}
              >
                {runtimes.map((each) => (
                  <Option key={each}>{each}</Option>
                ))}
              </Dropdown>
            </div>
            <Options shown={shown} chosen={chosen} used={query.trim() === '' ? used : none} onChoose={onChoose} />
            <p className="help" role="status">
              {found.length === 0
                ? 'Nothing found. Try another word.'
                : found.length > most
                  ? `${found.length} found, the first ${most} shown`
                  : `${found.length} found`}
            </p>
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

const none: ReadonlySet<string> = new Set();

interface OptionsProps {
  readonly shown: readonly Operation[];
  readonly chosen: number;
  readonly used: ReadonlySet<string>;
  readonly onChoose: (operation: Operation) => void;
}

function Options({ shown, chosen, used, onChoose }: OptionsProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`#picker-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, shown]);
  return (
    <div id="picker-list" className="picker-list" role="listbox" aria-label="Operations" ref={list}>
      {shown.map((operation, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- Enter in the search box chooses
        <div
          key={operation.id}
          id={`picker-${index}`}
          role="option"
          aria-selected={index === chosen}
          className={index === chosen ? 'picker-option chosen' : 'picker-option'}
          onClick={() => onChoose(operation)}
        >
          <span className="picker-mark" style={{ background: operation.colour }} aria-hidden="true">
            {operation.group.charAt(0)}
          </span>
          <span className="picker-words">
            <span className="picker-title">{operation.title}</span>{' '}
            <span className="muted">
              {operation.also ?? (operation.builtIn ? operation.description : operation.group)}
            </span>
          </span>{' '}
          <span className="muted picker-group">
            {used.has(operation.id)
              ? 'Used here'
              : operation.builtIn
                ? operation.group
                : operation.sandboxOnly === undefined
                  ? ''
                  : 'Sandbox only'}
          </span>
        </div>
      ))}
    </div>
  );
}
