/** One captured call; a mail is shown as a mail. Invariant: its HTML runs no script and reaches nothing. */
import { Tab, TabList } from '@fluentui/react-components';
import { DatabaseRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { type OutboxRow, sourceWord, subjectOf, targetOf } from '../../data/outbox.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { type Mail, mailOf, plainText } from '../../model/mail.ts';
import { MockPane } from './mock-pane.tsx';

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
  return <Item item={data} view={address.view} onView={(view) => setAddress({ view })} />;
}

interface ItemProps {
  readonly item: OutboxRow;
  readonly view: string;
  readonly onView: (view: string) => void;
}

function Item({ item, view: wanted, onView }: ItemProps): ReactElement {
  const [mocking, setMocking] = useState(false);
  const mail = mailOf(item.request.body);
  const view = wanted === '' ? (mail === undefined ? 'request' : 'mail') : wanted;
  const { mock, workflowId } = item;
  return (
    <Page
      title={subjectOf(item)}
      crumbs={crumbs}
      commands={
        <Commands>
          <Command
            text="Make a mock from this"
            icon={<DatabaseRegular />}
            blocked={mock === undefined ? 'The server proposes no mock for this call.' : undefined}
            onClick={() => setMocking(mock !== undefined)}
          />
        </Commands>
      }
    >
      <div className="card">
        <Facts
          facts={[
            ['Time', item.time],
            ['To', targetOf(item)],
            ['Connector', item.connector ?? 'HTTP'],
            ['Operation', item.operation ?? item.request.method],
            ['Action', item.action],
            ['Answered by', sourceWord(item.response.source)],
          ]}
        />
        <p className="row">
          {workflowId === undefined ? null : (
            <Anchor to={resourceAddress(workflowId)}>{idParts(workflowId).name}</Anchor>
          )}
          <Anchor to={resourceAddress(item.runId)}>View run</Anchor> {idParts(item.runId).name}
        </p>
      </div>
      <TabList selectedValue={view} onTabSelect={(_, { value }) => onView(value as string)}>
        {mail === undefined ? null : <Tab value="mail">Mail</Tab>}
        {mail === undefined ? null : <Tab value="text">Text</Tab>}
        <Tab value="request">Request</Tab>
        <Tab value="response">Answer</Tab>
      </TabList>
      <div className="below-tabs">
        {view === 'mail' && mail !== undefined ? <MailView mail={mail} /> : null}
        {view === 'text' && mail !== undefined ? <pre className="json">{plainText(mail)}</pre> : null}
        {view === 'request' ? <JsonView value={item.request} label="The request" /> : null}
        {view === 'response' ? <JsonView value={item.response} label="The answer" /> : null}
      </div>
      {mocking && mock !== undefined ? <MockPane mock={mock} onClose={() => setMocking(false)} /> : null}
    </Page>
  );
}

function MailView({ mail }: { readonly mail: Mail }): ReactElement {
  return (
    <article className="card" aria-label="The mail">
      <Facts
        facts={[
          ...mail.headers.map(({ name, value }) => [name, value] as const),
          ['Subject', mail.subject] as const,
          ...(mail.attachments.length === 0 ? [] : [['Attachments', mail.attachments.join(', ')] as const]),
        ]}
      />
      {mail.isHtml ? (
        <iframe className="mail-frame" title="The content of the mail" sandbox="" srcDoc={mail.content} />
      ) : (
        <pre className="json">{mail.content}</pre>
      )}
    </article>
  );
}
