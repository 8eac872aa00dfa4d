/**
 * The panel of the chosen step with what its fields ask for: tokens, expressions, loops, connections.
 *
 * Owns: the dialogs of fields. Does not own: the panel's tabs (`panel`).
 */
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { titleOf } from '../canvas/card-text.ts';
import { apiOf, connectionKeyOf, operationOfNode } from '../catalogue/catalogue.ts';
import { fieldValue } from '../catalogue/field-value.ts';
import { isReferredTo, type Operation, type Shape } from '../catalogue/operation.ts';
import { apiIdOf, withConnection } from '../connections.ts';
import type { NodeInfo } from '../core/graph.ts';
import { looseMemberOf } from '../core/json-tree.ts';
import { isRecord, type JsonData, valueOf } from '../core/json-value.ts';
import { quoteText } from '../core/language.ts';
import { connectionsOf } from '../core/operations/clipboard.ts';
import { compose } from '../core/operations/compose.ts';
import { wrap } from '../core/operations/wrap.ts';
import { readHere, type Token, tokensFor } from '../core/tokens.ts';
import { ExpressionDialog } from '../expression/expression-dialog.tsx';
import { TokenDialog } from '../expression/token-dialog.tsx';
import { type LastRun, shapeOfValue } from '../last-run.ts';
import type { ExpressionRequest, FieldTools } from '../panel/field-tools.ts';
import type { LoopedField } from '../panel/parameters-tab.tsx';
import { StepPanel } from '../panel/step-panel.tsx';
import { ConnectionDialog } from '../picker/connection-dialog.tsx';
import type { OpenWorkflow } from './open-session.ts';
import type { EditorState } from './session.ts';
import { connectionOf } from './step-commands.ts';
import type { Catalogue } from './use-catalogue.ts';
import type { EditorCommands } from './use-commands.ts';

export interface PanelHostProps {
  readonly open: OpenWorkflow;
  readonly state: EditorState;
  readonly node: NodeInfo;
  readonly catalogue: Catalogue;
  readonly lastRun: LastRun | undefined;
  readonly commands: EditorCommands;
}

interface TokenRequest {
  readonly onDone: (expression: string) => void;
  readonly onLoop: ((over: string, member: string) => void) | undefined;
}

export function PanelHost(props: PanelHostProps): ReactElement {
  const { open, state, node, catalogue, lastRun, commands } = props;
  const { operations } = catalogue;
  const { session } = open;
  const [expression, setExpression] = useState<ExpressionRequest>();
  const [token, setToken] = useState<TokenRequest>();
  const [connecting, setConnecting] = useState(false);
  const operation = useMemo(() => operationOfNode(operations, state.doc, node), [operations, state.doc, node]);
  const tokens = useTokens(props);
  const tools = useMemo(
    (): FieldTools => ({
      tokens,
      ...parametersOfStep(state, node, operation),
      sample: () => triggerBodyOf(lastRun),
      askExpression: setExpression,
      askToken: (onDone, onLoop) => setToken({ onDone, onLoop }),
    }),
    [tokens, lastRun, state, node, operation],
  );
  const loopAround = (over: string, member: string, apply: LoopedField): void => {
    const { name, path } = node;
    session.change((doc, graph) =>
      compose(doc, graph, `put ${name} into a loop`, [
        (now, drawn) => wrap(now, drawn, path, 'For each', { type: 'Foreach', foreach: `@${over}` }),
        (now, drawn) => {
          const inner = drawn.byName.get(name.toLowerCase())?.[0] ?? path;
          const loop = drawn.nodes.get(drawn.nodes.get(inner)?.parent ?? '')?.name ?? '';
          const edit = apply(now, inner, `items(${quoteText(loop)})${member}`);
          return edit.ok ? { ok: true, value: { ...edit.value, select: inner } } : edit;
        },
      ]),
    );
    setToken(undefined);
  };
  const api = apiOf(state.doc, node);
  return (
    <>
      <StepPanel
        session={session}
        state={state}
        node={node}
        operation={operation}
        connection={connectionOf(node, connectionsOf(state.doc))}
        tools={tools}
        tab={commands.tab}
        renaming={commands.renaming}
        sample={lastRun?.outputs.get(node.name.toLowerCase())}
        onTab={commands.setTab}
        pinned={commands.pinned === node.path}
        onPin={() => commands.run('pin', node.path)}
        onClose={() => {
          if (commands.pinned === node.path) return commands.unpin();
          session.select('');
          commands.focus(node.path);
        }}
        onConnection={() => setConnecting(api !== undefined)}
        onChangeType={() => commands.run('type', node.path)}
        onSelect={(path) => {
          session.select(path);
          commands.focus(path);
        }}
        onLoop={loopAround}
      />
      {expression === undefined ? null : (
        <ExpressionDialog
          expression={expression.expression}
          tokens={tokens()}
          sample={sampleOf(state, lastRun, tokens())}
          onDone={(text) => {
            expression.onDone(text);
            setExpression(undefined);
          }}
          onClose={() => setExpression(undefined)}
        />
      )}
      {token === undefined ? null : (
        <TokenDialog
          tokens={tokens()}
          readHere={(each) => readHere(state.graph, node.path, each)}
          onChoose={(text) => {
            token.onDone(text);
            setToken(undefined);
          }}
          onLoop={token.onLoop}
          onClose={() => setToken(undefined)}
        />
      )}
      {connecting && api !== undefined ? (
        <Connecting {...props} api={api} title={operation?.group ?? api} onClose={() => setConnecting(false)} />
      ) : null}
    </>
  );
}

