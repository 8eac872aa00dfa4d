/**
 * The portal in Debian's Chromium, against a real server: what browser tests share.
 *
 * Invariant: a test fails on any error or warning in the console, on any exception of the page and on any request that
 * leaves the server.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { TocsinServer } from '../e2e/tocsin-server.ts';

const build = join(import.meta.dirname, '../../portal/build/build.ts');

export class PortalBrowser {
  readonly server: TocsinServer;
  readonly #faults: string[] = [];
  #browser: Browser | undefined;
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  constructor(options: readonly string[] = []) {
    this.server = new TocsinServer(options);
  }

  get page(): Page {
    assert.ok(this.#page !== undefined, 'the browser was not started');
    return this.#page;
  }

  /** Starts server and browser and waits until the portal is built. */
  async start(colorScheme: 'light' | 'dark' = 'light'): Promise<this> {
    // A server shows an older build while it makes a new one; a test is about the sources that are there.
    execFileSync(process.execPath, [build], { stdio: 'inherit' });
    await this.server.start();
    const built = await fetch(`${this.server.url}/portal/`);
    assert.equal(built.status, 200, await built.text());
    this.#browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    this.#context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
    const page = await this.#context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#faults.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.server.url) && !/^(?:data|blob|about):/.test(url)) this.#faults.push(`left: ${url}`);
    });
    this.#page = page;
    return this;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.server.remove();
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.server.url}/portal${path}`);
  }

  async signIn(): Promise<void> {
    await this.open('/');
    await this.page.getByRole('textbox', { name: 'Admin token' }).fill(this.server.token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('navigation', { name: 'Main' }).waitFor();
  }

  /** Follows a link of the sidebar. */
  async go(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
  }

  async heading(name: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** Waits until nothing says that it is loading. */
  async loaded(): Promise<void> {
    await this.page
      .getByRole('status', { name: /^Loading/ })
      .first()
      .waitFor({ state: 'detached' });
  }

  /** Chooses options of a list; the first by one click where one is chosen only. */
  async choose(label: string, option: string | RegExp): Promise<void> {
    await this.page.getByRole('combobox', { name: label, exact: true }).click();
    await this.page.getByRole('option', { name: option }).first().click();
  }

  /** Ticks or unticks entries of a list of several, and closes it. */
  async toggle(label: string, options: readonly string[]): Promise<void> {
    const list = this.page.getByRole('combobox', { name: label, exact: true });
    await list.click();
    for (const name of options) await this.page.getByRole('menuitemcheckbox', { name, exact: true }).click();
    await this.page.keyboard.press('Escape');
  }

  async toast(text: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Notifications' }).getByText(text).first().waitFor();
  }

  /** Waits until no colour is on its way to another: half-way a contrast says nothing. */
  async #settled(): Promise<void> {
    await this.page.evaluate(async () => {
      const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      await Promise.all(transitions.map(({ finished }) => finished.catch(() => undefined)));
    });
  }

  /** No serious finding of axe on what is shown; Fluent's focus sentinels are hidden on purpose. */
  async accessible(what: string): Promise<void> {
    await this.#settled();
    await this.page.evaluate(axe.source);
    const findings = await this.page.evaluate(async () => {
      const { axe: judge } = globalThis as unknown as {
        readonly axe: {
          run(context: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
        };
      };
      const { violations } = await judge.run({ exclude: [['[data-tabster-dummy]']] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
    });
    assert.deepEqual(findings, [], what);
  }

  /** A fault that the test brought about; it fails when there is none. */
  expected(fault: RegExp): void {
    const at = this.#faults.findIndex((each) => fault.test(each));
    assert.notEqual(at, -1, `no fault like ${fault}`);
    this.#faults.splice(at, 1);
  }

  /** What went wrong unseen since the last call. */
  quiet(): void {
    assert.deepEqual(this.#faults.splice(0), []);
  }
}
