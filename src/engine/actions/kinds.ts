/** Every kind of action by its name in the plan. */
import type { KindTable } from '../kind.ts';
import { apiConnection } from './api-connection.ts';
import { changeVariable } from './change-variable.ts';
import { chunkText } from './chunk-text.ts';
import { compose } from './compose.ts';
import { expression } from './expression.ts';
import { foreach } from './foreach.ts';
import { http } from './http.ts';
import { ifKind } from './if.ts';
import { initializeVariable } from './initialize-variable.ts';
import { join } from './join.ts';
import { parseDocument } from './parse-document.ts';
import { parseJson } from './parse-json.ts';
import { query } from './query.ts';
import { response } from './response.ts';
import { scope } from './scope.ts';
import { script } from './script.ts';
import { select } from './select.ts';
import { sendToBatch } from './send-to-batch.ts';
import { switchKind } from './switch.ts';
import { table } from './table.ts';
import { terminate } from './terminate.ts';
import { until } from './until.ts';
import { wait } from './wait.ts';
import { webhook } from './webhook.ts';
import { workflow } from './workflow.ts';

export const kinds: KindTable = {
  apiConnection,
  changeVariable,
  chunkText,
  parseDocument,
  compose,
  expression,
  foreach,
  http,
  if: ifKind,
  initializeVariable,
  join,
  parseJson,
  query,
  response,
  scope,
  script,
  select,
  sendToBatch,
  switch: switchKind,
  table,
  terminate,
  until,
  wait,
  webhook,
  workflow,
};
