/** Everything that is wrong, each leading to its place. Source: portal reference 5.11. */
import { Tab, TabList } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { Pane } from '../../design/pane.tsx';
import { titleOf } from '../canvas/card-text.ts';
import { entriesOf, type Entry, groupNames } from './error-groups.ts';
import type { EditorState } from './session.ts';

export interface ErrorsPaneProps {
  readonly state: EditorState;
  readonly onGo: (entry: Entry) => void;
  readonly onClose: () => void;
}

export function ErrorsPane({ state, onGo, onClose }: ErrorsPaneProps): ReactElement {
  const all = entriesOf(state);
  const errors = all.filter(({ severity }) => severity === 'error');
  const warnings = all.filter(({ severity }) => severity === 'warning');
  const [chosen, setChosen] = useState<'error' | 'warning'>();
  const tab = chosen ?? (errors.length === 0 && warnings.length > 0 ? 'warning' : 'error');
  const shown = tab === 'error' ? errors : warnings;
  return (
    <Pane title="Errors" onClose={onClose}>
      <TabList
        aria-label="Errors and warnings"
        selectedValue={tab}
        onTabSelect={(_, { value }) => setChosen(value === 'warning' ? 'warning' : 'error')}
      >
        <Tab value="error">{counted('Errors', errors.length)}</Tab>
        <Tab value="warning">{counted('Warnings', warnings.length)}</Tab>
      </TabList>
      <div className="below-tabs">
        {shown.length === 0 ? <p>There are no {tab === 'error' ? 'errors' : 'warnings'}.</p> : null}
        {groupNames.map((name) => {
          const mine = shown.filter(({ group }) => group === name);
          if (mine.length === 0) return null;
          const title = tab === 'error' ? name : name.replace('errors', 'warnings');
          return (
            <section key={name} aria-label={title}>
              <h2 className="pane-heading">{counted(title, mine.length)}</h2>
              <ul className="plain-list">
                {mine.map((entry) => (
                  <li key={`${entry.path ?? ''} ${entry.text}`}>
                    <EntryLine entry={entry} state={state} onGo={onGo} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Pane>
  );
}

const counted = (text: string, count: number): string => (count === 0 ? text : `${text} (${count})`);

interface EntryLineProps {
  readonly entry: Entry;
  readonly state: EditorState;
  readonly onGo: (entry: Entry) => void;
}

function EntryLine({ entry, state: { graph }, onGo }: EntryLineProps): ReactElement {
  const node = entry.path === undefined ? undefined : graph.nodes.get(entry.path);
  if (node === undefined) return <>{entry.text}</>;
  return (
    <>
      <button type="button" className="link" onClick={() => onGo(entry)}>
        {titleOf(node.name)}
      </button>{' '}
      {entry.text}
    </>
  );
}
