/**
 * What is special to each kind of action that holds no other actions.
 *
 * Owns: one function per kind, from the definition's members to the plan's. Source: engine reference 3.6, 4.
 */
import { isJsonArray, type Json, type JsonObject, memberIgnoringCase, memberOf, textMember } from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { ActionBody, VariableOperation, VariableType } from '../plan.ts';
import { planSchema } from '../schema/plan-schema.ts';
import type { Planning } from './planning.ts';
import { configuration, operationOptions, retryPolicy } from './settings.ts';

/** An action of the definition on its way into the plan. */
export interface ActionSource {
  readonly planning: Planning;
  readonly name: string;
  readonly source: JsonObject;
  readonly inputs: Json | undefined;
  /** JSON path of the action. */
  readonly path: string;
}

type BodyOf = (action: ActionSource) => ActionBody | undefined;

function owner({ name }: ActionSource): string {
  return `action '${name}' inputs`;
}

function planned(action: ActionSource, value: Json | undefined, ...steps: readonly string[]) {
  return action.planning.template(value, owner(action), [action.path, 'inputs', ...steps].join('.'));
}

/** A member of `inputs` that the action cannot do without. */
function required(action: ActionSource, member: string): Json {
  const value = memberIgnoringCase(action.inputs, member);
  if (value === undefined) {
    action.planning.invalid(
      `The inputs of action '${action.name}' of type '${textMember(action.source, 'type') ?? ''}' are not valid. The property '${member}' is required.`,
      `${action.path}.inputs`,
    );
  }
  return value ?? null;
}

const variableTypes: Readonly<Record<string, VariableType>> = {
  boolean: 'Boolean',
  integer: 'Integer',
  float: 'Float',
  string: 'String',
  object: 'Object',
  array: 'Array',
};

function initializeVariable(action: ActionSource): ActionBody {
  const declared = required(action, 'variables');
  const variables = (isJsonArray(declared) ? declared : []).flatMap((variable, index) => {
    const name = textMember(variable, 'name');
    const type = variableTypes[(textMember(variable, 'type') ?? '').toLowerCase()];
    if (name === undefined || name === '' || type === undefined) {
      const message = `The variable of action '${action.name}' must have a name and one of the types ${Object.keys(variableTypes).join(', ')}.`;
      action.planning.refuse('InvalidVariableInitialization', message, `${action.path}.inputs.variables[${index}]`);
      return [];
    }
    const value = memberOf(variable, 'value');
    const at = ['variables', String(index), 'value'];
    return [{ name, type, ...(value === undefined ? {} : { value: planned(action, value, ...at) }) }];
  });
  return { kind: 'initializeVariable', variables };
}

function changeVariable(operation: VariableOperation): BodyOf {
  return (action) => {
    const name = required(action, 'name');
    const value = memberIgnoringCase(action.inputs, 'value');
    const counts = operation === 'IncrementVariable' || operation === 'DecrementVariable';
    if (value === undefined && !counts) required(action, 'value');
    return {
      kind: 'changeVariable',
      operation,
      variable: typeof name === 'string' ? name : '',
      ...(value === undefined ? {} : { value: planned(action, value, 'value') }),
    };
  };
}

function parseJson(action: ActionSource): ActionBody {
  const schema = memberIgnoringCase(action.inputs, 'schema') ?? {};
  const plannedSchema = planSchema(schema);
  for (const fault of plannedSchema.faults) {
    action.planning.refuse('ActionSchemaNotSupported', fault.message, `${action.path}.inputs.schema${fault.path}`);
  }
  for (const at of plannedSchema.patterns) {
    const message = `The schema of action '${action.name}' uses a pattern, which ParseJson does not support.`;
    action.planning.refuse('ActionSchemaNotSupported', message, `${action.path}.inputs.schema${at}`);
  }
  return { kind: 'parseJson', content: planned(action, required(action, 'content'), 'content'), schema };
}

function table(action: ActionSource): ActionBody {
  const columns = memberIgnoringCase(action.inputs, 'columns');
  return {
    kind: 'table',
    from: planned(action, required(action, 'from'), 'from'),
    format: planned(action, required(action, 'format'), 'format'),
    ...(isJsonArray(columns)
      ? {
          columns: columns.map((column, index) => ({
            header: planned(action, memberIgnoringCase(column, 'header'), 'columns', String(index), 'header'),
            value: planned(action, memberIgnoringCase(column, 'value'), 'columns', String(index), 'value'),
          })),
        }
      : {}),
  };
}

