/**
 * Writes `docs/reference/operations.md` and a page for each trigger and action, from the catalogue and the limits that the
 * planner checks by, so that pages and checks cannot differ.
 *
 *   node tools/generate-operation-docs.ts
 *
 * Owns: the pages' text. Does not own: the catalogue (`#workflow`), what a type's inputs are (`operation-docs.data.ts`).
 * A test compares the pages with a fresh generation and saves every example.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { operationCatalogue, type OperationSetting, type OperationType, workflowLimits } from '#workflow';
import { actionDocs, type OperationDocs, refusedBecause, triggerDocs } from './operation-docs.data.ts';

const folder = join(import.meta.dirname, '../docs/reference');

const notice =
  '<!-- Written by tools/generate-operation-docs.ts from the catalogue of operations. Do not edit: change the tables and run it again. -->';

const settingTexts: Readonly<Record<OperationSetting, string>> = {
  retryPolicy: '`inputs.retryPolicy`: how often and when a call is tried again',
  timeout: '`limit.timeout`: how long it may take, as an ISO 8601 duration',
  requestTimeout: '`runtimeConfiguration.requestOptions.timeout`: how long one call may take',
  pagination:
    '`runtimeConfiguration.paginationPolicy.minimumItemCount`: follows `nextLink` until there are so many items',
  chunking: '`runtimeConfiguration.contentTransfer`: large content in pieces',
  staticResult: '`runtimeConfiguration.staticResult`: a result that stands in for the real one',
  splitOn: '`splitOn`: one run for each item of an array',
  recurrence: '`recurrence`: when',
  concurrency: '`runtimeConfiguration.concurrency`: how many at a time',
};

/** What `operationOptions` may say and what each value does. */
const optionTexts: Readonly<Record<string, string>> = {
  DisableAsyncPattern: 'a 202 is the result; nothing is polled',
  DisableAutomaticDecompression: 'packed content stays as it came',
  SuppressWorkflowHeaders: 'no `x-ms-*` headers go out',
  SuppressWorkflowHeadersOnResponse: 'no `x-ms-*` headers on answers',
  IncludeAuthorizationHeadersInOutputs: 'the `Authorization` header stays in the outputs',
  EnableSchemaValidation: 'the body must fit `inputs.schema`',
  Asynchronous: 'the caller gets 202 and polls for the result',
  SingleInstance: 'one run at a time',
  Sequential: 'one iteration at a time',
  FailWhenLimitsReached: 'ending by count or time is a failure',
};

const docsOf = ({ role, type }: OperationType): OperationDocs | undefined =>
  (role === 'trigger' ? triggerDocs : actionDocs)[type];

const pathOf = ({ role, type }: OperationType): string => `${role}s/${type.toLowerCase()}.md`;

/** The pages by the path of their file. */
export function operationDocs(): ReadonlyMap<string, string> {
  const pages = operationCatalogue.map((operation) => [join(folder, pathOf(operation)), page(operation)] as const);
  return new Map([[join(folder, 'operations.md'), overview()], ...pages]);
}

/** The example of an operation inside a definition that can be saved. */
export function exampleDefinition(operation: OperationType): object | undefined {
  const docs = docsOf(operation);
  if (docs === undefined) return undefined;
  const parameters = { $connections: { type: 'Object', defaultValue: {} } };
  const trigger = { type: 'Request', kind: 'Http', inputs: {} };
  if (operation.role === 'trigger') return { parameters, triggers: { Example: docs.example }, actions: {} };
  return { parameters, triggers: { manual: trigger }, actions: { ...docs.before, Example: docs.example } };
}

function page(operation: OperationType): string {
  const docs = docsOf(operation);
  const { role, type } = operation;
  const head = [`# ${type} ${role}`, '', notice, ''];
  if (docs === undefined) {
    const because = refusedBecause[type];
    if (because === undefined) throw new Error(`The ${role} ${type} has neither a description nor a reason.`);
    return `${[...head, `Refused on save with \`WorkflowActionTypeNotSupported\`: ${because}.`].join('\n')}\n`;
  }
  const state = operation.supported
    ? []
    : ['**Not built yet**: refused on save with `WorkflowActionTypeNotSupported`.', ''];
  const lines = [
    ...head,
    ...state,
    docs.summary,
    '',
    ...table(
      'Inputs',
      ['member', 'what it is'],
      docs.inputs.map(([name, what]) => inputRow(name, what)),
    ),
    '## Outputs',
    '',
    `${docs.outputs}.`,
    '',
    ...table('Settings', ['setting', ''], settingRows(operation)),
    ...table('Options', ['`operationOptions`', ''], optionRows(operation)),
    ...table(
      'Codes',
      ['code', 'when'],
      (docs.codes ?? []).map(([code, when]) => [`\`${code}\``, when]),
    ),
    ...limitLines(operation),
    ...(docs.notes ?? []).flatMap((note) => [note, '']),
    '## Example',
    '',
    '```json',
    JSON.stringify({ Example: docs.example }, undefined, 2),
    '```',
  ];
  return `${lines.join('\n')}\n`;
}

