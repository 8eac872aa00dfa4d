/**
 * The Request triggers of a logic app as OpenAPI 2.0, for those who import it as an API.
 *
 * Owns: paths, parameters and answers. Does not own: the callback URL (`callback-urls.ts`).
 * Source: ARM reference 6.1; the specification's example of the operation.
 *
 * Invariants
 * LS1. No signature is in it: who calls needs a callback URL, which is listed elsewhere.
 */
import { isJsonObject, type Json, type JsonObject, memberIgnoringCase, setMember, textMember } from '#foundation';
import { callbackApiVersion } from './callback-urls.ts';
import type { Services } from './services.ts';
import { requireWorkflow, type StoredWorkflow } from './workflow-resource.ts';

/** The OpenAPI document. @throws TocsinError `WorkflowNotFound`. */
export function listSwagger(services: Services, workflowId: string): JsonObject {
  const workflow = requireWorkflow(services, workflowId);
  const { document, body } = workflow;
  const { host, protocol } = new URL(services.settings.publicBaseUrl);
  const paths: { [name: string]: Json } = {};
  const definitions: { [name: string]: Json } = {};
  const answers = answersOf(body.definition);
  for (const [name, trigger] of requestTriggers(workflow)) {
    const inputs = memberIgnoringCase(trigger, 'inputs');
    const schema = memberIgnoringCase(inputs, 'schema');
    setMember(definitions, `request-${name}`, isJsonObject(schema) ? schema : { type: 'object' });
    const relativePath = textMember(inputs, 'relativePath') ?? '';
    const tail = relativePath === '' ? '' : `/${relativePath.replace(/^\/+/, '')}`;
    const method = (textMember(inputs, 'method') ?? 'POST').toLowerCase();
    setMember(paths, `/${name}/paths/invoke${tail}`, { [method]: operationOf(name, method, tail, answers) });
  }
  return {
    swagger: '2.0',
    info: {
      title: document.name,
      description: 'Azure Logic App.',
      version: textMember(body.definition, 'contentVersion') ?? '1.0.0.0',
    },
    host,
    basePath: `/workflows/${body.opaqueId}/triggers`,
    schemes: [protocol.replace(':', '')],
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
    definitions,
  };
}

function requestTriggers({ body }: StoredWorkflow): readonly (readonly [string, JsonObject])[] {
  const triggers = memberIgnoringCase(body.definition, 'triggers');
  return Object.entries(isJsonObject(triggers) ? triggers : {}).flatMap(([name, trigger]) =>
    isJsonObject(trigger) && /^request$/i.test(textMember(trigger, 'type') ?? '') ? [[name, trigger] as const] : [],
  );
}

function operationOf(name: string, method: string, tail: string, responses: JsonObject): JsonObject {
  const inPath = [...tail.matchAll(/\{([^{}/]+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    type: 'string',
  }));
  const hasBody = method !== 'get' && method !== 'head' && method !== 'delete';
  return {
    deprecated: false,
    description: 'Trigger a run of the logic app.',
    operationId: `${name}-invoke`,
    parameters: [
      ...inPath,
      query('api-version', 'The service API version.', callbackApiVersion),
      query('sp', "The permissions; generally 'read' or 'write'.", `/triggers/${name}/run`),
      query('sv', 'The version number of the query parameters.', '1.0'),
      query('sig', 'The SHA 256 hash of the entire request URI with an internal key.'),
      ...(hasBody
        ? [
            {
              name: 'body',
              in: 'body',
              description: 'The request body.',
              required: false,
              schema: { $ref: `#/definitions/request-${name}` },
            },
          ]
        : []),
    ],
    responses,
  };
}

function query(name: string, description: string, value?: string): JsonObject {
  return {
    name,
    in: 'query',
    description,
    required: true,
    type: 'string',
    ...(value === undefined ? {} : { default: value }),
  };
}

const answerDescription = 'The Logic App Response.';

/** What the Response actions say, by status; those with a computed status say nothing. */
function answersOf(definition: JsonObject): JsonObject {
  const answers: { [status: string]: Json } = {};
  for (const action of everyAction(definition)) {
    if (!/^response$/i.test(textMember(action, 'type') ?? '')) continue;
    const inputs = memberIgnoringCase(action, 'inputs');
    const status = memberIgnoringCase(inputs, 'statusCode');
    const code = typeof status === 'number' || typeof status === 'string' ? String(status) : '';
    const schema = memberIgnoringCase(inputs, 'schema');
    if (/^[1-5]\d\d$/.test(code)) {
      answers[code] = { description: answerDescription, schema: isJsonObject(schema) ? schema : { type: 'object' } };
    }
  }
  if (Object.keys(answers).length > 0) return answers;
  return { default: { description: answerDescription, schema: { type: 'object' } } };
}

/** Actions of the definition and of its containers. */
function* everyAction(owner: Json | undefined): Generator<JsonObject> {
  const actions = memberIgnoringCase(owner, 'actions');
  const cases = memberIgnoringCase(owner, 'cases');
  const branches = [memberIgnoringCase(owner, 'else'), memberIgnoringCase(owner, 'default')];
  for (const branch of [...branches, ...Object.values(isJsonObject(cases) ? cases : {})]) {
    if (isJsonObject(branch)) yield* everyAction(branch);
  }
  for (const action of Object.values(isJsonObject(actions) ? actions : {})) {
    if (!isJsonObject(action)) continue;
    yield action;
    yield* everyAction(action);
  }
}
