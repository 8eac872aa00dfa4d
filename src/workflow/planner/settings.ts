/**
 * What may be set on any action or trigger: run-time configuration, options, time limits, descriptions.
 *
 * Owns: reading them against the catalogue: what a type does not take, or does not take here, is refused.
 * Does not own: retry policies (`retry-policy.ts`), concurrency of loops (`control.ts`).
 * Source: engine reference 1.1, 1.2, 12.
 */
import { type FaultCode, isJsonArray, type Json } from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { ContentTransferPlan, SecureData } from '../plan.ts';
import { Members, wholeNumber } from './members.ts';
import type { OperationSetting, OperationType } from './operation-catalogue.data.ts';
import type { Steps } from './paths.ts';
import { nameOf, type Owner, type Planning } from './planning.ts';

/** An action or trigger of a known type, on its way into the plan. */
export interface Operation {
  readonly planning: Planning;
  readonly owner: Owner & { readonly kind: 'action' | 'trigger' };
  readonly type: OperationType;
  readonly members: Members;
  readonly steps: Steps;
}

/** The settings that stand beside `inputs`, whatever the type. */
export interface CommonSettings {
  readonly options: ReadonlySet<string>;
  readonly secure: SecureData;
  readonly staticResult?: string;
  readonly minimumItemCount?: number;
  readonly transfer?: ContentTransferPlan;
  /** Milliseconds. */
  readonly requestTimeout?: number;
  /** Milliseconds. */
  readonly timeout?: number;
}

