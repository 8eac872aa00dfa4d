/** `tocsin send`: events from files, folders or standard input into the server. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { isJsonArray, type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { note, paint, say, table } from '../terminal.ts';

/** Files of a folder are sent in the order of their names; other files as they were given. */
function filesOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (word === '-' || !statSync(word).isDirectory()) return [word];
    return readdirSync(word)
      .filter((name) => /\.(json|ndjson|jsonl)(\.gz)?$/i.test(name))
      .sort()
      .map((name) => join(word, name));
  });
}

interface Tally {
  accepted: number;
  duplicates: number;
  readonly rejected: Json[];
  readonly events: Json[];
}

function add(tally: Tally, body: Json | undefined, file: string): void {
  tally.accepted += Number(memberOf(body, 'accepted') ?? 0);
  tally.duplicates += Number(memberOf(body, 'duplicates') ?? 0);
  const rejected = memberOf(body, 'rejected');
  const events = memberOf(body, 'events');
  if (isJsonArray(rejected)) tally.rejected.push(...rejected.map((one) => ({ file, ...(one as JsonObject) })));
  if (isJsonArray(events)) tally.events.push(...events);
}

async function run(line: CommandLine): Promise<number> {
  if (line.words.length === 0) throw new UsageError("send needs files, folders, or '-' for standard input.");
  const client = new Client(line);
  const subscription = line.text('subscription');
  const query = {
    format: line.text('format') ?? 'auto',
    ...(subscription === undefined ? {} : { subscriptionId: subscription }),
  };
  const tally: Tally = { accepted: 0, duplicates: 0, rejected: [], events: [] };
  const files = filesOf(line.words);
  for (const [index, file] of files.entries()) {
    const bytes = readFileSync(file === '-' ? 0 : file);
    if (process.stderr.isTTY && files.length > 1)
      process.stderr.write(`\r${index + 1}/${files.length} ${file}\u001b[K`);
    const answer = await client.send('/ingest/v1/events', {
      method: 'POST',
      query,
      text: bytes,
      contentType: 'application/json',
    });
    add(tally, answer.body, file);
  }
  if (process.stderr.isTTY && files.length > 1) note('');
  show(line, tally);
  return tally.rejected.length === 0 ? 0 : 1;
}

function show(line: CommandLine, tally: Tally): void {
  if (line.json) {
    say(stringifyJson({ ...tally }));
    return;
  }
  const rows = tally.events.map((event) => {
    const runs = memberOf(event, 'runs');
    const names = isJsonArray(runs)
      ? runs.map((run) => (typeof run === 'string' ? (run.split('/').at(-3) ?? '') : ''))
      : [];
    const duplicate = memberOf(event, 'duplicate') === true ? paint('gray', 'duplicate') : '';
    return [
      textMember(event, 'kind') ?? '',
      (textMember(event, 'id') ?? '').split('/').at(-1) ?? '',
      names.join(', ') || duplicate,
    ];
  });
  if (rows.length > 0) say(table(['KIND', 'EVENT', 'STARTED'], rows));
  for (const one of tally.rejected) {
    const at = `${textMember(one, 'file') ?? ''}[${String(Number(memberOf(one, 'index') ?? 0))}]`;
    say(`${paint('red', 'rejected')} ${at} ${textMember(one, 'code') ?? ''}: ${textMember(one, 'message') ?? ''}`);
  }
  say(`${tally.accepted} accepted, ${tally.duplicates} duplicates, ${tally.rejected.length} rejected`);
}

export const sendCommand: Command = {
  name: 'send',
  summary: 'send alerts, recommendations and other events',
  usage: `tocsin send FILE… [--format auto] [--subscription ID]

Files hold a JSON object, an array, or one object per line; a folder sends its .json and .ndjson files; '-' reads standard input.
Formats: auto, tocsin, ocsf, asff, falco, wazuh, suricata, elastic, sigma, trivy, prowler, graph, cloudevents.`,
  options: { format: 'string', subscription: 'string' },
  run,
};
