/** One standard: its controls and what is assessed for them as a tree, beside what is chosen there. Source: portal reference 3.4. */
import { SearchBox, Tree, TreeItem, TreeItemLayout } from '@fluentui/react-components';
import { ArrowClockwiseRegular, FlowRegular } from '@fluentui/react-icons';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useStandardParts, useStandards } from '../../data/compliance.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useChosenSubscriptions, useSubscriptions } from '../../data/scope.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { ChooseOne, FilterMany } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { complianceStates, type Control, passedText, type Standard, treeOf } from '../../model/compliance.ts';
import { AssessmentDetail, ControlDetail } from './detail.tsx';
import { ShareBar } from './share-bar.tsx';

const crumbs = [{ text: 'Regulatory compliance', to: '/compliance' }];
const defaults = { subscription: '', search: '', state: complianceStates.join(','), assessment: '' };

export function StandardPage(): ReactElement {
  const { standard: name = '', control = '' } = useParams({ strict: false }) as Readonly<Record<string, string>>;
  const navigate = useNavigate();
  const [address, setAddress] = useAddress(defaults);
  const subscriptions = useChosenSubscriptions();
  const { data, error, refetch } = useStandards(subscriptions.map(({ subscriptionId }) => subscriptionId));
  const own = (data ?? []).filter((each) => each.name.toLowerCase() === name.toLowerCase());
  const standard = own.find(({ subscriptionId }) => subscriptionId === address.subscription) ?? own[0];
  const choose = (chosen: string, assessment?: string): void => {
    const search = (before: Readonly<Record<string, string>>) => ({ ...before, assessment });
    void navigate({
      to: `/compliance/${encodeURIComponent(name)}/${encodeURIComponent(chosen)}`,
      search,
    });
  };
  return (
    <Page
      title={standard?.name ?? name}
      purpose="A control has passed when each of its assessments has, or is skipped."
      crumbs={crumbs}
      {...(standard === undefined ? {} : { badges: <Status value={standard.state} /> })}
      commands={
        <Commands>
          <Command
            primary
            text="Add workflow automation"
            icon={<FlowRegular />}
            onClick={() =>
              void navigate({ to: '/automations', search: { pane: 'add', standard: standard?.name ?? name } })
            }
          />
          <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
        </Commands>
      }
    >
      {error === null ? null : (
        <Failure error={error} what="The standard could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && standard === undefined ? (
        <Empty text={`Nothing is assessed by '${name}' in the subscriptions that are chosen.`} />
      ) : null}
      {standard === undefined ? null : (
        <>
          {own.length < 2 ? null : (
            <SubscriptionChoice
              own={own}
              value={standard.subscriptionId}
              onChange={(subscription) => setAddress({ subscription })}
            />
          )}
          <section className="card" aria-label="Summary">
            <p className="standard-figure">{passedText(standard.controls)}</p>
            <ShareBar counts={standard.controls} noun="Controls" />
          </section>
          <Controls standard={standard} control={control} address={address} onFilter={setAddress} onChoose={choose} />
        </>
      )}
    </Page>
  );
}

function SubscriptionChoice({
  own,
  value,
  onChange,
}: {
  readonly own: readonly Standard[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const all = useSubscriptions();
  return (
    <div className="filters">
      <ChooseOne
        label="Subscription"
        choices={own.map(({ subscriptionId }) => ({
          value: subscriptionId,
          text: subscriptionName(all, subscriptionId),
        }))}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}

/** Chooses a control, or what is assessed for it. */
type Choose = (control: string, assessment?: string) => void;

interface ControlsProps {
  readonly standard: Standard;
  readonly control: string;
  readonly address: typeof defaults;
  readonly onFilter: (change: Partial<Record<keyof typeof defaults, string | undefined>>) => void;
  readonly onChoose: Choose;
}

function Controls({ standard, control, address, onFilter, onChoose }: ControlsProps): ReactElement {
  const { data, error, refetch } = useStandardParts(standard.subscriptionId, standard.name);
  const states = listOf(address.state);
  const tree = treeOf(data?.controls ?? [], data?.assessments ?? [], { states, text: address.search });
  const chosen = tree.find(({ name }) => name.toLowerCase() === control.toLowerCase());
  const assessment = chosen?.assessments.find(({ name }) => name === address.assessment);
  return (
    <>
      <div className="filters">
        <SearchBox
          aria-label="Search controls and assessments"
          placeholder="Search controls and assessments"
          value={address.search}
          onChange={(_, { value }) => onFilter({ search: value })}
        />
        <FilterMany
          label="State"
          choices={complianceStates.map((value) => ({ value, text: value }))}
          values={states}
          onChange={(values) => onFilter({ state: values.join(',') })}
        />
      </div>
      {error === null ? null : (
        <Failure error={error} what="The controls could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && tree.length === 0 ? (
        <Empty text="No controls match the filters">
          <Command text="Clear filters" onClick={() => onFilter({ search: undefined, state: undefined })} />
        </Empty>
      ) : null}
      {tree.length === 0 ? null : (
        <div className="compliance-columns">
          <section className="card" aria-label="Controls">
            <h2>Controls</h2>
            <ControlTree
              tree={tree}
              control={chosen?.name ?? ''}
              assessment={assessment?.name ?? ''}
              onChoose={onChoose}
            />
          </section>
          <section className="card" aria-label="Details">
            {assessment !== undefined ? (
              <AssessmentDetail assessment={assessment} subscriptionId={standard.subscriptionId} />
            ) : chosen !== undefined ? (
              <ControlDetail control={chosen} onAssessment={(name) => onChoose(chosen.name, name)} />
            ) : (
              <Empty text="Choose a control to see what is assessed for it and which resources are affected." />
            )}
          </section>
        </div>
      )}
    </>
  );
}

interface ControlTreeProps {
  readonly tree: readonly Control[];
  readonly control: string;
  readonly assessment: string;
  readonly onChoose: Choose;
}

/** Which controls are open is this visit's; the one in the address is from the start. */
function ControlTree({ tree, control, assessment, onChoose }: ControlTreeProps): ReactElement {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(control === '' ? [] : [control]));
  return (
    <Tree
      aria-label="Controls"
      size="small"
      openItems={[...open]}
      onOpenChange={(_, { openItems }) => setOpen(new Set([...openItems].map(String)))}
    >
      {tree.map(({ name, state, description, assessments }) => (
        <TreeItem
          key={name}
          itemType="branch"
          value={name}
          aria-current={name === control && assessment === '' ? 'true' : undefined}
          onClick={(event) => {
            event.stopPropagation();
            if (name !== control || assessment !== '') onChoose(name);
          }}
        >
          <TreeItemLayout
            aside={<Status value={state} />}
            className={name === control && assessment === '' ? 'tree-chosen' : undefined}
          >
            <span className="tree-text" title={description}>
              {name === description || description === '' ? name : `${name} ${description}`}
            </span>
          </TreeItemLayout>
          <Tree>
            {assessments.map((each) => (
              <TreeItem
                key={each.name}
                itemType="leaf"
                value={`${name}/${each.name}`}
                aria-current={each.name === assessment && name === control ? 'true' : undefined}
                onClick={(event) => {
                  event.stopPropagation();
                  onChoose(name, each.name);
                }}
              >
                <TreeItemLayout
                  aside={<Status value={each.state} />}
                  className={each.name === assessment && name === control ? 'tree-chosen' : undefined}
                >
                  <span className="tree-text" title={each.description}>
                    {each.description}
                  </span>
                </TreeItemLayout>
              </TreeItem>
            ))}
          </Tree>
        </TreeItem>
      ))}
    </Tree>
  );
}
