/** Which connection a step calls through: one that is there, or a new one, in the sandbox where there are no credentials yet. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Radio,
  RadioGroup,
  Switch,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import type { Workflow } from '../../data/workflows.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { type KnownConnection, makeConnection, readConnections } from '../connections.ts';
import { useBeginAt } from './use-begin-at.ts';

export interface ConnectionDialogProps {
  readonly workflow: Workflow;
  /** Its name. */
  readonly api: string;
  readonly apiId: string;
  readonly title: string;
  readonly onChoose: (connection: KnownConnection) => void;
  readonly onClose: () => void;
}

const isNew = '';

export function ConnectionDialog({
  workflow,
  api,
  apiId,
  title,
  onChoose,
  onClose,
}: ConnectionDialogProps): ReactElement {
  const { data, error } = useQuery<readonly KnownConnection[], ArmError>({
    queryKey: ['connectionsOf', workflow.id, api],
    queryFn: ({ signal }) => readConnections(workflow, api, signal),
    gcTime: 0,
  });
  useBeginAt('.connection-dialog button');
  const [chosen, setChosen] = useState<string>();
  const [name, setName] = useState(api);
  const [sandbox, setSandbox] = useState(true);
  const [fault, setFault] = useState<ArmError>();
  const known = data ?? [];
  const current = chosen ?? known[0]?.id ?? isNew;
  const taken = known.some((each) => each.name.toLowerCase() === name.toLowerCase());
  const finish = async (): Promise<void> => {
    const existing = known.find(({ id }) => id === current);
    if (existing !== undefined) return onChoose(existing);
    try {
      onChoose(await makeConnection(workflow, apiId, name, sandbox));
    } catch (caught) {
      setFault(asArmError(caught));
    }
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label="Create connection" className="connection-dialog">
        <DialogBody>
          <DialogTitle>Create connection</DialogTitle>
          <DialogContent>
            <p>{title} is called through a connection.</p>
            {error === null ? null : <Failure error={error} what="The connections could not be read" />}
            {fault === undefined ? null : <Failure error={fault} what="The connection was not made" />}
            {data === undefined && error === null ? <Loading rows={2} /> : null}
            {known.length === 0 ? null : (
              <RadioGroup aria-label="Connection" value={current} onChange={(_, { value }) => setChosen(value)}>
                {known.map(({ id, name: each, status, sandbox: inSandbox }) => (
                  <Radio key={id} value={id} label={`${each} · ${inSandbox ? 'Sandbox' : status}`} />
                ))}
                <Radio value={isNew} label="A new connection" />
              </RadioGroup>
            )}
            {current === isNew ? (
              <>
                <Field
                  label="Connection name"
                  required
                  {...(taken ? { validationMessage: 'There is one of that name.' } : {})}
                >
                  <Input value={name} onChange={(_, { value }) => setName(value.replaceAll(/[^\w-]/g, '-'))} />
                </Field>
                <Switch label="Sandbox" checked={sandbox} onChange={(_, { checked }) => setSandbox(checked)} />
                <p className="help">
                  {sandbox
                    ? 'In the sandbox nothing is sent; what would be is kept in the outbox. Authorize it later under Connections.'
                    : 'Authorize it under Connections before the logic app runs.'}
                </p>
              </>
            ) : null}
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              disabledFocusable={data === undefined || (current === isNew && (name === '' || taken))}
              onClick={() => void finish()}
            >
              {current === isNew ? 'Create new' : 'Use this connection'}
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
