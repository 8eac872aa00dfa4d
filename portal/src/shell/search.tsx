/** One box for pages, resources, commands and pasted ids. Key `/`. Source: portal reference 2.6. */
import { Combobox, Option, OptionGroup } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { idParts } from '../api/arm.ts';
import { targetOf } from '../design/anchor.tsx';
import { preferences } from '../design/preferences.ts';
import { useFoundDocuments, useSearch } from '../data/search.ts';
import { navigation } from './navigation.tsx';

interface Command {
  readonly text: string;
  /** Where it leads, or what it does. */
  readonly run: string | (() => void);
}

const isDark = (): boolean => {
  const { theme } = preferences.get();
  return theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
};

const commands: readonly Command[] = [
  { text: 'Add workflow automation', run: '/automations?pane=add' },
  { text: 'Create a logic app', run: '/logicapps/create' },
  { text: 'Create sample alerts', run: '/alerts?samples=choose' },
  { text: 'Open the documentation', run: '/docs' },
  {
    text: 'Toggle dark theme',
    run: () => preferences.set({ ...preferences.get(), theme: isDark() ? 'light' : 'dark' }),
  },
];

/** Commands are told from addresses by this. */
const commandMark = 'command:';

function useSlashKey(focus: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.defaultPrevented ||
        event.key !== '/' ||
        (event.target as HTMLElement).closest('input,textarea,[contenteditable],.monaco-editor') !== null
      )
        return;
      event.preventDefault();
      focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [focus]);
}

export function Search(): ReactElement {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [focus] = useState(() => () => place.current?.querySelector('input')?.focus());
  useSlashKey(focus);
  const choose = (chosen: string): void => {
    setText('');
    setOpen(false);
    const command = chosen.startsWith(commandMark)
      ? commands.find((each) => `${commandMark}${each.text}` === chosen)?.run
      : chosen;
    if (typeof command === 'function') command();
    else if (command !== undefined) void navigate({ ...targetOf(command), search: targetOf(command).search });
  };
  return (
    <div ref={place}>
      <Combobox
        freeform
        aria-label="Search resources, services and docs"
        placeholder="Search resources, services and docs (/)"
        value={text}
        selectedOptions={[]}
        open={isOpen}
        onOpenChange={(_, change) => setOpen(change.open)}
        onChange={(event) => {
          setText(event.target.value);
          // Pasted text opens the list as typed text does.
          setOpen(true);
        }}
        onOptionSelect={(_, { optionValue }) => (optionValue === undefined ? undefined : choose(optionValue))}
      >
        <Found text={text} />
      </Combobox>
    </div>
  );
}

const addressOf = (id: string): string => `/r${id}`;

function Found({ text }: { readonly text: string }): ReactElement {
  const resources = useSearch(text);
  const documents = useFoundDocuments(text);
  const wanted = text.trim().toLowerCase();
  const has = (each: { readonly text: string }): boolean => each.text.toLowerCase().includes(wanted);
  const pages = navigation.flatMap(({ entries }) => entries).filter(has);
  const fitting = wanted === '' ? [] : commands.filter(has);
  const id = text.trim();
  // What the server does not list has an address as well: policies, findings, deployments.
  const isOther = /^\/(?:subscriptions|providers)\/.+/i.test(id) && resources.length === 0;
  return (
    <>
      {isOther ? <Option value={addressOf(id)} text={id}>{`Open ${id}`}</Option> : null}
      {pages.length === 0 ? null : (
        <OptionGroup label="Pages">
          {pages.map((entry) => (
            <Option key={entry.to} value={entry.to} text={entry.text}>
              {entry.text}
            </Option>
          ))}
        </OptionGroup>
      )}
      {resources.length === 0 ? null : (
        <OptionGroup label="Resources">
          {resources.map((resource) => (
            <Option key={resource.id} value={addressOf(resource.id)} text={resource.name}>
              <span className="choice">
                <span>{resource.name}</span>
                <span className="choice-note">{noteOf(resource)}</span>
              </span>
            </Option>
          ))}
        </OptionGroup>
      )}
      {documents.length === 0 ? null : (
        <OptionGroup label="Docs">
          {documents.map(({ name, title, summary }) => (
            <Option key={name} value={`/docs/${name}`} text={title}>
              <span className="choice">
                <span>{title}</span>
                <span className="choice-note">{summary}</span>
              </span>
            </Option>
          ))}
        </OptionGroup>
      )}
      {fitting.length === 0 ? null : (
        <OptionGroup label="Commands">
          {fitting.map((command) => (
            <Option key={command.text} value={`${commandMark}${command.text}`} text={command.text}>
              {command.text}
            </Option>
          ))}
        </OptionGroup>
      )}
    </>
  );
}

function noteOf({ id, type }: { readonly id: string; readonly type: string }): string {
  const { resourceGroup } = idParts(id);
  return resourceGroup === undefined ? type : `${type} in ${resourceGroup}`;
}
