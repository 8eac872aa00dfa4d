/** The actions that hold no others, by lower-case type. Owns: the table only. */
import { apiConnection, apiManagement, azureFunction, connectionWebhook, http, httpWebhook } from './calls.ts';
import { chunkText } from './chunk-text.ts';
import { compose, dateOperation, join, parseJson, query, select, table } from './data-operations.ts';
import type { PlainBody } from './inputs.ts';
import { sendToBatch, workflow } from './linked-workflows.ts';
import { response, terminate, wait } from './outcomes.ts';
import { parseDocument, parseDocumentWithMetadata } from './parse-document.ts';
import { javaScriptCode } from './script.ts';
import { changeVariable, initializeVariable } from './variables.ts';

export const plainBodies: ReadonlyMap<string, PlainBody> = new Map([
  ['compose', compose],
  ['parsejson', parseJson],
  ['query', query],
  ['select', select],
  ['join', join],
  ['table', table],
  ['expression', dateOperation],
  ['initializevariable', initializeVariable],
  ['setvariable', changeVariable('SetVariable')],
  ['incrementvariable', changeVariable('IncrementVariable')],
  ['decrementvariable', changeVariable('DecrementVariable')],
  ['appendtoarrayvariable', changeVariable('AppendToArrayVariable')],
  ['appendtostringvariable', changeVariable('AppendToStringVariable')],
  ['javascriptcode', javaScriptCode],
  ['chunktext', chunkText],
  ['parsedocument', parseDocument],
  ['parsedocumentwithmetadata', parseDocumentWithMetadata],
  ['terminate', terminate],
  ['response', response],
  ['wait', wait],
  ['workflow', workflow],
  ['sendtobatch', sendToBatch],
  ['http', http],
  ['function', azureFunction],
  ['apimanagement', apiManagement],
  ['apiconnection', apiConnection],
  ['httpwebhook', httpWebhook],
  ['apiconnectionwebhook', connectionWebhook],
]);
