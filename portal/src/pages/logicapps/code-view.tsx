/** The definition as text. Invariant: order of members and spelling of numbers stay as they are, both ways. */
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ArrowUndoRegular, SaveRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { type Answer, call } from '../../api/http.ts';
import { parseKeepingNumbers } from '../../api/json.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { type Workflow, workflowPath } from '../../data/workflows.ts';
import { Command } from '../../design/commands.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { CodeEditor } from '../../parts/code-editor.tsx';
import { definitionText } from './definition-text.ts';

const writtenMembers: ReadonlySet<string> = new Set([
  'definition',
  'parameters',
  'state',
  'integrationAccount',
  'accessControl',
  'runtimeConfiguration',
]);

export function CodeView({ id }: { readonly id: string }): ReactElement {
  const client = useQueryClient();
  const { data, error } = useQuery<Answer<Workflow>, ArmError>({
    queryKey: ['code', id],
    queryFn: ({ signal }) => call<Workflow>('GET', workflowPath(id), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const [text, setText] = useState<string>();
  const [fault, setFault] = useState<ArmError>();
  const [saved, setSaved] = useState(false);
  if (error !== null) return <Failure error={error} what="The definition could not be read" />;
  if (data === undefined) return <Loading />;
  const stored = definitionText(data.text);
  const current = text ?? stored;
  const isChanged = current !== stored;
  const save = async (): Promise<void> => {
    try {
      const edited = parseKeepingNumbers(current) as { readonly definition: object; readonly parameters?: object };
      const { properties, location, tags } = parseKeepingNumbers(data.text) as Workflow;
      const kept = Object.fromEntries(Object.entries(properties).filter(([name]) => writtenMembers.has(name)));
      await call('PUT', workflowPath(id), {
        body: { location, tags, properties: { ...kept, ...edited } },
        ...(data.headers.get('etag') === null ? {} : { headers: { 'if-match': data.headers.get('etag') ?? '' } }),
      });
      setFault(undefined);
      setSaved(true);
      notify({ kind: 'success', title: `Logic app '${data.body.name}' was saved` });
      await client.invalidateQueries({ queryKey: ['code', id] });
      setText(undefined);
      await refreshAll();
    } catch (caught) {
      setFault(asArmError(caught));
    }
  };
  return (
    <section aria-label="Logic app code view">
      <div className="row">
        <Command
          primary
          text="Save"
          icon={<SaveRegular />}
          blocked={isChanged ? undefined : 'Nothing has changed.'}
          onClick={() => void save()}
        />
        <Command
          text="Discard"
          icon={<ArrowUndoRegular />}
          blocked={isChanged ? undefined : 'Nothing has changed.'}
          onClick={() => setText(undefined)}
        />
        <span role="status" className="muted">
          {isChanged ? 'Changed, not saved' : saved ? 'Saved' : ''}
        </span>
      </div>
      {fault === undefined ? null : <Failure error={fault} what="The logic app was not saved" />}
      {fault?.status === 412 ? (
        <MessageBar intent="warning">
          <MessageBarBody>
            Someone else saved it meanwhile. Copy your text, reload, and bring your change in again.
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <p className="help">Escape, then Tab, leaves the editor. Ctrl+S saves.</p>
      <CodeEditor
        value={current}
        language="workflow"
        label="Definition and parameters"
        onChange={(value) => {
          setText(value);
          setSaved(false);
        }}
        onSave={() => void save()}
      />
    </section>
  );
}
