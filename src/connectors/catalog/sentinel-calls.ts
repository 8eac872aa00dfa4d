/**
 * The Sentinel connector's operations as calls on Azure Resource Manager (`Microsoft.SecurityInsights`).
 *
 * Owns: the requests and how their answers are put together. Does not own: the incidents (`#service`).
 * Source: connectors reference 3.5.
 *
 * Invariants
 * SN1. A comment, task or item has a name that follows from the call, so that one that is repeated after a crash is the same.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  nameUuid,
  textMember,
} from '#foundation';
import { objectOf, type OperationInput, type Operation, type SendToService, type ServiceAnswer } from './connector.ts';

type Perform = NonNullable<Operation['perform']>;
type Outcome = Awaited<ReturnType<Perform>>;

export const version = 'api-version=2023-02-01';

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function bodyText({ body }: OperationInput, name: string): string {
  return textOf(memberIgnoringCase(body ?? null, name));
}

/** The incident a body names. */
function armIdOf(input: OperationInput): string | Fault {
  const id = bodyText(input, 'incidentArmId').trim();
  return /^\/subscriptions\/[^/]+\/.*\/incidents\/[^/]+$/i.test(id)
    ? id
    : fault('InvalidRequestContent', `'${id.slice(0, 300)}' in 'incidentArmId' is not the id of an incident.`);
}

export function nameOf({ key }: OperationInput, of: string): string {
  return nameUuid('9f0c3a52-6d0b-5c2e-8c1f-6a1e5b7c2d11', `${of} ${key}`);
}

export function failed(outcome: Outcome): boolean {
  return isFault(outcome) || 'kind' in outcome || outcome.status >= 300;
}

/** GET of an incident, then PUT of what `change` makes of its properties. */
async function updated(
  send: SendToService,
  id: string,
  change: (properties: JsonObject) => JsonObject,
): Promise<Outcome> {
  const found = await send({ method: 'GET', path: `${id}?${version}` });
  if (failed(found)) return found;
  const incident = objectOf((found as ServiceAnswer).body);
  const etag = memberOf(incident, 'etag') ?? null;
  const properties = change(objectOf(incident['properties']));
  return send({ method: 'PUT', path: `${id}?${version}`, body: { etag, properties } });
}

// --- By the incident's id ---------------------------------------------------------------------------------------

export const addComment: Perform = async (send, input) => {
  const id = armIdOf(input);
  return isFault(id) ? id : comment(send, input, id, bodyText(input, 'message'));
};

function comment(send: SendToService, input: OperationInput, id: string, message: string): Promise<Outcome> {
  return send({
    method: 'PUT',
    path: `${id}/comments/${nameOf(input, 'comment')}?${version}`,
    body: { properties: { message } },
  });
}

export const updateIncident: Perform = async (send, input) => {
  const id = armIdOf(input);
  return isFault(id) ? id : updated(send, id, (properties) => ({ ...properties, ...changesOf(input, properties) }));
};

function changesOf(input: OperationInput, properties: JsonObject): JsonObject {
  const plain = ['title', 'description', 'severity', 'status'].flatMap((name) => {
    const value = bodyText(input, name);
    return value === '' ? [] : [[name, value] as const];
  });
  const tags = (name: string, inner: string): readonly string[] =>
    tagsOf(memberIgnoringCase(memberIgnoringCase(input.body ?? null, name) ?? null, inner));
  return {
    ...Object.fromEntries(plain),
    ...classificationOf(memberIgnoringCase(input.body ?? null, 'classification')),
    ...ownerOf(input),
    ...labelsOf(properties, tags('tagsToAdd', 'TagsToAdd'), tags('tagsToRemove', 'TagsToRemove')),
  };
}

function classificationOf(value: Json | undefined): JsonObject {
  const [classification = '', reason] = textOf(memberIgnoringCase(value ?? null, 'ClassificationAndReason')).split(
    ' - ',
  );
  const comment = textOf(memberIgnoringCase(value ?? null, 'ClassificationReasonText'));
  if (classification === '') return {};
  return {
    classification,
    ...(reason === undefined ? {} : { classificationReason: reason }),
    ...(comment === '' ? {} : { classificationComment: comment }),
  };
}

function ownerOf(input: OperationInput): JsonObject {
  const action = bodyText(input, 'ownerAction').toLowerCase();
  if (action === 'unassign')
    return { owner: { objectId: null, email: null, assignedTo: null, userPrincipalName: null } };
  const owner = bodyText(input, 'owner');
  if (owner === '') return {};
  const isId = /^[0-9a-f-]{36}$/i.test(owner);
  return { owner: isId ? { objectId: owner } : { userPrincipalName: owner, email: owner, assignedTo: owner } };
}

function tagsOf(value: Json | undefined): readonly string[] {
  const list = isJsonArray(value) ? value : [];
  return list
    .map((one) => textOf(memberIgnoringCase(one, 'Tag') ?? memberIgnoringCase(one, 'Label') ?? one))
    .filter((tag) => tag !== '');
}

