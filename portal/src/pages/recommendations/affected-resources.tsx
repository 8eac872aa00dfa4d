/** The resources of a recommendation by state, and what can be done for those that are ticked. */
import { Tab, TabList } from '@fluentui/react-components';
import { FlashRegular, ShieldDismissRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import { type Assessment, resourceOf } from '../../data/assessments.ts';
import { usePagedList } from '../../data/lists.ts';
import { type Recommendation, recommendationStates, type RecommendationState } from '../../data/recommendations.ts';
import { subscriptionName, useScopesParameter, useSubscriptions } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Empty } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { type ListColumn, ServerList } from '../../parts/server-list.tsx';
import { TriggerDialog } from '../../parts/trigger-dialog.tsx';
import { wordOf } from '../../model/status.ts';
import { ExemptPane } from './exempt-pane.tsx';

const defaults = { state: 'Unhealthy' };

export function AffectedResources({ recommendation }: { readonly recommendation: Recommendation }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<'trigger' | 'exempt'>();
  const state = recommendationStates.find((each) => each === address.state) ?? 'Unhealthy';
  const scopes = useScopesParameter();
  const path = withQuery('/tocsin/v1/assessments', {
    key: recommendation.name,
    scopes,
    filter: `properties/status/code eq '${state}'`,
    $top: '100',
  });
  const list = usePagedList<Assessment>(path);
  const blocked = ticked.size === 0 ? 'Tick one or more resources first.' : undefined;
  const choose = (next: RecommendationState): void => {
    setTicked(new Set());
    setAddress({ state: next });
  };
  return (
    <>
      <TabList size="small" selectedValue={state} onTabSelect={(_, { value }) => choose(value as RecommendationState)}>
        {recommendationStates.map((each) => (
          <Tab key={each} value={each}>
            {`${wordOf(each)} resources (${recommendation.properties.resources[each].toLocaleString('en')})`}
          </Tab>
        ))}
      </TabList>
      <Commands>
        <Command
          primary
          text="Trigger Logic App"
          icon={<FlashRegular />}
          blocked={blocked}
          onClick={() => setDoing(ticked.size > 0 ? 'trigger' : undefined)}
        />
        <Command
          text="Exempt"
          icon={<ShieldDismissRegular />}
          blocked={blocked}
          onClick={() => setDoing(ticked.size > 0 ? 'exempt' : undefined)}
        />
      </Commands>
      <ServerList
        label="Affected resources"
        list={list}
        path={path}
        columns={useColumns()}
        nameOf={(row) => resourceOf(row).name}
        ticks={{ ticked, onTick: setTicked }}
        filters={null}
        empty={<Empty text={`No resource is ${wordOf(state).toLowerCase()}.`} />}
      />
      {doing === 'trigger' ? (
        <TriggerDialog resourceIds={[...ticked]} eventSource="Assessments" onClose={() => setDoing(undefined)} />
      ) : null}
      {doing === 'exempt' ? (
        <ExemptPane
          resourceIds={list.rows.filter(({ id }) => ticked.has(id)).flatMap((row) => resourceOf(row).id ?? [])}
          onClose={() => setDoing(undefined)}
        />
      ) : null}
    </>
  );
}

function useColumns(): readonly ListColumn<Assessment>[] {
  const all = useSubscriptions();
  return [
    {
      key: 'resource',
      title: 'Resource',
      width: 'minmax(160px, 2fr)',
      cell: (row) => <Anchor to={resourceAddress(row.id)}>{resourceOf(row).name}</Anchor>,
    },
    {
      key: 'type',
      title: 'Resource type',
      width: 'minmax(140px, 1.2fr)',
      cell: (row) => idParts(resourceOf(row).id ?? '').type || 'subscription',
    },
    {
      key: 'group',
      title: 'Resource group',
      width: 'minmax(100px, 1fr)',
      cell: ({ id }) => idParts(id).resourceGroup ?? '–',
    },
    {
      key: 'subscription',
      title: 'Subscription',
      width: '130px',
      hidden: true,
      cell: ({ id }) => subscriptionName(all, idParts(id).subscriptionId),
    },
    {
      key: 'state',
      title: 'State',
      width: '130px',
      cell: ({ properties }) => <Status value={properties.status.code} />,
    },
    {
      key: 'changed',
      title: 'State changed',
      width: '130px',
      cell: ({ properties }) => <Moment value={properties.status.statusChangeDate} />,
    },
  ];
}
