/** Which steps a step waits for, and with which results. Source: portal reference 5.5. */
import { Button, Checkbox, Combobox, Option } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { titleOf } from '../canvas/card-text.ts';
import type { Graph, NodeInfo } from '../core/graph.ts';
import { possiblePredecessors, type RunAfter, setRunAfter } from '../core/operations/run-after.ts';
import type { EditorSession } from '../editor/session.ts';

const statuses: readonly (readonly [status: string, text: string])[] = [
  ['Succeeded', 'Is successful'],
  ['TimedOut', 'Has timed out'],
  ['Skipped', 'Is skipped'],
  ['Failed', 'Has failed'],
];

export interface RunAfterTabProps {
  readonly session: EditorSession;
  readonly graph: Graph;
  readonly node: NodeInfo;
}

export function RunAfterTab({ session, graph, node }: RunAfterTabProps): ReactElement {
  const [refused, setRefused] = useState('');
  const current: RunAfter = Object.fromEntries(
    node.after.map(({ name, statuses: each }) => [name, each.length === 0 ? ['Succeeded'] : each]),
  );
  const names = Object.keys(current);
  const candidates = possiblePredecessors(graph, node).filter(
    ({ name }) => !names.some((each) => each.toLowerCase() === name.toLowerCase()),
  );
  const set = (next: RunAfter): void => {
    setRefused('');
    session.change((doc, drawn) => setRunAfter(doc, drawn, node.path, next));
  };
  const toggle = (name: string, status: string): void => {
    const before = current[name] ?? [];
    const has = before.some((each) => each.toLowerCase() === status.toLowerCase());
    const next = has ? before.filter((each) => each.toLowerCase() !== status.toLowerCase()) : [...before, status];
    if (next.length === 0) setRefused('At least one result must be ticked.');
    else set({ ...current, [name]: next });
  };
  return (
    <div className="fields">
      {names.length === 0 ? <p>It is the first step here: it runs at once.</p> : null}
      {names.map((name) => (
        <fieldset key={name} className="field-group">
          <legend>{titleOf(name)}</legend>
          {statuses.map(([status, text]) => (
            <Checkbox
              key={status}
              label={text}
              checked={current[name]?.some((each) => each.toLowerCase() === status.toLowerCase()) === true}
              onChange={() => toggle(name, status)}
            />
          ))}
          <Button
            size="small"
            appearance="subtle"
            icon={<DeleteRegular />}
            aria-label={`Do not run after ${titleOf(name)}`}
            onClick={() => set(Object.fromEntries(Object.entries(current).filter(([each]) => each !== name)))}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      {refused === '' ? null : (
        <p role="alert" className="field-fault">
          {refused}
        </p>
      )}
      {candidates.length === 0 ? null : (
        <Combobox
          aria-label="Select actions"
          placeholder="Select actions"
          inlinePopup
          value=""
          selectedOptions={[]}
          onOptionSelect={(_, { optionValue }) => {
            if (optionValue !== undefined) set({ ...current, [optionValue]: ['Succeeded'] });
          }}
        >
          {candidates.map(({ name }) => (
            <Option key={name} value={name}>
              {titleOf(name)}
            </Option>
          ))}
        </Combobox>
      )}
    </div>
  );
}
