/** Logic apps on a server of a test: saving them, calling them, looking at their runs. */
import assert from 'node:assert/strict';
import type { JsonObject } from '#foundation';
import { type CallOptions, type Reply, subscription, textOf, type TocsinServer } from './tocsin-server.ts';

const version = 'api-version=2019-05-01';

export const request = (more: JsonObject = {}, inputs: JsonObject = {}): JsonObject => ({
  manual: { type: 'Request', kind: 'Http', inputs, ...more },
});

export const respond = (body: unknown, statusCode = 200, more: JsonObject = {}): JsonObject => ({
  type: 'Response',
  kind: 'Http',
  inputs: { statusCode, body: body as JsonObject },
  ...more,
});

export class LogicApps {
  readonly server: TocsinServer;
  readonly group: string;

  constructor(server: TocsinServer, group: string) {
    this.server = server;
    this.group = `${subscription}/resourceGroups/${group}`;
  }

  id(name: string): string {
    return `${this.group}/providers/Microsoft.Logic/workflows/${name}`;
  }

  async makeGroup(): Promise<void> {
    await this.server.call('PUT', `${this.group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  }

  save(name: string, triggers: JsonObject, actions: JsonObject, more: JsonObject = {}): Promise<Reply> {
    const body = { location: 'westeurope', properties: { definition: { triggers, actions }, ...more } };
    return this.server.call('PUT', `${this.id(name)}?${version}`, { body });
  }

  /** The code with which saving is refused; undefined when it is not. */
  async refusal(name: string, triggers: JsonObject, actions: JsonObject, more: JsonObject = {}): Promise<unknown> {
    const { body } = await this.save(name, triggers, actions, more);
    return (body.error as JsonObject | undefined)?.code;
  }

  /** Saves it and answers the URL of its trigger `manual`. */
  async make(name: string, triggers: JsonObject, actions: JsonObject, more: JsonObject = {}): Promise<string> {
    const { status, text } = await this.save(name, triggers, actions, more);
    assert.ok(status === 201 || status === 200, text);
    return 'manual' in triggers ? this.callback(name) : '';
  }

  async callback(name: string, body: JsonObject = {}): Promise<string> {
    const listed = await this.operation('POST', `${this.id(name)}/triggers/manual/listCallbackUrl`, { body });
    return textOf(listed.body, 'value').replace(/^https?:\/\/[^/]+/, this.server.url);
  }

  operation(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    return this.server.call(method, `${path}?${version}`, options);
  }

  post(url: string, body: JsonObject = {}, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.server.call('POST', url, { body, headers, token: null });
  }

  /** Properties of its runs, the oldest first. */
  async runs(name: string): Promise<readonly JsonObject[]> {
    const { body } = await this.server.call('GET', `${this.id(name)}/runs?${version}&$top=250`);
    return (body.value ?? []).map((run) => run.properties as JsonObject).toReversed();
  }

  async statuses(name: string): Promise<readonly unknown[]> {
    return (await this.runs(name)).map(({ status }) => status);
  }

  async action(name: string, run: string, action: string): Promise<JsonObject> {
    const { body } = await this.operation('GET', `${this.id(name)}/runs/${run}/actions/${action}`);
    return body.properties as JsonObject;
  }

  /** The outputs of the run's trigger or of one of its actions, read from their link. */
  async outputs(record: JsonObject | undefined): Promise<JsonObject> {
    const { body } = await this.server.call('GET', textOf(record?.outputsLink, 'uri'), { token: null });
    return body;
  }
}
