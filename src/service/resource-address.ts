/**
 * The address behind a resource id: of a function, of an operation of an API.
 *
 * Owns: from the inputs of Function and ApiManagement actions to those of an HTTP call.
 * Does not own: the call (`call-http.ts`), the resources themselves (the inventory).
 * Source: engine reference 4.3.
 *
 * Invariants
 * RA1. What the inventory says of a resource wins: a function's `invoke_url_template`, a site's `defaultHostName`, an API's
 *      `path`, a service's `gatewayUrl`. What it does not say is named as Azure names it.
 */
import { actionHeaders, wireText } from '#connectors';
import {
  armIdKey,
  type Fault,
  fault,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  setMember,
} from '#foundation';
import type { HttpTarget } from '#workflow';
import type { Services } from './services.ts';

/** The inputs with a `uri`; for a plain URL as they are. */
export function addressedInputs(services: Services, target: HttpTarget, inputs: Json): Json | Fault {
  if (target === 'uri' || !isJsonObject(inputs)) return inputs;
  return target === 'function' ? functionInputs(services, inputs) : apiInputs(services, inputs);
}

/** The resource's `properties`, empty where the inventory has none. */
function propertiesOf(services: Services, id: string): Json {
  return memberOf(services.store.resources.get(id)?.body, 'properties') ?? {};
}

function idIn(inputs: JsonObject, member: string): string {
  const id = memberIgnoringCase(memberIgnoringCase(inputs, member), 'id');
  return typeof id === 'string' ? id : '';
}

function textIn(owner: Json, name: string): string | undefined {
  const value = memberIgnoringCase(owner, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const functionPattern =
  /^(\/subscriptions\/.+\/providers\/microsoft\.web\/sites\/([^/]+)(?:\/slots\/([^/]+))?)\/functions\/([^/]+)$/i;

function functionInputs(services: Services, inputs: JsonObject): Json | Fault {
  const id = idIn(inputs, 'function');
  const [, site, app, slot, name] = functionPattern.exec(id) ?? [];
  if (site === undefined || name === undefined) {
    return fault('InvalidParameter', `The function id '${id}' is not the id of a function in a function app.`);
  }
  const host =
    textIn(propertiesOf(services, site), 'defaultHostName') ??
    `${slot === undefined ? app : `${app}-${slot}`}.azurewebsites.net`;
  const uri = textIn(propertiesOf(services, id), 'invoke_url_template') ?? `https://${host}/api/${name}`;
  return { method: 'POST', ...inputs, uri };
}

const apiPattern = /^(\/subscriptions\/.+\/providers\/microsoft\.apimanagement\/service\/([^/]+))\/apis\/([^/]+)$/i;

function apiInputs(services: Services, inputs: JsonObject): Json | Fault {
  const id = idIn(inputs, 'api');
  const [, service, serviceName] = apiPattern.exec(id) ?? [];
  if (service === undefined || serviceName === undefined) {
    return fault('InvalidParameter', `The API id '${id}' is not the id of an API of a management service.`);
  }
  const api = propertiesOf(services, id);
  const path = memberIgnoringCase(api, 'path');
  if (typeof path !== 'string') {
    const name = parseArmId(armIdKey(id))?.name ?? id;
    return fault('NotFound', `The API '${name}' is not in the inventory, so the path of its operations is not known.`);
  }
  const gateway = textIn(propertiesOf(services, service), 'gatewayUrl') ?? `https://${serviceName}.azure-api.net`;
  const operation = expandedTemplate(memberIgnoringCase(inputs, 'pathTemplate'));
  if (isFault(operation)) return operation;
  const uri = [gateway, path, operation]
    .map((part) => part.replaceAll(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');
  return { ...inputs, uri, headers: headersWithKey(inputs) };
}

/** `{name}` in the template stands for the parameter's value, percent-encoded. */
export function expandedTemplate(given: Json | undefined): string | Fault {
  const parameters = memberIgnoringCase(given, 'parameters');
  let missing: string | undefined;
  const text = (textIn(given ?? null, 'template') ?? '').replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = memberIgnoringCase(parameters, name);
    if (value === undefined) missing ??= name;
    return value === undefined ? whole : encodeURIComponent(wireText(value));
  });
  return missing === undefined ? text : fault('InvalidParameter', `The path template has no value for '${missing}'.`);
}

function headersWithKey(inputs: JsonObject): JsonObject {
  const headers: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(actionHeaders({ headers: memberIgnoringCase(inputs, 'headers') ?? {} }))) {
    setMember(headers, name, value);
  }
  const key = textIn(inputs, 'subscriptionKey');
  if (key !== undefined) headers['ocp-apim-subscription-key'] = key;
  return headers;
}