/** What lists of values are asked with: the connection of the step, and its other parameters by their references. */
function parametersOfStep(
  { doc }: EditorState,
  node: NodeInfo,
  operation: Operation | undefined,
): Pick<FieldTools, 'connection' | 'valueOf' | 'labelOf'> {
  const entry = connectionsOf(doc)[connectionKeyOf(node) ?? ''];
  const id = isRecord(entry) ? entry['connectionId'] : undefined;
  const fieldOf = (reference: string) => operation?.fields.find((field) => isReferredTo(field, reference));
  return {
    connection: typeof id === 'string' && id !== '' ? id : undefined,
    labelOf: (reference) => fieldOf(reference)?.label ?? reference,
    valueOf: (reference) => {
      const field = fieldOf(reference);
      return field === undefined || operation === undefined ? undefined : fieldValue(operation, field, node.json);
    },
  };
}

interface ConnectingProps extends PanelHostProps {
  readonly api: string;
  readonly title: string;
  readonly onClose: () => void;
}

/** Another connection for the step, and for all that call by its key. */
function Connecting({ open, node, catalogue, api, title, onClose }: ConnectingProps): ReactElement {
  const apiId = apiIdOf(open.workflow, catalogue.apis, api);
  return (
    <ConnectionDialog
      workflow={open.workflow}
      api={api}
      apiId={apiId}
      title={title}
      onChoose={(connection) => {
        open.session.change(withConnection(apiId, connectionKeyOf(node) ?? api, connection));
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/** Tokens of the step, worked out when they are asked for. */
function useTokens({ state, node, catalogue: { operations }, lastRun }: PanelHostProps): () => readonly Token[] {
  const { doc, graph } = state;
  return useCallback(() => {
    const parameters = looseMemberOf(doc.definition, 'parameters')?.value;
    const names = parameters?.kind === 'object' ? parameters.members.map(({ key }) => key) : [];
    return tokensFor(graph, node.path, {
      parameters: names.filter((name) => name !== '$connections'),
      titleOf: (each) => titleOf(each.name),
      answerOf: (each) => answerOf(each, operationOfNode(operations, doc, each), lastRun),
    });
  }, [doc, graph, node.path, operations, lastRun]);
}

/** What a step answers: by a schema of its own, by the catalogue, by the last run, by its own text. */
function answerOf(
  node: NodeInfo,
  operation: Operation | undefined,
  lastRun: LastRun | undefined,
): { readonly shape: Shape | undefined; readonly bare: boolean; readonly origin?: Token['origin'] } {
  const bare = operation?.bare === true;
  const inputs = looseMemberOf(node.json, 'inputs')?.value;
  const schema = looseMemberOf(inputs, 'schema')?.value;
  if (schema?.kind === 'object' && schema.members.length > 0) return { shape: valueOf(schema) as Shape, bare };
  const seen = node.kind === 'trigger' ? lastRun?.trigger : lastRun?.outputs.get(node.name.toLowerCase());
  const body = bare || seen === undefined ? seen : isRecord(seen) ? (seen['body'] ?? seen) : seen;
  if (operation?.answer?.properties !== undefined && Object.keys(operation.answer.properties).length > 0) {
    return { shape: operation.answer, bare };
  }
  if (body !== undefined) return { shape: shapeOfValue(body), bare, origin: 'run' };
  const own = node.type.toLowerCase() === 'compose' ? inputs : undefined;
  if (own?.kind === 'object' || own?.kind === 'array') return { shape: shapeOfValue(valueOf(own)), bare };
  return { shape: operation?.answer, bare };
}

const example: JsonData = {
  AlertDisplayName: 'Potential SQL Brute Force attempt',
  AlertType: 'SQL.VM_BruteForce',
  Severity: 'High',
  Status: 'New',
  CompromisedEntity: 'sql-01',
  SystemAlertId: '2517540549609999999_3b1c2d4e-0000-4000-8000-000000000001',
  AlertUri: 'http://localhost:7070/portal/alerts',
  Description: 'Many sign-ins failed.',
  StartTimeUtc: '2026-11-26T08:00:00Z',
  TimeGenerated: '2026-11-26T08:05:00Z',
  RemediationSteps: ['Change the password.'],
  ExtendedProperties: {},
  Entities: [{ $id: '1', Type: 'ip', Address: '203.0.113.7' }],
};

/** What the trigger brought last, else an alert. */
function triggerBodyOf(lastRun: LastRun | undefined): JsonData {
  const trigger = lastRun?.trigger;
  const body = isRecord(trigger) && trigger['body'] !== undefined ? trigger['body'] : trigger;
  return body ?? example;
}

/** Sample data: what the last run left, else an alert, and something for what is read of steps that never ran. */
function sampleOf({ graph }: EditorState, lastRun: LastRun | undefined, tokens: readonly Token[]): JsonData {
  const outputs: Record<string, JsonData> = {};
  for (const { kind, name } of graph.nodes.values()) {
    if (kind === 'trigger') continue;
    const seen = lastRun?.outputs.get(name.toLowerCase());
    if (seen !== undefined) outputs[name] = seen;
  }
  const variables = Object.fromEntries(
    tokens.filter(({ group }) => group === 'Variables').map(({ title }) => [title, '']),
  );
  return {
    triggerBody: triggerBodyOf(lastRun),
    outputs,
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    ...(lastRun === undefined || Object.keys(lastRun.items).length === 0 ? {} : { items: lastRun.items }),
    workflow: { name: 'workflow', run: { name: '08585000000000000000' } },
  };
}
