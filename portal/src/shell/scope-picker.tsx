/** Which subscriptions and resource groups the pages show. */
import {
  Button,
  Checkbox,
  Field,
  Input,
  Link,
  Popover,
  PopoverSurface,
  PopoverTrigger,
} from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { chosenScope, scopeSummary, useResourceGroups, useSubscriptions } from '../data/scope.ts';
import { useCell } from '../data/store.ts';
import { ChooseMany } from '../design/choices.tsx';

export function ScopePicker(): ReactElement {
  const all = useSubscriptions();
  const chosen = useCell(chosenScope);
  const summary = scopeSummary(chosen, all);
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          aria-label={`Scope: ${summary}`}
          icon={<ChevronDownRegular />}
          iconPosition="after"
        >
          <span className="scope-text">Scope: {summary}</span>
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label="Scope" className="scope-surface">
        <ScopeChoice />
      </PopoverSurface>
    </Popover>
  );
}

function ScopeChoice(): ReactElement {
  const all = useSubscriptions();
  const chosen = useCell(chosenScope);
  const [text, setText] = useState('');
  const { subscriptions, resourceGroups } = chosen;
  const shown = all.filter(({ displayName, subscriptionId }) =>
    `${displayName} ${subscriptionId}`.toLowerCase().includes(text.toLowerCase()),
  );
  const one =
    subscriptions.length === 1 ? all.find(({ id }) => id === subscriptions[0]) : all.length === 1 ? all[0] : undefined;
  const groups = useResourceGroups(one?.subscriptionId);
  const isTicked = (id: string): boolean => subscriptions.length === 0 || subscriptions.includes(id);
  const toggle = (id: string): void => {
    const now = all.filter((each) => isTicked(each.id) !== (each.id === id)).map((each) => each.id);
    chosenScope.set({ subscriptions: now.length === all.length ? [] : now, resourceGroups: [] });
  };
  return (
    <div className="stack" style={{ width: 320 }}>
      <Field label="Filter scopes">
        <Input value={text} onChange={(_, { value }) => setText(value)} />
      </Field>
      <div className="row">
        <Link as="button" onClick={() => chosenScope.set({ subscriptions: [], resourceGroups: [] })}>
          Select all
        </Link>
      </div>
      <div role="group" aria-label="Subscriptions" style={{ maxHeight: 280, overflow: 'auto' }}>
        {shown.map(({ id, displayName }) => (
          <div key={id}>
            <Checkbox
              label={displayName}
              checked={isTicked(id)}
              disabled={subscriptions.length === 1 && isTicked(id)}
              onChange={() => toggle(id)}
            />
          </div>
        ))}
      </div>
      {groups.length === 0 ? null : (
        <Field label="Resource group">
          <ChooseMany
            label="Resource group"
            allText="All resource groups"
            choices={groups.map(({ name }) => ({ value: name, text: name }))}
            values={resourceGroups.length === 0 ? groups.map(({ name }) => name) : resourceGroups}
            onChange={(names) =>
              chosenScope.set({ subscriptions, resourceGroups: names.length === groups.length ? [] : names })
            }
          />
        </Field>
      )}
    </div>
  );
}