function labelsOf(properties: JsonObject, add: readonly string[], remove: readonly string[]): JsonObject {
  if (add.length + remove.length === 0) return {};
  const gone = new Set(remove.map((tag) => tag.toLowerCase()));
  const given = memberOf(properties, 'labels');
  const labels = (isJsonArray(given) ? given : []).filter(
    (label) => !gone.has((textMember(label, 'labelName') ?? '').toLowerCase()),
  );
  const known = new Set(labels.map((label) => (textMember(label, 'labelName') ?? '').toLowerCase()));
  const fresh = add
    .filter((tag) => !known.has(tag.toLowerCase()))
    .map((labelName) => ({ labelName, labelType: 'User' }));
  return { labels: [...labels, ...fresh] };
}

/** The incident with its alerts and entities, as the trigger has them. */
export const getIncident: Perform = async (send, input) => {
  const id = armIdOf(input);
  if (isFault(id)) return id;
  return complete(send, await send({ method: 'GET', path: `${id}?${version}` }), id);
};

async function complete(send: SendToService, found: Outcome, id: string): Promise<Outcome> {
  if (failed(found)) return found;
  const [alerts, entities] = await Promise.all(
    ['alerts', 'entities'].map((what) => send({ method: 'POST', path: `${id}/${what}?${version}` })),
  );
  const listOf = (outcome: Outcome | undefined, name: string): Json =>
    outcome === undefined || failed(outcome) ? [] : (memberOf((outcome as ServiceAnswer).body ?? null, name) ?? []);
  const answer = found as ServiceAnswer;
  const incident = objectOf(answer.body);
  const properties = {
    ...objectOf(incident['properties']),
    alerts: listOf(alerts, 'value'),
    relatedEntities: listOf(entities, 'entities'),
  };
  return { ...answer, body: { ...incident, properties } };
}

export const createIncident: Perform = async (send, input) => {
  const workspace = workspaceOf(input);
  // Both forms are written: `tagsToAdd.TagsToAdd` by the designer, `tags.tagsToAdd` by published playbooks.
  const tags = ['tagsToAdd', 'tags'].flatMap((name) =>
    tagsOf(memberIgnoringCase(memberIgnoringCase(input.body ?? null, name) ?? null, 'tagsToAdd')),
  );
  const properties = {
    title: bodyText(input, 'title'),
    severity: bodyText(input, 'severity') || 'Medium',
    status: bodyText(input, 'status') || 'New',
    description: bodyText(input, 'description'),
    ...classificationOf(memberIgnoringCase(input.body ?? null, 'classification')),
    ...ownerOf(input),
    ...(tags.length === 0 ? {} : { labels: tags.map((labelName) => ({ labelName })) }),
  };
  return send({
    method: 'PUT',
    path: `${workspace}/incidents/${nameOf(input, 'incident')}?${version}`,
    body: { properties },
  });
};

export const createTask: Perform = async (send, input) => {
  const id = armIdOf(input);
  if (isFault(id)) return id;
  const properties = {
    title: bodyText(input, 'taskTitle'),
    description: bodyText(input, 'taskDescription'),
    status: 'New',
  };
  return send({ method: 'PUT', path: `${id}/tasks/${nameOf(input, 'task')}?${version}`, body: { properties } });
};

export const completeTask: Perform = async (send, input) => {
  const id = bodyText(input, 'taskArmId').trim();
  if (!/^\/subscriptions\/[^/]+\/.*\/incidents\/[^/]+\/tasks\/[^/]+$/i.test(id)) {
    return fault('InvalidRequestContent', `'${id.slice(0, 300)}' in 'taskArmId' is not the id of a task.`);
  }
  return updated(send, id, (properties) => ({ ...properties, status: 'Completed' }));
};

/** Takes an alert or bookmark out of an incident: the relation that names it. */
export const deleteRelation: Perform = async (send, input) => {
  const id = armIdOf(input);
  if (isFault(id)) return id;
  const related = bodyText(input, 'relatedResourceId').toLowerCase();
  const listed = await send({ method: 'GET', path: `${id}/relations?${version}&$top=1000` });
  if (failed(listed)) return listed;
  const list = memberOf((listed as ServiceAnswer).body ?? null, 'value');
  const relation = (isJsonArray(list) ? list : []).find(
    (one) => textMember(memberOf(one, 'properties') ?? null, 'relatedResourceId')?.toLowerCase() === related,
  );
  if (relation === undefined) return notFound(`The relation to '${related.slice(0, 300)}'`);
  return emptied(await send({ method: 'DELETE', path: `${textMember(relation, 'id') ?? ''}?${version}` }));
};

export const createRelation: Perform = async (send, input) => {
  const id = armIdOf(input);
  if (isFault(id)) return id;
  const properties = { relatedResourceId: bodyText(input, 'relatedResourceId') };
  return send({ method: 'PUT', path: `${id}/relations/${nameOf(input, 'relation')}?${version}`, body: { properties } });
};

