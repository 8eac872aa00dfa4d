/** Using a template: what it does, where it goes, its connections and parameters, and its deployment followed to the end. */
import { Button, Tab, TabList } from '@fluentui/react-components';
import { ErrorCircleRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { read } from '../../api/http.ts';
import { useTemplateDeployment } from '../../data/deploy-template.ts';
import { useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { Pane } from '../../design/pane.tsx';
import { deploymentBody, faultsOf, type TemplateTab, type TemplateValues } from '../../model/template-form.ts';
import type { Template, TemplateDetail } from './template.ts';
import { TemplateProgress } from './template-progress.tsx';
import { Basics, ConnectionsTab, ParametersTab, ReviewTab } from './template-tabs.tsx';

export interface TemplatePaneProps {
  readonly template: Template;
  readonly onClose: () => void;
}

const tabs = ['basics', 'connections', 'parameters', 'review'] as const;
const tabNames: Readonly<Record<TemplateTab, string>> = {
  basics: 'Basics',
  connections: 'Connections',
  parameters: 'Parameters',
  review: 'Review + create',
};
const contents = { basics: Basics, connections: ConnectionsTab, parameters: ParametersTab, review: ReviewTab };

/** The values as typed, with the only choice there is where nothing was chosen. */
function useValues(
  given: TemplateValues['parameters'],
): readonly [TemplateValues, (values: TemplateValues) => void, boolean] {
  const [typed, setTyped] = useState<TemplateValues>();
  const subscriptions = useSubscriptions();
  const subscriptionId = typed?.subscriptionId ?? subscriptions[0]?.subscriptionId ?? '';
  const groups = useResourceGroups(subscriptionId);
  const only = groups.length === 1 ? (groups[0]?.name ?? '') : '';
  const resourceGroup = (typed?.resourceGroup ?? '') === '' ? only : (typed?.resourceGroup ?? '');
  return [{ subscriptionId, resourceGroup, parameters: typed?.parameters ?? given }, setTyped, typed !== undefined];
}

export function TemplatePane({ template, onClose }: TemplatePaneProps): ReactElement {
  const { data } = useQuery<TemplateDetail>({
    queryKey: ['template', template.name],
    queryFn: ({ signal }) => read(`/tocsin/v1/templates/${encodeURIComponent(template.name)}`, signal),
  });
  return <TemplateWizard template={template} detail={data} onClose={onClose} />;
}

export interface TemplateWizardProps extends TemplatePaneProps {
  /** The whole template, when it is read. */
  readonly detail: TemplateDetail | undefined;
  /** Values of parameters to begin with, as typed. */
  readonly given?: TemplateValues['parameters'];
  /** The deployment's body, or its text; the usual one unless told. */
  readonly bodyOf?: (values: TemplateValues) => object | string;
}

const nothing: TemplateValues['parameters'] = {};

export function TemplateWizard(props: TemplateWizardProps): ReactElement {
  const { template, detail: data, given = nothing, bodyOf, onClose } = props;
  const [tab, setTab] = useState<TemplateTab>('basics');
  const [values, setValues, isChanged] = useValues(given);
  const [sandbox, setSandbox] = useState(true);
  const [isTried, setTried] = useState(false);
  const deployment = useTemplateDeployment();
  const parameters = template.parameters ?? [];
  const faults = faultsOf(parameters, values);
  const create = async (): Promise<void> => {
    setTried(true);
    if (faults.length > 0 || data === undefined) return setTab('review');
    const { subscriptionId, resourceGroup } = values;
    const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Resources/deployments/${template.name}-${Date.now()}`;
    const body = bodyOf?.(values) ?? deploymentBody(data.template, parameters, values);
    await deployment.begin({ id, title: template.title, place: resourceGroup, body, sandbox });
  };
  const isBegun = deployment.state === 'running' || deployment.state === 'done' || deployment.resources.length > 0;
  const Content = contents[tab];
  const shown = isTried ? faults : [];
  return (
    <Pane
      title={template.title}
      large
      changed={isChanged && !isBegun}
      onClose={onClose}
      footer={
        isBegun ? (
          <Button onClick={onClose}>Done</Button>
        ) : (
          <Footer
            tab={tab}
            isReady={data !== undefined}
            onTab={setTab}
            onCreate={() => void create()}
            onCancel={onClose}
          />
        )
      }
    >
      {isBegun ? (
        <TemplateProgress deployment={deployment} next={data?.afterDeployment ?? []} />
      ) : (
        <>
          {deployment.fault === undefined ? null : <TemplateProgress deployment={deployment} next={[]} />}
          <TabList
            aria-label={template.title}
            selectedValue={tab}
            onTabSelect={(_, { value }) => setTab(value as TemplateTab)}
          >
            {tabs.map((each) => (
              <WizardTab key={each} tab={each} isFaulty={shown.some((fault) => fault.tab === each)} />
            ))}
          </TabList>
          <div className="below-tabs">
            <Content
              template={template}
              source={data?.template}
              values={values}
              sandbox={sandbox}
              faults={shown}
              onValues={setValues}
              onSandbox={setSandbox}
            />
          </div>
        </>
      )}
    </Pane>
  );
}

function WizardTab({ tab, isFaulty }: { readonly tab: TemplateTab; readonly isFaulty: boolean }): ReactElement {
  const name = tabNames[tab];
  const fault = { icon: <ErrorCircleRegular className="fault-icon" />, 'aria-label': `${name} has errors` };
  return (
    <Tab value={tab} {...(isFaulty ? fault : {})}>
      {name}
    </Tab>
  );
}

interface FooterProps {
  readonly tab: TemplateTab;
  readonly isReady: boolean;
  readonly onTab: (tab: TemplateTab) => void;
  readonly onCreate: () => void;
  readonly onCancel: () => void;
}

function Footer({ tab, isReady, onTab, onCreate, onCancel }: FooterProps): ReactElement {
  const at = tabs.indexOf(tab);
  const next = tabs[at + 1];
  const before = tabs[at - 1];
  return (
    <>
      {next === undefined ? (
        <Button appearance="primary" disabledFocusable={!isReady} onClick={() => (isReady ? onCreate() : undefined)}>
          Create
        </Button>
      ) : (
        <Button appearance="primary" onClick={() => onTab('review')}>
          Review + create
        </Button>
      )}
      {before === undefined ? null : <Button onClick={() => onTab(before)}>Previous</Button>}
      {next === undefined ? null : <Button onClick={() => onTab(next)}>Next</Button>}
      <Button onClick={onCancel}>Cancel</Button>
    </>
  );
}
