/** One captured call; a mail is shown as a mail. Invariant: its HTML runs no script and reaches nothing. */
import { Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { mailHtmlOf, type OutboxRow, subjectOf, targetOf } from '../../data/outbox.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';

const crumbs = [{ text: 'Outbox', to: '/outbox' }];
const defaults = { view: '' };

export function OutboxItem(): ReactElement {
  const { item = '' } = useParams({ strict: false }) as { readonly item?: string };
  const [address, setAddress] = useAddress(defaults);
  const { data, error, refetch } = useQuery<OutboxRow, ArmError>({
    queryKey: ['outbox', item],
    queryFn: ({ signal }) => read<OutboxRow>(`/tocsin/v1/outbox/${encodeURIComponent(item)}`, signal),
  });
  if (data === undefined) {
    return (
      <Page title="Captured call" crumbs={crumbs}>
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The call could not be read"
            retry={() => void refetch()}
            back={{ to: '/outbox', text: 'The outbox' }}
          />
        )}
      </Page>
    );
  }
  const html = mailHtmlOf(data);
  const view = address.view === '' ? (html === undefined ? 'request' : 'mail') : address.view;
  return (
    <Page title={subjectOf(data)} crumbs={crumbs}>
      <div className="card">
        <Facts
          facts={[
            ['Time', data.time],
            ['To', targetOf(data)],
            ['Connector', data.connector ?? 'HTTP'],
            ['Operation', data.operation ?? data.request.method],
            ['Answered by', data.response.source],
          ]}
        />
        <p>
          <Anchor to={resourceAddress(data.runId)}>View run</Anchor> {idParts(data.runId).name}
        </p>
      </div>
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
        {html === undefined ? null : <Tab value="mail">Mail</Tab>}
        <Tab value="request">Request</Tab>
        <Tab value="response">Answer</Tab>
      </TabList>
      <div style={{ marginTop: 12 }}>
        {view === 'mail' && html !== undefined ? (
          <iframe className="mail-frame" title="The mail" sandbox="" srcDoc={html} />
        ) : null}
        {view === 'request' ? <JsonView value={data.request} label="The request" /> : null}
        {view === 'response' ? <JsonView value={data.response} label="The answer" /> : null}
      </div>
    </Page>
  );
}