/** The connector answers 200 to a deletion. */
export function emptied(outcome: Outcome): Outcome {
  return failed(outcome) ? outcome : { status: 200, headers: (outcome as ServiceAnswer).headers };
}

// --- By workspace and alert or number ---------------------------------------------------------------------------

export function workspaceOf({ path }: OperationInput): string {
  const [subscription, group, workspace] = [path['subscriptionId'], path['resourceGroup'], path['workspaceId']].map(
    (one) => encodeURIComponent(one ?? ''),
  );
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${workspace}/providers/Microsoft.SecurityInsights`;
}

function notFound(what: string): ServiceAnswer {
  return {
    status: 404,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { error: { code: 'NotFound', message: `${what} was not found.` } },
  };
}

/** The incident of an alert, or that of a number. */
async function incidentOf(
  send: SendToService,
  input: OperationInput,
  kind: string,
  identifier: string,
): Promise<Outcome> {
  const filter =
    kind === 'alert'
      ? `properties/relatedAlertIds/any(id: id eq '${identifier.replaceAll("'", "''")}')`
      : /^\d+$/.test(identifier)
        ? `properties/incidentNumber eq ${identifier}`
        : `name eq '${identifier.replaceAll("'", "''")}'`;
  const listed = await send({
    method: 'GET',
    path: `${workspaceOf(input)}/incidents?${version}&$top=1&$filter=${encodeURIComponent(filter)}`,
  });
  if (failed(listed)) return listed;
  const list = memberOf((listed as ServiceAnswer).body ?? null, 'value');
  const [incident] = isJsonArray(list) ? list : [];
  return incident === undefined
    ? notFound(`The incident of ${kind} '${identifier}'`)
    : { ...(listed as ServiceAnswer), body: incident };
}

export const incidentOfAlert: Perform = async (send, input) => {
  const found = await incidentOf(send, input, 'alert', input.path['alertId'] ?? '');
  return failed(found) ? found : complete(send, found, textMember((found as ServiceAnswer).body ?? null, 'id') ?? '');
};

/** The older answer: members in Pascal case, the number as `CaseNumber`. */
export const caseOfAlert: Perform = async (send, input) => {
  const found = await incidentOf(send, input, 'alert', input.path['alertId'] ?? '');
  if (failed(found)) return found;
  const answer = found as ServiceAnswer;
  const incident = objectOf(answer.body);
  const properties = objectOf(incident['properties']);
  const pascal = Object.entries(properties).map(([name, value]): readonly [string, Json] => [
    `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`,
    value,
  ]);
  return {
    ...answer,
    body: {
      ...incident,
      properties: {
        ...Object.fromEntries(pascal),
        CaseNumber: properties['incidentNumber'] ?? null,
        LastUpdatedTimeUtc: properties['lastModifiedTimeUtc'] ?? null,
        StartTimeUtc: properties['firstActivityTimeUtc'] ?? null,
        EndTimeUtc: properties['lastActivityTimeUtc'] ?? null,
        RelatedAlertIds: properties['relatedAlertIds'] ?? [input.path['alertId'] ?? ''],
      },
    },
  };
};

export const addCommentByIdentifier: Perform = async (send, input) => {
  const found = await byIdentifier(send, input);
  return failed(found) ? found : comment(send, input, idOf(found), bodyText(input, 'Value'));
};

function byIdentifier(send: SendToService, input: OperationInput): Promise<Outcome> {
  return incidentOf(send, input, (input.path['identifierType'] ?? '').toLowerCase(), input.path['identifier'] ?? '');
}

function idOf(found: Outcome): string {
  return textMember((found as ServiceAnswer).body ?? null, 'id') ?? '';
}

/** An operation that changes an incident found by alert or number. */
export function changeByIdentifier(change: (input: OperationInput, properties: JsonObject) => JsonObject): Perform {
  return async (send, input) => {
    const found = await byIdentifier(send, input);
    return failed(found)
      ? found
      : updated(send, idOf(found), (properties) => ({ ...properties, ...change(input, properties) }));
  };
}

export const changes = {
  status: (input: OperationInput): JsonObject => {
    const status = input.path['status'] ?? '';
    const reason = bodyText(input, 'CloseReason');
    const comment = bodyText(input, 'CloseReasonText');
    return {
      status,
      ...(reason === '' ? {} : { classification: reason }),
      ...(comment === '' ? {} : { classificationComment: comment }),
    };
  },
  severity: (input: OperationInput): JsonObject => ({ severity: input.path['severity'] ?? '' }),
  title: (input: OperationInput): JsonObject => ({ title: bodyText(input, 'Value') }),
  description: (input: OperationInput): JsonObject => ({ description: bodyText(input, 'Value') }),
  addLabels: (input: OperationInput, properties: JsonObject): JsonObject =>
    labelsOf(properties, tagsOf(memberIgnoringCase(input.body ?? null, 'Labels')), []),
  removeLabels: (input: OperationInput, properties: JsonObject): JsonObject =>
    labelsOf(properties, [], tagsOf(memberIgnoringCase(input.body ?? null, 'Labels'))),
} as const;
