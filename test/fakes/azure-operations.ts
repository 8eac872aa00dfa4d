/**
 * What Azure Resource Manager documents of operations that take long: machines that are acted on, jobs of Automation. Each is accepted
 * with two addresses to ask at, is under way for some answers, and ends with its result.
 */
import type { Json, JsonObject } from '#foundation';
import { type FakeRoute, member, type SeenRequest } from './service.ts';

interface Operation {
  readonly result: Json | undefined;
  readonly fails: boolean;
  /** How often it is still under way. */
  left: number;
}

const home = '/subscriptions/{}/resourceGroups/{}/providers';
const allocation = { code: 'AllocationFailed', message: 'Allocation failed.' } as const;
const computeVersion = 'api-version=2024-07-01';

export class AzureOperations {
  readonly #operations: Operation[] = [];
  readonly #jobs = new Map<string, { readonly properties: JsonObject; asked: number }>();
  readonly machines = new Map<string, string>();
  url = '';

  /** All routes want a token of the operator's application. */
  routes(): Readonly<Record<string, FakeRoute>> {
    const signedIn =
      (route: FakeRoute): FakeRoute =>
      (request, groups) =>
        /^Bearer \S+$/.test(request.headers.authorization ?? '')
          ? route(request, groups)
          : { status: 401, body: { error: { code: 'AuthenticationFailed', message: 'Authentication failed.' } } };
    const machine = `${home}/Microsoft.Compute/virtualMachines/{}`;
    const account = `${home}/Microsoft.Automation/automationAccounts/{}`;
    const operations = '/subscriptions/{}/providers/Microsoft.Compute/locations/westeurope/operations';
    const all: Readonly<Record<string, FakeRoute>> = {
      [`POST ${machine}/(start|deallocate|runCommand)`]: (request, [, , name = '', verb = '']) =>
        this.#act(request, name, verb),
      [`GET ${operations}/(\\d+)`]: ({ query }, [, at = '']) =>
        query.has('monitor') ? this.#result(Number(at)) : this.#state(Number(at)),
      [`PUT ${account}/jobs/{}`]: ({ body }, [, , , id = '']) => this.#makeJob(id, body),
      [`GET ${account}/jobs/{}/output`]: (_, [, , , id = '']) =>
        this.#jobs.has(id)
          ? { headers: { 'content-type': 'text/plain' }, body: 'blocked 203.0.113.7' }
          : { status: 404 },
      [`GET ${account}/jobs/{}`]: (_, [, , , id = '']) => this.#job(id),
    };
    // Names of groups and types ignore case.
    return Object.fromEntries(
      Object.entries(all).map(([route, handler]) => [
        route.replaceAll(/resourceGroups/g, 'resource[gG]roups'),
        signedIn(handler),
      ]),
    );
  }

  #act({ path, body }: SeenRequest, name: string, verb: string): ReturnType<FakeRoute> {
    const fails = verb === 'start' && name === 'broken';
    const message = `Enable succeeded: \n[stdout]\n${JSON.stringify(member({ body }, 'body').script ?? null)}\n[stderr]\n`;
    const result =
      verb === 'runCommand' ? { value: [{ code: 'ProvisioningState/succeeded', level: 'Info', message }] } : undefined;
    this.#operations.push({ result, fails, left: 2 });
    if (!fails) this.machines.set(name, verb);
    const [, , subscription = ''] = path.split('/');
    const at = `${this.url}/subscriptions/${subscription}/providers/Microsoft.Compute/locations/westeurope/operations/${this.#operations.length - 1}`;
    return {
      status: 202,
      headers: {
        'azure-asyncoperation': `${at}?${computeVersion}`,
        location: `${at}?p=1&monitor=true&${computeVersion}`,
        'retry-after': '1',
      },
    };
  }

  #state(at: number): ReturnType<FakeRoute> {
    const operation = this.#operations[at];
    if (operation === undefined) return { status: 404 };
    operation.left -= 1;
    if (operation.left > 0) return { headers: { 'retry-after': '1' }, body: { status: 'InProgress' } };
    return { body: operation.fails ? { status: 'Failed', error: allocation } : { status: 'Succeeded' } };
  }

  #result(at: number): ReturnType<FakeRoute> {
    const operation = this.#operations[at];
    if (operation === undefined) return { status: 404 };
    if (operation.left > 0) {
      operation.left -= 1;
      return { status: 202, headers: { 'retry-after': '1' } };
    }
    if (operation.fails) return { status: 409, body: { error: allocation } };
    return operation.result === undefined ? { status: 200 } : { body: operation.result };
  }

  #makeJob(id: string, body: Json): ReturnType<FakeRoute> {
    const known = this.#jobs.has(id);
    const properties = { ...member(body, 'properties'), jobId: id, status: 'New', provisioningState: 'Processing' };
    if (!known) this.#jobs.set(id, { properties, asked: 0 });
    return { status: known ? 200 : 201, body: { id: `/jobs/${id}`, name: id, properties } };
  }

  /** New, Running, then Completed; the runbook `broken` ends Failed with its exception. */
  #job(id: string): ReturnType<FakeRoute> {
    const job = this.#jobs.get(id);
    if (job === undefined)
      return { status: 404, body: { error: { code: 'NotFound', message: 'The job does not exist.' } } };
    job.asked += 1;
    const isBroken = member(job.properties, 'runbook').name === 'broken';
    const status = job.asked < 3 ? 'Running' : isBroken ? 'Failed' : 'Completed';
    const exception = isBroken && status === 'Failed' ? 'The term is not recognized.' : null;
    return { body: { id: `/jobs/${id}`, name: id, properties: { ...job.properties, status, exception } } };
  }
}
