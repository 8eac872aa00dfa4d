/**
 * The panel of one step: its form, its settings, its order, its text.
 *
 * Owns: the tabs, the name, the description. Does not own: what they change (`core/operations`).
 *
 * Source: portal reference 5.1, 5.5.
 */
import { Button, Tab, TabList, Textarea } from '@fluentui/react-components';
import { DismissRegular, PinOffRegular, PinRegular } from '@fluentui/react-icons';
import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from 'react';
import { Facts } from '../../design/json-view.tsx';
import { Loading } from '../../design/states.tsx';
import { descriptionOf, operationOf, positionOf, titleOf } from '../canvas/card-text.ts';
import type { Operation } from '../catalogue/operation.ts';
import type { Path } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import type { JsonData } from '../core/json-value.ts';
import { cleanName } from '../core/operations/names.ts';
import { rename } from '../core/operations/rename.ts';
import { setValue } from '../core/operations/set-value.ts';
import { findReferences, referencesTo } from '../core/references.ts';
import type { EditorSession, EditorState } from '../editor/session.ts';
import type { FieldTools } from './field-tools.ts';
import { ParametersTab, type ParametersTabProps } from './parameters-tab.tsx';
import { RunAfterTab } from './run-after-tab.tsx';

const SettingsTab = lazy(async () => ({ default: (await import('./settings-tab.tsx')).SettingsTab }));
const CodeTab = lazy(async () => ({ default: (await import('./code-tab.tsx')).CodeTab }));
const TestingTab = lazy(async () => ({ default: (await import('./testing-tab.tsx')).TestingTab }));

export interface StepPanelProps {
  readonly session: EditorSession;
  readonly state: EditorState;
  readonly node: NodeInfo;
  readonly operation: Operation | undefined;
  readonly connection: string | undefined;
  readonly tools: FieldTools;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly pinned: boolean;
  readonly onPin: () => void;
  readonly onClose: () => void;
  readonly onConnection: () => void;
  readonly onChangeType: () => void;
  readonly onLoop: ParametersTabProps['onLoop'];
  readonly sample: JsonData | undefined;
  /** Puts the cursor into the name. */
  readonly renaming: number;
  readonly onSelect: (path: Path) => void;
}

export function StepPanel(props: StepPanelProps): ReactElement {
  const { session, state, node, operation, tools, tab, onTab, onClose, sample } = props;
  const title = titleOf(node.name);
  const isAction = node.kind !== 'trigger';
  const findings = state.findings.filter(({ path }) => path === node.path);
  const shown = tab === 'runAfter' && !isAction ? 'parameters' : tab;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape of what is within, as it bubbles up.
    <section
      className="card drawn-panel"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <div className="row panel-head">
        <NameField key={node.path} {...props} />
        <Button
          appearance="subtle"
          icon={props.pinned ? <PinOffRegular /> : <PinRegular />}
          aria-label={props.pinned ? 'Unpin action' : 'Pin action'}
          title={props.pinned ? 'Unpin action' : 'Pin action'}
          onClick={props.onPin}
        />
        <Button appearance="subtle" icon={<DismissRegular />} aria-label="Close" onClick={onClose} />
      </div>
      <p className="muted panel-operation">
        {operation === undefined ? operationOf(node).name : `${operation.title} · ${operation.group}`}
        {props.connection === undefined ? null : (
          <>
            {' · '}
            <button type="button" className="link" onClick={props.onConnection}>
              {props.connection === '' ? 'Connect' : `Connected to ${props.connection}. Change connection`}
            </button>
          </>
        )}
      </p>
      <TabList
        size="small"
        selectedValue={shown}
        onTabSelect={(_, { value }) => onTab(value as string)}
        aria-label="Step"
      >
        <Tab value="parameters">Parameters</Tab>
        <Tab value="settings">Settings</Tab>
        <Tab value="code">Code view</Tab>
        {isAction ? <Tab value="runAfter">Run after</Tab> : null}
        {isAction ? <Tab value="testing">Testing</Tab> : null}
        <Tab value="about">About</Tab>
      </TabList>
      <Suspense fallback={<Loading rows={3} />}>
        {shown === 'parameters' ? (
          <ParametersTab
            key={node.path}
            session={session}
            doc={state.doc}
            node={node}
            operation={operation}
            tools={tools}
            findings={findings}
            onLoop={props.onLoop}
          />
        ) : null}
        {shown === 'settings' ? <SettingsTab session={session} doc={state.doc} node={node} tools={tools} /> : null}
        {shown === 'code' ? <CodeTab key={node.path} session={session} doc={state.doc} node={node} /> : null}
        {shown === 'runAfter' ? <RunAfterTab session={session} graph={state.graph} node={node} /> : null}
        {shown === 'testing' ? <TestingTab session={session} doc={state.doc} node={node} sample={sample} /> : null}
        {shown === 'about' ? <AboutTab {...props} /> : null}
      </Suspense>
    </section>
  );
}

/** The name, changed on Enter or when the field is left; what names the step follows. */
function NameField({ session, node, renaming }: StepPanelProps): ReactElement {
  const [typed, setTyped] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (renaming > 0) input.current?.select();
  }, [renaming]);
  const finish = (): void => {
    if (typed === undefined) return;
    setTyped(undefined);
    const name = cleanName(typed);
    if (typed.trim() !== '' && name !== node.name && typed !== titleOf(node.name)) {
      session.change((doc, graph) => rename(doc, graph, node.path, name));
    }
  };
  return (
    <input
      ref={input}
      className="panel-name"
      aria-label="Step name"
      spellCheck={false}
      value={typed ?? titleOf(node.name)}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish();
        if (event.key === 'Escape' && typed !== undefined) {
          event.preventDefault();
          setTyped(undefined);
        }
      }}
    />
  );
}

function AboutTab({ session, state, node, operation, onChangeType, onSelect }: StepPanelProps): ReactElement {
  const readers = referencesTo(findReferences(state.doc, state.graph), node.name);
  const paths = [...new Set(readers.map(({ owner }) => owner).filter((owner) => owner !== '' && owner !== node.path))];
  return (
    <div className="fields">
      <Facts
        facts={[
          ['Operation', operation?.title ?? operationOf(node).name],
          ...(operation === undefined ? [] : ([['What it does', operation.description]] as const)),
          ['Type', node.operationKind === undefined ? node.type : `${node.type}, ${node.operationKind}`],
          ['Place', positionOf(state.graph, node)],
        ]}
      />
      <label className="field-label" htmlFor="step-description">
        Description
      </label>
      <Textarea
        id="step-description"
        resize="vertical"
        value={descriptionOf(node.json) ?? ''}
        onChange={(_, { value }) =>
          session.change((doc) => setValue(doc, node.path, ['description'], value === '' ? undefined : value))
        }
      />
      {node.kind === 'trigger' ? null : (
        <>
          <h3>Read by</h3>
          {paths.length === 0 ? (
            <p className="muted">No other step reads what it leaves.</p>
          ) : (
            <ul className="plain-list">
              {paths.map((path) => (
                <li key={path}>
                  <button type="button" className="link" onClick={() => onSelect(path)}>
                    {titleOf(state.graph.nodes.get(path)?.name ?? path)}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <div>
        <Button size="small" onClick={onChangeType}>
          Change type
        </Button>
      </div>
    </div>
  );
}
