/** One logic app: its views. Source: portal reference 3.6. */
import {
  ArrowClockwiseRegular,
  DeleteRegular,
  DismissCircleRegular,
  EditRegular,
  PlayCircleRegular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { deleteWorkflow, setWorkflowState, triggerNameOf, type Workflow, workflowPath } from '../../data/workflows.ts';
import { useAddress } from '../../design/address.ts';
import { resourceAddress, RouterLink } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { RunMenu } from '../../parts/run-menu.tsx';
import { ReturnBar } from './create-logic-app.tsx';
import { ExportView } from './export-view.tsx';
import { IdentityView } from './identity-view.tsx';
import { KeysView } from './keys-view.tsx';
import { PropertiesView } from './properties-view.tsx';
import { RunHistory } from './run-history.tsx';
import { StartPage } from './start-page.tsx';
import { TriggerHistory } from './trigger-history.tsx';
import { UsedConnections } from './used-connections.tsx';
import { VersionsView } from './versions-view.tsx';

/** The editor is large: it comes when it is opened. */
const CodeView = lazy(async () => ({ default: (await import('./code-view.tsx')).CodeView }));
const Drawing = lazy(async () => ({ default: (await import('./drawing.tsx')).Drawing }));

const views: readonly (readonly [string, string])[] = [
  ['overview', 'Overview'],
  ['designer', 'Logic app designer'],
  ['code', 'Logic app code view'],
  ['versions', 'Versions'],
  ['connections', 'API connections'],
  ['keys', 'Access keys'],
  ['identity', 'Identity'],
  ['properties', 'Properties'],
  ['export', 'Export template'],
];

const defaults = { view: 'overview', return: '', begin: '' };

export function LogicAppPage({ id }: { readonly id: string }): ReactElement {
  const [{ view, return: back }, setAddress] = useAddress(defaults);
  const { data, error, refetch } = useQuery<Workflow, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Workflow>(workflowPath(id), signal),
  });
  const { name } = idParts(id);
  return (
    <Page
      title={data?.name ?? name}
      crumbs={[{ text: 'Logic apps', to: '/logicapps' }]}
      badges={data === undefined ? null : <Status value={data.properties.state} />}
      commands={
        data === undefined ? null : (
          <AppCommands workflow={data} onEdit={() => setAddress({ view: 'designer' }, false)} />
        )
      }
    >
      {back === 'automation' ? <ReturnBar /> : null}
      {error === null ? null : (
        <Failure
          error={error}
          what="The logic app could not be read"
          retry={() => void refetch()}
          back={{ to: '/logicapps', text: 'All logic apps' }}
        />
      )}
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : null
      ) : (
        <div className="views">
          <ViewList id={id} view={view} back={back} />
          <div>
            <View workflow={data} view={view} onView={(next, begin) => setAddress({ view: next, begin }, false)} />
          </div>
        </div>
      )}
    </Page>
  );
}

function ViewList({
  id,
  view,
  back,
}: {
  readonly id: string;
  readonly view: string;
  readonly back: string;
}): ReactElement {
  return (
    <nav aria-label="Logic app">
      <ul className="views-list">
        {views.map(([key, text]) => (
          <li key={key}>
            <RouterLink
              to={resourceAddress(id)}
              search={{ ...(key === 'overview' ? {} : { view: key }), ...(back === '' ? {} : { return: back }) }}
              activeProps={{}}
              activeOptions={{ exact: true }}
              aria-current={view === key ? 'page' : undefined}
            >
              {text}
            </RouterLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface ViewProps {
  readonly workflow: Workflow;
  readonly view: string;
  readonly onView: (view: string, begin?: string) => void;
}

function View({ workflow, view, onView }: ViewProps): ReactElement {
  switch (view) {
    case 'start':
      return <StartPage workflow={workflow} onView={onView} />;
    case 'designer':
      return (
        <Suspense fallback={<Loading label="Loading the designer" />}>
          <Drawing key={workflow.id} id={workflow.id} />
        </Suspense>
      );
    case 'code':
      return (
        <Suspense fallback={<Loading label="Loading the editor" />}>
          <CodeView key={workflow.id} id={workflow.id} />
        </Suspense>
      );
    case 'versions':
      return <VersionsView workflow={workflow} />;
    case 'connections':
      return <UsedConnections workflow={workflow} />;
    case 'keys':
      return <KeysView workflow={workflow} />;
    case 'identity':
      return <IdentityView workflow={workflow} />;
    case 'properties':
      return <PropertiesView workflow={workflow} />;
    case 'export':
      return <ExportView workflow={workflow} />;
    default:
      return <OverviewView workflow={workflow} />;
  }
}

function OverviewView({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const { properties, id, location } = workflow;
  const { resourceGroup } = idParts(id);
  const count = Object.keys(properties.definition?.actions ?? {}).length;
  const trigger = triggerNameOf(workflow);
  return (
    <div>
      <section className="card" aria-label="Essentials">
        <Facts
          facts={[
            ['Resource group', resourceGroup],
            ['Location', location],
            ['Trigger', trigger?.replaceAll('_', ' ') ?? 'None yet'],
            ['Steps at the top level', count],
            ['Version', properties.version],
            ['Changed', properties.changedTime],
          ]}
        />
      </section>
      <h2>Runs history</h2>
      <RunHistory id={id} />
      {trigger === undefined ? null : (
        <>
          <h2>Trigger history</h2>
          <TriggerHistory id={id} trigger={trigger} />
        </>
      )}
    </div>
  );
}

function AppCommands({ workflow, onEdit }: { readonly workflow: Workflow; readonly onEdit: () => void }): ReactElement {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { id, name, properties } = workflow;
  const isEnabled = properties.state === 'Enabled';
  const act = async (what: () => Promise<unknown>, done: string, failed: string): Promise<void> => {
    try {
      await what();
      notify({ kind: 'success', title: done });
      await refreshAll();
    } catch (error) {
      notifyFailure(failed, error);
    }
  };
  const toggle = (): Promise<void> =>
    act(
      () => setWorkflowState(id, isEnabled ? 'disable' : 'enable'),
      `Logic app '${name}' was ${isEnabled ? 'disabled' : 'enabled'}`,
      'The state was not changed',
    );
  const remove = async (): Promise<void> => {
    await act(() => deleteWorkflow(id), `Logic app '${name}' was deleted`, 'The logic app was not deleted');
    await navigate({ to: '/logicapps' });
  };
  return (
    <Commands>
      <RunMenu id={id} name={name} trigger={triggerNameOf(workflow)} text="Run Trigger" />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <Command text="Edit" icon={<EditRegular />} onClick={onEdit} />
      <Command
        text={isEnabled ? 'Disable' : 'Enable'}
        icon={isEnabled ? <DismissCircleRegular /> : <PlayCircleRegular />}
        onClick={() => void toggle()}
      />
      <Command text="Delete" icon={<DeleteRegular />} onClick={() => setAsking(true)} />
      {asking ? (
        <Question
          title={`Delete '${name}'?`}
          verb="Delete"
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          Automations that start it will fail to deliver. This cannot be undone.
        </Question>
      ) : null}
    </Commands>
  );
}