function response(action: ActionSource): ActionBody {
  const code = required(action, 'statusCode');
  const number = typeof code === 'string' && /^\d+$/.test(code) ? Number(code) : code;
  if (typeof number === 'number' && !(number >= 200 && number < 600 && !(number >= 300 && number < 400))) {
    const message = `The status code '${number}' of the Response action '${action.name}' is not supported: it must be in 2xx, 4xx or 5xx.`;
    action.planning.refuse(
      'WorkflowRunActionResponseStatusCodeNotSupported',
      message,
      `${action.path}.inputs.statusCode`,
    );
  }
  const asynchronous = operationOptions(action.source).has('asynchronous');
  if (asynchronous) {
    const message = `The option 'Asynchronous' of the Response action '${action.name}' does not exist here.`;
    action.planning.refuse('WorkflowOptionNotSupported', message, `${action.path}.operationOptions`);
  }
  return { kind: 'response', inputs: planned(action, action.inputs), asynchronous };
}

function minimumItemCount(action: ActionSource): number | undefined {
  const count = configuration(action.source, 'paginationPolicy', 'minimumItemCount');
  return typeof count === 'number' && count > 0 ? count : undefined;
}

function http(action: ActionSource): ActionBody {
  required(action, 'method');
  required(action, 'uri');
  const timeout = configuration(action.source, 'requestOptions', 'timeout');
  const requestTimeout = typeof timeout === 'string' ? parseIsoDuration(timeout) : undefined;
  const items = minimumItemCount(action);
  return {
    kind: 'http',
    inputs: planned(action, action.inputs),
    retry: retryPolicy(action.planning, action.inputs, action.name, action.path),
    asynchronous: !operationOptions(action.source).has('disableasyncpattern'),
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
    ...(items === undefined ? {} : { minimumItemCount: items }),
  };
}

function apiConnection(action: ActionSource): ActionBody {
  required(action, 'host');
  const items = minimumItemCount(action);
  return {
    kind: 'apiConnection',
    inputs: planned(action, action.inputs),
    retry: retryPolicy(action.planning, action.inputs, action.name, action.path),
    asynchronous: !operationOptions(action.source).has('disableasyncpattern'),
    ...(items === undefined ? {} : { minimumItemCount: items }),
  };
}

function webhook(connection: boolean): BodyOf {
  return (action) => {
    required(action, connection ? 'host' : 'subscribe');
    const subscribe = connection ? action.inputs : memberIgnoringCase(action.inputs, 'subscribe');
    return {
      kind: 'webhook',
      connection,
      inputs: planned(action, action.inputs),
      retry: retryPolicy(action.planning, subscribe, action.name, action.path),
    };
  };
}

const expressionKinds = [
  'AddToTime',
  'SubtractFromTime',
  'ConvertTimeZone',
  'CurrentTime',
  'GetFutureTime',
  'GetPastTime',
];

function expression(action: ActionSource): ActionBody | undefined {
  const given = (textMember(action.source, 'kind') ?? '').toLowerCase();
  const operation = expressionKinds.find((kind) => kind.toLowerCase() === given);
  if (operation !== undefined) return { kind: 'expression', operation, inputs: planned(action, action.inputs) };
  action.planning.refuse(
    'WorkflowActionTypeNotSupported',
    `The kind '${textMember(action.source, 'kind') ?? ''}' of action '${action.name}' of type 'Expression' is not one of ${expressionKinds.join(', ')}.`,
    `${action.path}.kind`,
  );
  return undefined;
}

/** Plain actions by lower-case type. */
export const plainBodies: ReadonlyMap<string, BodyOf> = new Map<string, BodyOf>([
  ['compose', (action) => ({ kind: 'compose', inputs: planned(action, action.inputs) })],
  ['parsejson', parseJson],
  [
    'query',
    (action) => ({
      kind: 'query',
      from: planned(action, required(action, 'from'), 'from'),
      where: planned(action, required(action, 'where'), 'where'),
    }),
  ],
  [
    'select',
    (action) => ({
      kind: 'select',
      from: planned(action, required(action, 'from'), 'from'),
      select: planned(action, required(action, 'select'), 'select'),
    }),
  ],
  [
    'join',
    (action) => ({
      kind: 'join',
      from: planned(action, required(action, 'from'), 'from'),
      joinWith: planned(action, required(action, 'joinWith'), 'joinWith'),
    }),
  ],
  ['table', table],
  ['initializevariable', initializeVariable],
  ['setvariable', changeVariable('SetVariable')],
  ['incrementvariable', changeVariable('IncrementVariable')],
  ['decrementvariable', changeVariable('DecrementVariable')],
  ['appendtoarrayvariable', changeVariable('AppendToArrayVariable')],
  ['appendtostringvariable', changeVariable('AppendToStringVariable')],
  ['terminate', (action) => ({ kind: 'terminate', inputs: planned(action, action.inputs) })],
  ['response', response],
  ['wait', (action) => ({ kind: 'wait', inputs: planned(action, action.inputs) })],
  ['http', http],
  ['apiconnection', apiConnection],
  ['httpwebhook', webhook(false)],
  ['apiconnectionwebhook', webhook(true)],
  ['expression', expression],
]);
