/**
 * `then.details` of a definition → what its effect needs.
 *
 * Owns: which members each effect has. Does not own: rules inside (`parse-rule.ts`), doing the effect.
 *
 * Source: policy reference 10, 11.
 */
import { isJsonArray, isJsonObject, type Json } from '#foundation';
import type { PlannedValue } from '#templates';
import type {
  AppendDetails,
  DenyActionDetails,
  EffectDetails,
  ExistenceDetails,
  ManualDetails,
  ModifyDetails,
  ModifyOperation,
  PolicyDeployment,
} from './effect.ts';
import { isEvaluationDelay } from './evaluation-delay.ts';
import { quoted } from './quoted.ts';
import { type Members, membersOf, type Path, type RuleReader } from './parse-rule.ts';

/** Reads the details of `kind`; undefined after a fault was reported. */
export function parseDetails(
  reader: RuleReader,
  kind: EffectDetails['kind'],
  json: Json | undefined,
  path: Path,
): EffectDetails | undefined {
  if (kind === 'append') return parseAppend(reader, json, path);
  if (!isJsonObject(json)) return wrong(reader, `The effect needs 'details'.`, path);
  const members = membersOf(json);
  switch (kind) {
    case 'existence':
      return parseExistence(reader, members, path);
    case 'modify':
      return parseModify(reader, members, path);
    case 'denyAction':
      return parseDenyAction(reader, members, path);
    case 'manual':
      return parseManual(reader, members, path);
  }
}

function wrong(reader: RuleReader, message: string, path: Path): undefined {
  return reader.report(message, path, 'InvalidPolicyRuleEffectDetails');
}

function planned(reader: RuleReader, members: Members, name: string, path: Path): PlannedValue | undefined {
  const found = members.get(name.toLowerCase());
  return found === undefined ? undefined : reader.plan(found[1], [...path, found[0]]);
}

function scopeOf(reader: RuleReader, members: Members, name: string, path: Path): 'resourceGroup' | 'subscription' {
  const [written, value] = members.get(name.toLowerCase()) ?? [name, 'resourceGroup'];
  const lower = typeof value === 'string' ? value.toLowerCase() : '';
  if (lower !== 'resourcegroup' && lower !== 'subscription') {
    wrong(reader, `'${name}' is either 'ResourceGroup' or 'Subscription'.`, [...path, written]);
  }
  return lower === 'subscription' ? 'subscription' : 'resourceGroup';
}

function rolesOf(reader: RuleReader, members: Members, path: Path): readonly string[] {
  const [written, value] = members.get('roledefinitionids') ?? ['roleDefinitionIds', []];
  if (isJsonArray(value) && value.every((each) => typeof each === 'string')) return value;
  wrong(reader, "'roleDefinitionIds' must be an array of ids of role definitions.", [...path, written]);
  return [];
}

const existenceMembers = new Set([
  'type',
  'name',
  'resourcegroupname',
  'existencescope',
  'existencecondition',
  'evaluationdelay',
  'roledefinitionids',
  'deploymentscope',
  'deployment',
]);

function parseExistence(reader: RuleReader, members: Members, path: Path): ExistenceDetails | undefined {
  const unknown = [...members].find(([name]) => !existenceMembers.has(name));
  if (unknown !== undefined) return wrong(reader, `'${unknown[1][0]}' is no member of these details.`, path);
  const type = planned(reader, members, 'type', path);
  if (type === undefined) return wrong(reader, "The details need the 'type' of the related resource.", path);
  const [name, resourceGroupName, evaluationDelay] = ['name', 'resourceGroupName', 'evaluationDelay'].map((member) =>
    planned(reader, members, member, path),
  );
  if (evaluationDelay?.kind === 'constant' && !isEvaluationDelay(quoted(evaluationDelay.value))) {
    const why =
      "'evaluationDelay' is 'AfterProvisioning', 'AfterProvisioningSuccess', 'AfterProvisioningFailure', or a duration up to 'PT360M'.";
    wrong(reader, why, [...path, 'evaluationDelay']);
  }
  const given = members.get('existencecondition');
  const existenceCondition = given === undefined ? undefined : reader.condition(given[1], [...path, given[0]]);
  const deployment = parseDeployment(reader, members, path);
  return {
    kind: 'existence',
    type,
    ...(name === undefined ? {} : { name }),
    ...(resourceGroupName === undefined ? {} : { resourceGroupName }),
    existenceScope: scopeOf(reader, members, 'existenceScope', path),
    ...(existenceCondition === undefined ? {} : { existenceCondition }),
    ...(evaluationDelay === undefined ? {} : { evaluationDelay }),
    roleDefinitionIds: rolesOf(reader, members, path),
    deploymentScope: scopeOf(reader, members, 'deploymentScope', path),
    ...(deployment === undefined ? {} : { deployment }),
  };
}