export function commonSettings(operation: Operation): CommonSettings {
  checkDescription(operation);
  const configuration = readConfiguration(operation);
  const staticResult = staticResultOf(operation, configuration.in('staticResult'));
  const items = itemCountOf(operation, configuration.in('paginationPolicy'));
  const transfer = transferOf(operation, configuration.in('contentTransfer'));
  const requestTimeout = durationOf(operation, configuration.in('requestOptions').get('timeout'), 'requestOptions');
  const timeout = operation.type.type === 'Until' ? undefined : timeoutOf(operation);
  return {
    options: optionsOf(operation),
    secure: secureOf(operation, configuration),
    ...(staticResult === undefined ? {} : { staticResult }),
    ...(items === undefined ? {} : { minimumItemCount: items }),
    ...(transfer === undefined ? {} : { transfer }),
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

function checkDescription({ planning, owner, members, steps }: Operation): void {
  const most = planning.limits.descriptionCharacters;
  const text = members.text('description') ?? '';
  if (text.length <= most) return;
  const code = owner.kind === 'action' ? 'ActionDescriptionTooLong' : 'TriggerDescriptionTooLong';
  const message = `The description of ${nameOf(owner)} has '${text.length}' characters and exceeds the limit of '${most}'.`;
  planning.refuse(code, message, [...steps, 'description']);
}

// --- runtimeConfiguration ---------------------------------------------------------------------------------------

/** Members of `runtimeConfiguration` with the setting that allows them; `secureData` goes everywhere. */
const configurationSettings: Readonly<Record<string, OperationSetting | 'everywhere'>> = {
  concurrency: 'concurrency',
  paginationpolicy: 'pagination',
  contenttransfer: 'chunking',
  requestoptions: 'requestTimeout',
  securedata: 'everywhere',
  staticresult: 'staticResult',
};

function readConfiguration(operation: Operation): Members {
  const { members, planning, steps, owner } = operation;
  const configuration = members.in('runtimeConfiguration');
  for (const name of configuration.names) {
    const setting = Object.hasOwn(configurationSettings, name) ? configurationSettings[name] : undefined;
    if (setting === 'everywhere') continue;
    if (setting !== undefined && operation.type.settings[setting] === true) continue;
    const message = `The setting '${name}' of ${nameOf(owner)} of type '${operation.type.type}' does not exist here.`;
    planning.refuse('WorkflowOptionNotSupported', message, [...steps, 'runtimeConfiguration', name]);
  }
  return configuration;
}

/** The value of a vault's secret is hidden whether its author thought of it or not (connectors reference, keyvault). */
function readsVaultSecret({ type, members }: Operation): boolean {
  const inputs = members.in('inputs');
  const isGet = (inputs.text('method') ?? '').toLowerCase() === 'get';
  if (isGet && type.type === 'Http') return /\.vault\.[a-z.]+\/secrets\//i.test(inputs.text('uri') ?? '');
  return type.type === 'ApiConnection' && isGet && /^\/?secrets\/.+\/value$/i.test(inputs.text('path') ?? '');
}

function secureOf(operation: Operation, configuration: Members): SecureData {
  const { planning, owner, steps } = operation;
  const given = configuration.in('secureData').get('properties');
  const names = isJsonArray(given) ? given.map((name) => (typeof name === 'string' ? name.toLowerCase() : '')) : [];
  const known = names.every((name) => name === 'inputs' || name === 'outputs');
  if ((given !== undefined && !isJsonArray(given)) || !known) {
    const message = `The secured properties of ${nameOf(owner)} must be 'inputs', 'outputs' or both.`;
    planning.invalid(message, [...steps, 'runtimeConfiguration', 'secureData']);
  }
  return { inputs: names.includes('inputs'), outputs: names.includes('outputs') || readsVaultSecret(operation) };
}

function staticResultOf({ planning, owner, steps }: Operation, configuration: Members): string | undefined {
  const name = configuration.text('name');
  const choice = configuration.text('staticResultOptions')?.toLowerCase();
  if (configuration.names.length === 0) return undefined;
  const at = [...steps, 'runtimeConfiguration', 'staticResult'];
  if (choice !== undefined && choice !== 'enabled' && choice !== 'disabled') {
    planning.invalid(`The static result options of ${nameOf(owner)} must be 'Enabled' or 'Disabled'.`, at);
  }
  const declared = Object.keys(declaredResults(planning)).find((one) => one.toLowerCase() === name?.toLowerCase());
  if (declared === undefined) {
    const message = `The static result '${name ?? ''}' of ${nameOf(owner)} is not declared in the 'staticResults' of the template.`;
    planning.refuse('InvalidStaticResultName', message, at);
  }
  return choice === 'enabled' ? declared : undefined;
}

function declaredResults(planning: Planning): object {
  const declared = Members.of(planning.definition).get('staticResults');
  return typeof declared === 'object' && declared !== null ? declared : {};
}

/** Content of a connection's call is never cut: what a connector takes is decided by its own service. */
function transferOf(operation: Operation, configuration: Members): ContentTransferPlan | undefined {
  if (configuration.names.length === 0) return undefined;
  const { planning, owner, steps, type } = operation;
  const at = [...steps, 'runtimeConfiguration', 'contentTransfer'];
  if (type.type !== 'Http') {
    const message = `Content of ${nameOf(owner)} is sent whole: its connector takes no chunks here.`;
    planning.warn('ContentTransferNotChunked', message, at);
    return undefined;
  }
  const sizes = ['uploadChunkSize', 'downloadChunkSize'].map((name) => wholeNumber(configuration.get(name)));
  const [uploadChunkSize, downloadChunkSize] = sizes;
  const given = ['uploadChunkSize', 'downloadChunkSize'].map((name) => configuration.has(name));
  const broken = sizes.some((size, index) => given[index] === true && (size === undefined || size < 1));
  if (configuration.text('transferMode')?.toLowerCase() !== 'chunked' || broken) {
    const message = `The content transfer of ${nameOf(owner)} must have the mode 'Chunked' and sizes in whole bytes.`;
    planning.invalid(message, at);
  }
  return {
    ...(uploadChunkSize === undefined ? {} : { uploadChunkSize }),
    ...(downloadChunkSize === undefined ? {} : { downloadChunkSize }),
  };
}

function itemCountOf({ planning, owner, steps, type }: Operation, configuration: Members): number | undefined {
  if (configuration.names.length === 0) return undefined;
  const count = wholeNumber(configuration.get('minimumItemCount') ?? configuration.get('minimumItemsCount'));
  const most = planning.limits.paginationItems;
  if (count !== undefined && count >= 1 && count <= most) return count;
  const message = `The pagination policy of workflow ${nameOf(owner)} of type '${type.type}' is not valid. The value of the property 'minimumItemCount' must be a whole number from '1' to '${most}'.`;
  planning.refuse('InvalidPaginationPolicy', message, [...steps, 'runtimeConfiguration', 'paginationPolicy']);
  return undefined;
}

// --- Options and time limits ------------------------------------------------------------------------------------

/** One text, several values separated by comma; in lower case. */
function optionsOf({ planning, owner, members, steps, type }: Operation): ReadonlySet<string> {
  const given = (members.text('operationOptions') ?? '').split(',').map((option) => option.trim());
  const options = new Set<string>();
  for (const option of given) {
    const lower = option.toLowerCase();
    if (lower === '' || lower === 'none') continue;
    const known = Object.entries(type.options).find(([name]) => name.toLowerCase() === lower);
    if (known?.[1] === true) {
      options.add(lower);
      continue;
    }
    const why = known === undefined ? 'does not apply to it' : 'does not exist here';
    const message = `The operation option '${option}' of ${nameOf(owner)} of type '${type.type}' ${why}.`;
    planning.refuse('WorkflowOptionNotSupported', message, [...steps, 'operationOptions']);
  }
  return options;
}

function timeoutOf(operation: Operation): number | undefined {
  const { planning, owner, members, steps, type } = operation;
  const limit = members.in('limit');
  for (const name of limit.names) {
    if (name === 'timeout' && type.settings.timeout === true) continue;
    const message = `The limit '${name}' of ${nameOf(owner)} of type '${type.type}' does not exist here.`;
    planning.refuse('WorkflowOptionNotSupported', message, [...steps, 'limit', name]);
  }
  return type.settings.timeout === true ? durationOf(operation, limit.get('timeout'), 'limit') : undefined;
}

function durationOf(operation: Operation, given: Json | undefined, what: string): number | undefined {
  if (given === undefined) return undefined;
  const { planning, owner, steps, type } = operation;
  const at = what === 'limit' ? [...steps, 'limit', 'timeout'] : [...steps, 'runtimeConfiguration', what, 'timeout'];
  const value = planning.setting(given, { owner, what: 'timeout', steps: at });
  const milliseconds = typeof value === 'string' ? parseIsoDuration(value) : undefined;
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  const code: FaultCode = 'WorkflowRunActionTimeoutLimitInvalid';
  const message = `The timeout of workflow run ${nameOf(owner)} of type '${type.type}' is not a valid ISO 8601 duration.`;
  if (value !== undefined) planning.refuse(code, message, at);
  return undefined;
}
