/** One box for pages, resources and pasted ids. Key `/`. */
import { Combobox, Option, OptionGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { armPath, type Resource } from '../api/arm.ts';
import { targetOf } from '../design/anchor.tsx';
import { readAll, useChosenSubscriptions } from '../data/scope.ts';
import { navigation } from './navigation.tsx';

const mostResources = 12;

function useResources(text: string): readonly Resource[] {
  const subscriptions = useChosenSubscriptions();
  const wanted = text.trim().toLowerCase();
  const { data } = useQuery({
    queryKey: ['search', subscriptions.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(
        subscriptions
          .slice(0, 8)
          .map(({ id }) => readAll<Resource>(armPath(`${id}/resources`, 'microsoft.resources'), signal, 3)),
      );
      return lists.flat();
    },
    enabled: wanted.length > 1,
    staleTime: 30_000,
  });
  if (wanted.length < 2) return [];
  return (data ?? [])
    .filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted))
    .slice(0, mostResources);
}

export function Search(): ReactElement {
  const [text, setText] = useState('');
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const resources = useResources(text);
  const wanted = text.trim().toLowerCase();
  const pages = navigation
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.text.toLowerCase().includes(wanted));
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key !== '/' ||
        (event.target as HTMLElement).closest('input,textarea,[contenteditable],.monaco-editor') !== null
      )
        return;
      event.preventDefault();
      place.current?.querySelector('input')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const go = (to: string): void => {
    setText('');
    void navigate({ ...targetOf(to), search: targetOf(to).search });
  };
  const id = text.trim();
  const isId = /^\/(?:subscriptions|providers)\/.+/i.test(id);
  return (
    <div ref={place}>
      <Combobox
        freeform
        aria-label="Search resources, services and docs"
        placeholder="Search resources, services and docs (/)"
        value={text}
        selectedOptions={[]}
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, { optionValue }) => (optionValue === undefined ? undefined : go(optionValue))}
      >
        {isId ? <Option value={`/r${id}`} text={id}>{`Open ${id}`}</Option> : null}
        <OptionGroup label="Pages">
          {pages.map((entry) => (
            <Option key={entry.to} value={entry.to} text={entry.text}>
              {entry.text}
            </Option>
          ))}
        </OptionGroup>
        {resources.length === 0 ? null : (
          <OptionGroup label="Resources">
            {resources.map((resource) => (
              <Option key={resource.id} value={`/r${resource.id}`} text={resource.name}>
                <span className="choice">
                  <span>{resource.name}</span>
                  <span className="choice-note">{resource.type}</span>
                </span>
              </Option>
            ))}
          </OptionGroup>
        )}
      </Combobox>
    </div>
  );
}