function parseDeployment(reader: RuleReader, members: Members, path: Path): PolicyDeployment | undefined {
  const given = members.get('deployment');
  if (given === undefined) return undefined;
  const at = [...path, given[0]];
  if (!isJsonObject(given[1])) return wrong(reader, "'deployment' must be an object.", at);
  const outer = membersOf(given[1]);
  const [written, properties] = outer.get('properties') ?? ['properties', null];
  if (!isJsonObject(properties)) return wrong(reader, "'deployment' needs 'properties'.", at);
  const inner = membersOf(properties);
  const template = inner.get('template')?.[1];
  if (!isJsonObject(template)) {
    return wrong(reader, "The deployment needs a 'template'; links to templates are not allowed.", [...at, written]);
  }
  const mode = inner.get('mode')?.[1] ?? 'incremental';
  const location = planned(reader, outer, 'location', at);
  return {
    ...(location === undefined ? {} : { location }),
    mode: typeof mode === 'string' ? mode : 'incremental',
    parameters: planned(reader, inner, 'parameters', [...at, written]) ?? { kind: 'constant', value: {} },
    template,
  };
}

function parseModify(reader: RuleReader, members: Members, path: Path): ModifyDetails | undefined {
  const [written, list] = members.get('operations') ?? ['operations', null];
  if (!isJsonArray(list) || list.length === 0) {
    return wrong(reader, "The effect 'modify' needs 'operations'.", [...path, written]);
  }
  const operations = list.map((each, index) => parseOperation(reader, each, [...path, written, index]));
  return {
    kind: 'modify',
    roleDefinitionIds: rolesOf(reader, members, path),
    conflictEffect: planned(reader, members, 'conflictEffect', path) ?? { kind: 'constant', value: 'deny' },
    operations: operations.filter((each) => each !== undefined),
  };
}

const operationNames: Readonly<Record<string, ModifyOperation['operation']>> = {
  add: 'add',
  addorreplace: 'addOrReplace',
  remove: 'remove',
};

function parseOperation(reader: RuleReader, json: Json, path: Path): ModifyOperation | undefined {
  if (!isJsonObject(json)) return wrong(reader, 'An operation must be an object.', path);
  const members = membersOf(json);
  const name = members.get('operation')?.[1];
  const operation = typeof name === 'string' ? operationNames[name.toLowerCase()] : undefined;
  const field = planned(reader, members, 'field', path);
  if (operation === undefined || field === undefined) {
    return wrong(reader, "An operation has 'operation' (add, addOrReplace or remove) and 'field'.", path);
  }
  const [value, condition] = [planned(reader, members, 'value', path), planned(reader, members, 'condition', path)];
  if ((operation === 'remove') !== (value === undefined)) {
    return wrong(reader, `An operation '${operation}' ${operation === 'remove' ? 'has no' : 'needs a'} 'value'.`, path);
  }
  return {
    operation,
    field,
    ...(value === undefined ? {} : { value }),
    ...(condition === undefined ? {} : { condition }),
  };
}

function parseAppend(reader: RuleReader, json: Json | undefined, path: Path): AppendDetails | undefined {
  if (!isJsonArray(json) || json.length === 0) {
    return wrong(reader, "The effect 'append' needs an array of details.", path);
  }
  const entries = json.flatMap((each, index) => {
    const members = isJsonObject(each) ? membersOf(each) : new Map();
    const at = [...path, index];
    const [field, value] = [planned(reader, members, 'field', at), planned(reader, members, 'value', at)];
    if (field !== undefined && value !== undefined) return [{ field, value }];
    wrong(reader, "Each detail of 'append' has 'field' and 'value'.", at);
    return [];
  });
  return { kind: 'append', entries };
}

function parseDenyAction(reader: RuleReader, members: Members, path: Path): DenyActionDetails | undefined {
  const names = members.get('actionnames')?.[1];
  if (!isJsonArray(names) || !names.every((each) => each === 'delete' || each === 'Delete')) {
    return wrong(reader, "The effect 'denyAction' needs 'actionNames' with 'delete'.", path);
  }
  const cascade = members.get('cascadebehaviors')?.[1];
  const behavior = isJsonObject(cascade) ? membersOf(cascade).get('resourcegroup')?.[1] : undefined;
  if (behavior !== undefined && !/^(?:deny|allow)$/i.test(quoted(behavior))) {
    return wrong(reader, "'cascadeBehaviors.resourceGroup' is either 'deny' or 'allow'.", path);
  }
  return {
    kind: 'denyAction',
    actionNames: ['delete'],
    onResourceGroup: /^allow$/i.test(quoted(behavior)) ? 'allow' : 'deny',
  };
}

const manualStates: Readonly<Record<string, string>> = {
  unknown: 'Unknown',
  compliant: 'Compliant',
  'non-compliant': 'NonCompliant',
  noncompliant: 'NonCompliant',
};

function parseManual(reader: RuleReader, members: Members, path: Path): ManualDetails | undefined {
  const state = members.get('defaultstate')?.[1] ?? 'Unknown';
  const defaultState = typeof state === 'string' ? manualStates[state.toLowerCase()] : undefined;
  return defaultState === undefined
    ? wrong(reader, "'defaultState' is 'Unknown', 'Compliant' or 'Non-compliant'.", path)
    : { kind: 'manual', defaultState };
}