type Row = readonly [string, string];

function inputRow(name: string, what: string): Row {
  const parts = name.split(', ').map((part) => `\`${part.replace('?', '')}\``);
  return [parts.join(', '), name.includes('?') ? `may be left out; ${what}` : what];
}

function table(title: string, head: Row, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(([left, right]) => `| ${cell(left)} | ${cell(right)} |`);
  return [`## ${title}`, '', `| ${head[0]} | ${head[1]} |`, '|--|--|', ...cells, ''];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function settingRows({ settings }: OperationType): readonly Row[] {
  const rows = Object.entries(settings)
    .filter(([setting, supported]) => supported || setting !== 'splitOn')
    .map(
      ([setting, supported]): Row => [setting, `${settingTexts[setting as OperationSetting]}${elsewhere(supported)}`],
    );
  return [
    ...rows,
    ['secureData', '`runtimeConfiguration.secureData.properties`: `inputs`, `outputs` or both stay out of the history'],
  ];
}

function optionRows({ options }: OperationType): readonly Row[] {
  return Object.entries(options).map(([option, supported]) => {
    const text = optionTexts[option];
    if (text === undefined) throw new Error(`The option ${option} is not described.`);
    return [`\`${option}\``, `${text}${elsewhere(supported)}`];
  });
}

const elsewhere = (supported: boolean): string =>
  supported ? '' : ' (exists in Azure; refused here with `WorkflowOptionNotSupported`)';

function limitLines({ type, role, settings }: OperationType): readonly string[] {
  const { retryInterval } = workflowLimits;
  const rows: Row[] = [];
  if (settings.retryPolicy === true) {
    rows.push([
      'retries',
      `1 to ${workflowLimits.retryCount}, ${retryInterval.minimum / 1000} seconds to ${retryInterval.maximum / 3_600_000} hours apart`,
    ]);
  }
  if (settings.pagination === true) rows.push(['items over all pages', number(workflowLimits.paginationItems)]);
  if (role === 'trigger' && settings.concurrency === true) {
    rows.push(
      ['runs at a time', `1 to ${workflowLimits.triggerRuns}`],
      ['waiting runs', `1 to ${workflowLimits.waitingRuns}`],
    );
  }
  if (settings.recurrence === true) {
    const most = Object.entries(workflowLimits.recurrenceInterval).map(([unit, count]) => `${unit} ${number(count)}`);
    rows.push(['interval, at most', most.join(', ')], ['start ahead', `${workflowLimits.startYearsAhead} years`]);
  }
  if (type === 'Foreach') rows.push(['iterations at a time', `1 to ${workflowLimits.foreachConcurrency}`]);
  if (type === 'Until') rows.push(['count', `1 to ${number(workflowLimits.untilCount)}`]);
  if (type === 'Switch') rows.push(['cases', number(workflowLimits.switchCases)]);
  if (type === 'InitializeVariable') rows.push(['variables', number(workflowLimits.variables)]);
  if (type === 'JavaScriptCode') rows.push(['characters of code', number(workflowLimits.scriptCharacters)]);
  return table('Limits', ['what', 'limit'], rows);
}

const number = (count: number): string => count.toLocaleString('en-US');

// --- The list -----------------------------------------------------------------------------------------------------

function overview(): string {
  const list = (role: OperationType['role']): readonly string[] =>
    operationCatalogue
      .filter((operation) => operation.role === role)
      .map((operation) => {
        const what = operation.supported ? (docsOf(operation)?.summary ?? '') : 'refused on save';
        return `| [${operation.type}](${pathOf(operation)}) | ${operation.category} | ${cell(what)} |`;
      });
  const head = ['| type | category | what it does |', '|--|--|--|'];
  const limits: readonly Row[] = [
    ['actions in a definition, nested ones included', number(workflowLimits.actions)],
    ['containers around an action', number(workflowLimits.nestingDepth)],
    ['triggers', number(workflowLimits.triggers)],
    ['variables', number(workflowLimits.variables)],
    ['parameters', number(workflowLimits.parameters)],
    ['outputs', number(workflowLimits.outputs)],
    ['characters of a name', number(workflowLimits.nameCharacters)],
    ['characters of a description', number(workflowLimits.descriptionCharacters)],
    ['levels of JSON', number(workflowLimits.jsonDepth)],
  ];
  return `${[
    '# Triggers and actions',
    '',
    notice,
    '',
    '## Triggers',
    '',
    ...head,
    ...list('trigger'),
    '',
    '## Actions',
    '',
    ...head,
    ...list('action'),
    '',
    ...table('Limits of a definition', ['what', 'limit'], limits),
  ].join('\n')}`;
}

if (import.meta.main) {
  for (const [path, text] of operationDocs()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
