/** Logs: queries over log tables and Resource Graph, with their results. Source: connectors reference 6; portal reference 2. */
import { Tab, TabList } from '@fluentui/react-components';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { ArmError } from '../../api/arm-error.ts';
import { type Question, useMetadata, useWorkspaces } from '../../data/logs.ts';
import { useChosenSubscriptions } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { graphSchema, type QueryMode, type QuerySchema } from '../../model/log-schema.ts';
import { withRecent } from '../../model/query-history.ts';
import { type PlacedFault, placedFault } from '../../model/query-result.ts';
import { timespanOf } from '../../model/time-range.ts';
import { useAsking } from './asking.ts';
import { keptQueries, lastTexts } from './kept-queries.ts';
import { NoWorkspace } from './no-workspace.tsx';
import { QueryCommands } from './query-commands.tsx';
import { ResultView } from './result-view.tsx';
import { SampleQueries } from './sample-queries.tsx';
import { SchemaList } from './schema-list.tsx';
import './logs.css';

const QueryEditor = lazy(async () => ({ default: (await import('../../parts/query/query-editor.tsx')).QueryEditor }));

const defaults = { mode: 'logs', workspace: '', range: 'P1D', q: '', view: 'rows', most: '1000' };

export function Logs(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const mode: QueryMode = address.mode === 'graph' ? 'graph' : 'logs';
  const subscriptions = useChosenSubscriptions();
  const workspaces = useWorkspaces(subscriptions.map(({ subscriptionId }) => subscriptionId));
  const list = workspaces.data ?? [];
  const wanted = list.find(({ id }) => id.toLowerCase() === address.workspace.toLowerCase());
  // One that an address names may lie outside of the chosen subscriptions.
  const workspace = wanted?.id ?? (address.workspace === '' ? list[0]?.id : address.workspace);
  const metadata = useMetadata(mode === 'logs' ? workspace : undefined);
  const schema: QuerySchema = mode === 'graph' ? graphSchema : { mode, tables: [], ...metadata.data };
  const change = (next: string): void => setAddress({ mode: next, q: undefined, view: undefined });
  const lacks = mode === 'logs' && workspaces.data !== undefined && workspace === undefined;
  return (
    <Page title="Logs" purpose="Ask log tables and the inventory in the Kusto query language, as playbooks do." wide>
      <div className="logs-bar">
        <TabList
          selectedValue={mode}
          onTabSelect={(_, { value }) => change(value as string)}
          aria-label="What is asked"
        >
          <Tab value="logs">Log tables</Tab>
          <Tab value="graph">Resource Graph</Tab>
        </TabList>
        {mode === 'logs' && workspace !== undefined ? (
          <div className="filter">
            <span aria-hidden="true">Workspace:</span>
            <ChooseOne
              label="Workspace"
              choices={list.map(({ id, name }) => ({ value: id, text: name, note: id }))}
              value={workspace}
              onChange={(id) => setAddress({ workspace: id })}
            />
          </div>
        ) : null}
      </div>
      {workspaces.error === null || mode === 'graph' ? null : (
        <Failure
          error={workspaces.error}
          what="The workspaces could not be read"
          retry={() => void workspaces.refetch()}
        />
      )}
      {mode === 'logs' && workspaces.isPending ? <Loading /> : null}
      {lacks ? <NoWorkspace onMade={(id) => setAddress({ workspace: id })} onGraph={() => change('graph')} /> : null}
      {mode === 'graph' || workspace !== undefined ? (
        <Workbench
          // Each has its own text, result and fault.
          key={mode}
          schema={schema}
          schemaError={mode === 'logs' ? metadata.error : null}
          place={{
            mode,
            workspace: workspace ?? '',
            subscriptions: subscriptions.map(({ subscriptionId }) => subscriptionId),
          }}
          address={address}
          onAddress={setAddress}
        />
      ) : null}
    </Page>
  );
}

interface WorkbenchProps {
  readonly schema: QuerySchema;
  readonly schemaError: ArmError | null;
  readonly place: Pick<Question, 'mode' | 'workspace' | 'subscriptions'>;
  readonly address: typeof defaults;
  readonly onAddress: (change: Partial<Record<keyof typeof defaults, string | undefined>>) => void;
}

function Workbench({ schema, schemaError, place, address, onAddress }: WorkbenchProps): ReactElement {
  const { mode } = place;
  const [text, setText] = useState(() => (address.q === '' ? (lastTexts.get()[mode] ?? '') : address.q));
  const [showsSchema, setShowsSchema] = useState(true);
  const asking = useAsking();
  const most = Math.max(1, Number.parseInt(address.most, 10) || 1000);
  const change = (next: string): void => {
    setText(next);
    lastTexts.set({ ...lastTexts.get(), [mode]: next });
    asking.forgetFault();
  };
  const run = async (part: string, whole = text): Promise<void> => {
    if (part.trim() === '') return;
    onAddress({ q: whole, workspace: place.workspace === '' ? undefined : place.workspace });
    keptQueries.set(withRecent(keptQueries.get(), { text: part, mode, time: Date.now() }));
    const result = await asking.ask(
      { ...place, text: part, timespan: timespanOf(address.range), most },
      part === whole,
    );
    if (result?.drawing !== undefined)
      onAddress({ view: result.drawing['visualization'] === 'table' ? undefined : 'chart' });
    else if (result !== undefined) onAddress({ view: undefined });
  };
  const open = (next: string): void => {
    change(next);
    void run(next, next);
  };
  return (
    <div className={showsSchema ? 'logs-columns' : 'logs-columns logs-wide'}>
      {showsSchema ? (
        <SchemaList
          schema={schema}
          error={schemaError}
          onInsert={(word) => change(text === '' ? `${word}\n| take 100` : `${text.trimEnd()} ${word}`)}
        />
      ) : null}
      <div className="logs-work">
        <QueryCommands
          mode={mode}
          text={text}
          running={asking.running}
          range={address.range}
          most={most}
          result={asking.asked?.result}
          showsSchema={showsSchema}
          onSchema={() => setShowsSchema(!showsSchema)}
          onRun={() => void run(text)}
          onCancel={asking.cancel}
          onRange={(range) => onAddress({ range })}
          onMost={(value) => onAddress({ most: String(value) })}
          onOpen={open}
        />
        <Suspense fallback={<Loading rows={4} />}>
          <QueryEditor
            value={text}
            schema={schema}
            fault={asking.mark}
            onChange={change}
            onRun={(part) => void run(part)}
          />
        </Suspense>
        {asking.error === undefined ? null : <QueryFailure error={asking.error} />}
        {asking.running ? <Loading rows={4} label="Loading the rows" /> : null}
        {!asking.running && asking.asked !== undefined ? (
          <ResultView
            asked={asking.asked}
            range={address.range}
            view={address.view}
            onView={(view) => onAddress({ view })}
          />
        ) : null}
        {!asking.running && asking.asked === undefined && asking.error === undefined ? (
          <SampleQueries mode={mode} onOpen={open} />
        ) : null}
      </div>
    </div>
  );
}

/** A fault of the query in its own words; of anything else as everywhere. */
function QueryFailure({ error }: { readonly error: ArmError }): ReactElement {
  const placed: PlacedFault | undefined = placedFault(error.raw);
  if (placed === undefined || placed.message === error.message)
    return <Failure error={error} what="The query failed" />;
  const where = placed.line === undefined ? '' : ` (line ${placed.line}, column ${placed.column})`;
  const inner = new ArmError(error.status, { code: error.code, message: `${placed.message}${where}` }, error.requestId);
  return <Failure error={inner} what="The query failed" />;
}
