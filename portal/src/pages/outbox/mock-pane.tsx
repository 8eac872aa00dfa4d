/** Making a mock out of a captured call: which calls it answers, and with what. */
import { Button, Field, Input, Textarea } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { ArmError, asArmError } from '../../api/arm-error.ts';
import { addMock, type Mock } from '../../data/mocks.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Pane } from '../../design/pane.tsx';
import { Failure } from '../../design/states.tsx';

const matchMembers = [
  ['connector', 'Connector'],
  ['operation', 'Operation'],
  ['action', 'Action'],
  ['method', 'Method'],
  ['host', 'Host'],
  ['path', 'Path'],
] as const;

export interface MockPaneProps {
  readonly mock: Mock;
  readonly onClose: () => void;
}

export function MockPane({ mock, onClose }: MockPaneProps): ReactElement {
  const [match, setMatch] = useState<Readonly<Record<string, string>>>(mock.match);
  const [status, setStatus] = useState(String(mock.respond.status ?? 200));
  const [body, setBody] = useState(
    mock.respond.body === undefined ? '' : JSON.stringify(mock.respond.body, undefined, 2),
  );
  const [times, setTimes] = useState('');
  const [fault, setFault] = useState<ArmError>();
  const create = async (): Promise<void> => {
    try {
      await addMock({
        match: Object.fromEntries(Object.entries(match).filter(([, value]) => value !== '')),
        respond: { ...mock.respond, status: Number(status), ...bodyOf(body) },
        ...(times.trim() === '' ? {} : { times: Number(times) }),
      });
      notify({ kind: 'success', title: 'The mock was created' });
      await refreshAll();
      onClose();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title="Make a mock from this"
      changed={match !== mock.match || status !== String(mock.respond.status ?? 200)}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" onClick={() => void create()}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The mock was not created" />}
      <p className="help">
        Calls that fit all of these are answered so from now on, before other mocks. An asterisk stands for any text;
        what is empty counts for all. Mocks are kept until the server stops; a file of --sandbox keeps them longer.
      </p>
      <div className="form stack">
        <div className="form-two">
          {matchMembers.map(([name, label]) => (
            <Field key={name} label={label}>
              <Input value={match[name] ?? ''} onChange={(_, { value }) => setMatch({ ...match, [name]: value })} />
            </Field>
          ))}
          <Field label="Status of the answer">
            <Input inputMode="numeric" value={status} onChange={(_, { value }) => setStatus(value)} />
          </Field>
          <Field label="How often" hint="Always when empty">
            <Input inputMode="numeric" value={times} onChange={(_, { value }) => setTimes(value)} />
          </Field>
        </div>
        <Field label="Body of the answer (JSON)" hint="None when empty" className="json-input">
          <Textarea rows={10} resize="vertical" value={body} onChange={(_, { value }) => setBody(value)} />
        </Field>
      </div>
    </Pane>
  );
}

/** @throws ArmError for text that is no JSON. */
function bodyOf(text: string): { readonly body?: unknown } {
  if (text.trim() === '') return { body: undefined };
  try {
    return { body: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ArmError(400, { code: 'InvalidParameter', message: `The body is no JSON: ${reason}` });
  }
}
