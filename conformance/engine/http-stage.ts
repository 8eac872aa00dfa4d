/** A started server, its clocks sped up, and a local server for endpoints, as a stage for stories. */
import { setTimeout as pause } from 'node:timers/promises';
import type { TocsinServer } from '../../test/e2e/tocsin-server.ts';
import type { Script } from './scripted-endpoints.ts';
import type { ReceivedCall, Stage, StageAnswer } from './story.ts';

export class HttpStage implements Stage {
  readonly timeScale: number;
  readonly #server: TocsinServer;
  readonly #script: Script;
  #begin = 0;

  constructor(server: TocsinServer, script: Script, timeScale: number) {
    this.#server = server;
    this.#script = script;
    this.timeScale = timeScale;
  }

  begin(): number {
    this.#begin = Date.now();
    return this.#begin;
  }

  /** Calls as they came, their moments in the engine's time. */
  get received(): readonly ReceivedCall[] {
    return this.#script.calls.map((call) => ({
      ...call,
      uri: this.#script.fromLocal(call.uri),
      at: this.#begin + (call.at - this.#begin) * this.timeScale,
    }));
  }

  async call(request: Parameters<Stage['call']>[0]): Promise<StageAnswer> {
    const { method, target, headers, content, token } = request;
    const answer = await this.#server.call(method, target, {
      headers,
      ...(content === undefined ? {} : { text: content }),
      ...(token === undefined ? {} : { token }),
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: answer.text };
  }

  async passTo(seconds: number): Promise<void> {
    const left = this.#begin + (seconds * 1_000) / this.timeScale - Date.now();
    if (left > 0) await pause(left);
  }

  async goOn(): Promise<void> {
    await pause(100);
  }

  toStage<T>(value: T): T {
    return this.#script.toLocal(value);
  }

  fromStage(text: string): string {
    return this.#script.fromLocal(text);
  }
}
