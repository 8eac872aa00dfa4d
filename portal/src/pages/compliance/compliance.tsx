/** Regulatory compliance: the standards, each as a card. Source: portal reference 3.4. */
import { SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { useStandards } from '../../data/compliance.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useChosenSubscriptions } from '../../data/scope.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { complianceStates, inOrder, passedText, type Standard } from '../../model/compliance.ts';
import { ShareBar } from './share-bar.tsx';

const defaults = { search: '', state: complianceStates.join(',') };

export const standardAddress = (standard: Standard): string =>
  `/compliance/${encodeURIComponent(standard.name)}?subscription=${standard.subscriptionId}`;

export function Compliance(): ReactElement {
  const subscriptions = useChosenSubscriptions();
  const [address, setAddress] = useAddress(defaults);
  const { data, error, refetch } = useStandards(subscriptions.map(({ subscriptionId }) => subscriptionId));
  const wanted = listOf(address.state);
  const shown = inOrder(data ?? []).filter(
    ({ name, state }) => wanted.includes(state) && name.toLowerCase().includes(address.search.toLowerCase()),
  );
  const total = data?.length ?? 0;
  return (
    <Page
      title="Regulatory compliance"
      purpose="How far the subscriptions meet the standards that they are assessed by. Automations can answer each change of a control's state."
      commands={
        <Commands>
          <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
        </Commands>
      }
    >
      {total === 0 ? null : (
        <div className="filters">
          <SearchBox
            aria-label="Search standards"
            placeholder="Search standards"
            value={address.search}
            onChange={(_, { value }) => setAddress({ search: value })}
          />
          <FilterMany
            label="State"
            choices={complianceStates.map((value) => ({ value, text: value }))}
            values={wanted}
            onChange={(values) => setAddress({ state: values.join(',') })}
          />
        </div>
      )}
      {error === null ? null : (
        <Failure error={error} what="The standards could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && total === 0 ? (
        <Empty
          icon={<ShieldCheckmarkRegular />}
          text="No standard has been assessed yet. Assessments of controls come in like alerts do, from whatever assesses your subscriptions."
        >
          <Anchor to="/settings/ingestion-keys">Ingestion keys</Anchor>
        </Empty>
      ) : null}
      {total > 0 && shown.length === 0 ? (
        <Empty text="No standards match the filters">
          <Command text="Clear filters" onClick={() => setAddress({ search: undefined, state: undefined })} />
        </Empty>
      ) : null}
      <ul className="standard-cards" aria-label="Standards">
        {shown.map((standard) => (
          <li key={standard.id}>
            <StandardCard
              standard={standard}
              place={subscriptions.length > 1 ? subscriptionName(subscriptions, standard.subscriptionId) : undefined}
            />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function StandardCard({
  standard,
  place,
}: {
  readonly standard: Standard;
  readonly place: string | undefined;
}): ReactElement {
  return (
    <section className="card standard-card" aria-label={standard.name}>
      <div className="card-title">
        <h2>
          <Anchor to={standardAddress(standard)}>{standard.name}</Anchor>
        </h2>
        <Status value={standard.state} />
      </div>
      {place === undefined ? null : <p className="help">{place}</p>}
      <p className="standard-figure">{passedText(standard.controls)}</p>
      <ShareBar counts={standard.controls} noun="Controls" />
      <p className="card-foot">
        <Anchor to={`/automations?pane=add&standard=${encodeURIComponent(standard.name)}`}>
          Add workflow automation
        </Anchor>
      </p>
    </section>
  );
}
