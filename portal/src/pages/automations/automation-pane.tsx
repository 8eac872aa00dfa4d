/** The pane Add or Edit workflow automation. Source: portal reference 3.5; domain reference 4. */
import { Button, MessageBar, MessageBarBody, Tab, TabList, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import { ArmError, asArmError } from '../../api/arm-error.ts';
import { call, read } from '../../api/http.ts';
import { type Automation, automationPath } from '../../data/automations.ts';
import { type Draft, useDraft } from '../../data/drafts.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Pane } from '../../design/pane.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { conditionsOf, nameFault } from '../../model/automation-form.ts';
import { AutomationFields } from './automation-fields.tsx';
import { bodyOf, emptyFields, type Fields, fieldsOf } from './automation-fields.ts';

export interface AutomationPaneProps {
  /** The automation to edit; absent for a new one. */
  readonly id: string | undefined;
  /** A compliance standard that a new one is to answer. */
  readonly standard?: string;
  readonly onClose: () => void;
}

export function AutomationPane({ id, standard = '', onClose }: AutomationPaneProps): ReactElement {
  const { data, error, refetch } = useQuery<Automation, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Automation>(automationPath(id ?? ''), signal),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (id === undefined || data !== undefined) return <LoadedPane stored={data} standard={standard} onClose={onClose} />;
  return (
    <Pane title="Edit workflow automation" onClose={onClose}>
      {error === null ? (
        <Loading />
      ) : (
        <Failure error={error} what="The automation could not be read" retry={() => void refetch()} />
      )}
    </Pane>
  );
}

type View = 'form' | 'raw';

/** The pane's values. A draft that was begun for something else keeps its other fields when a standard is to be answered. */
function usePaneDraft(stored: Automation | undefined, standard: string): Draft<Fields> {
  const draft = useDraft<Fields>(
    stored === undefined ? 'automation' : `automation ${stored.id}`,
    stored === undefined ? emptyFields(standard) : fieldsOf(stored),
  );
  useEffect(() => {
    const { standards } = draft.value.conditions;
    if (standard !== '' && !standards.includes(standard))
      draft.change({ conditions: emptyFields(standard).conditions });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each standard that is asked for
  }, [standard]);
  return draft;
}

function LoadedPane({
  stored,
  standard,
  onClose,
}: {
  readonly stored: Automation | undefined;
  readonly standard: string;
  readonly onClose: () => void;
}): ReactElement {
  const title = stored === undefined ? 'Add workflow automation' : 'Edit workflow automation';
  const draft = usePaneDraft(stored, standard);
  const isShowable =
    stored === undefined ||
    (conditionsOf(stored.properties.sources ?? []) !== undefined && (stored.properties.actions?.length ?? 0) < 2);
  const [view, setView] = useState<View>(isShowable ? 'form' : 'raw');
  const [text, setText] = useState<string>();
  const [fault, setFault] = useState<ArmError>();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const fields = draft.value;
  const rawText = text ?? JSON.stringify(bodyOf(fields, stored), undefined, 2);
  const leave = (): void => {
    draft.drop();
    onClose();
  };
  const save = async (): Promise<void> => {
    setTried(true);
    if (nameFault(fields.name) !== undefined || (view === 'form' && missing(fields) !== undefined)) return;
    setBusy(true);
    setFault(undefined);
    try {
      await put(fields, stored, view === 'raw' ? (JSON.parse(rawText) as object) : bodyOf(fields, stored));
      notify({
        kind: 'success',
        title: `Workflow automation '${fields.name}' was ${stored === undefined ? 'created' : 'updated'}`,
      });
      leave();
      await refreshAll();
    } catch (error) {
      setFault(asArmError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Pane
      title={title}
      large={view === 'raw'}
      changed={draft.changed || text !== undefined}
      onClose={leave}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={busy} onClick={() => void save()}>
            {saveText(stored === undefined, busy)}
          </Button>
          <Button onClick={leave}>Cancel</Button>
        </>
      }
    >
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setView(value as View)} aria-label="View">
        <Tab value="form" disabled={!isShowable || text !== undefined}>
          Form
        </Tab>
        <Tab value="raw">Raw</Tab>
      </TabList>
      {fault === undefined ? null : <Failure error={fault} what="The automation was not saved" />}
      {isShowable ? null : (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            This automation has conditions or actions that the form cannot show, so it is edited as text. Nothing of it
            is lost.
          </MessageBarBody>
        </MessageBar>
      )}
      {view === 'form' ? (
        <AutomationFields fields={fields} change={draft.change} isNew={stored === undefined} tried={tried} />
      ) : (
        <Textarea
          aria-label="The automation as JSON"
          className="raw-text"
          resize="vertical"
          textarea={{
            style: { minHeight: '60vh', fontFamily: 'Consolas, monospace', fontSize: 12 },
            spellCheck: false,
          }}
          style={{ width: '100%', maxHeight: 'none' }}
          value={rawText}
          onChange={(_, { value }) => setText(value)}
        />
      )}
    </Pane>
  );
}

function saveText(isNew: boolean, busy: boolean): string {
  if (isNew) return busy ? 'Creating…' : 'Create';
  return busy ? 'Saving…' : 'Save';
}

/** What a form lacks; the fields say it at their place. */
function missing(fields: Fields): string | undefined {
  if (fields.subscriptionId === '' || fields.resourceGroup === '') return 'place';
  if (fields.conditions.dataType === 'Alerts' && fields.conditions.alertSeverities.length === 0) return 'severity';
  return fields.logicAppId === '' ? 'logic app' : undefined;
}

interface Verdict {
  readonly isValid?: boolean;
  readonly message?: string;
}

async function put(fields: Fields, stored: Automation | undefined, body: object): Promise<void> {
  const { subscriptionId, resourceGroup, name } = fields;
  const id =
    stored?.id ??
    `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Security/automations/${encodeURIComponent(name)}`;
  const { body: verdict } = await call<Verdict>('POST', automationPath(`${id}/validate`), { body });
  if (verdict.isValid === false) {
    throw new ArmError(400, { code: 'InvalidAutomation', message: verdict.message ?? 'The automation is not valid.' });
  }
  const headers = stored?.etag === undefined ? { 'if-none-match': '*' } : { 'if-match': stored.etag };
  await call('PUT', automationPath(id), { body, headers });
}
