/** From "add an action" to the action: the picker, and the connection where it needs one. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useMemo, useState } from 'react';
import { notifyFailure } from '../../data/notifications.ts';
import { operationOfNode } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import {
  apiIdOf,
  freeKey,
  keyFor,
  type KnownConnection,
  makeConnection,
  readConnections,
  withConnection,
} from '../connections.ts';
import { ConnectionDialog } from '../picker/connection-dialog.tsx';
import { OperationPicker } from '../picker/operation-picker.tsx';
import type { OpenWorkflow } from './open-session.ts';
import type { EditorState } from './session.ts';
import { putOperation, type Target } from './step-commands.ts';
import type { Catalogue } from './use-catalogue.ts';

export interface OperationChooserProps {
  readonly open: OpenWorkflow;
  readonly state: EditorState;
  readonly target: Target;
  readonly catalogue: Catalogue;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function OperationChooser({
  open,
  state,
  target,
  catalogue,
  onDone,
  onClose,
}: OperationChooserProps): ReactElement {
  const [chosen, setChosen] = useState<Operation>();
  const client = useQueryClient();
  const { workflow } = open;
  const { apis, operations } = catalogue;
  const isTrigger =
    target.kind === 'trigger' || (target.kind === 'change' && state.graph.nodes.get(target.path)?.kind === 'trigger');
  const used = useMemo(
    () =>
      new Set(
        [...state.graph.nodes.values()].flatMap((node) => operationOfNode(operations, state.doc, node)?.id ?? []),
      ),
    [state.graph, state.doc, operations],
  );
  const put = (operation: Operation, connection?: KnownConnection): void => {
    const { api } = operation;
    const known = api === undefined ? undefined : keyFor(open.session.state.doc, api);
    const key = known ?? (api === undefined ? undefined : freeKey(open.session.state.doc, api));
    const connect =
      api === undefined || key === undefined || connection === undefined
        ? undefined
        : withConnection(apiIdOf(workflow, apis, api), key, connection);
    open.session.change(putOperation(target, operation, key, connect));
    onDone();
  };
  const choose = async (listed: Operation): Promise<void> => {
    try {
      const operation = await catalogue.formed(listed);
      const { api } = operation;
      if (api === undefined || keyFor(open.session.state.doc, api) !== undefined) return put(operation);
      const needs = apis.find(({ name }) => name === api)?.needsCredentials ?? true;
      if (needs) return setChosen(operation);
      // A connection that signs in with nothing is made without asking.
      const [first] = await readConnections(workflow, api);
      put(operation, first ?? (await makeConnection(workflow, apiIdOf(workflow, apis, api), api, false)));
      await client.invalidateQueries({ queryKey: ['connections'] });
    } catch (error) {
      notifyFailure('The step was not added', error);
    }
  };
  return (
    <>
      <OperationPicker
        role={isTrigger ? 'trigger' : 'action'}
        operations={operations}
        used={used}
        onChoose={(operation) => void choose(operation)}
        onClose={onClose}
      />
      {/* Over the picker, not in its place: a dialog that goes gives the focus to what was there before it. */}
      {chosen?.api === undefined ? null : (
        <ConnectionDialog
          workflow={workflow}
          api={chosen.api}
          apiId={apiIdOf(workflow, apis, chosen.api)}
          title={chosen.group}
          onChoose={(connection) => put(chosen, connection)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}
