/** `tocsin send`: events from files, folders or standard input into the server, once or for as long as the files grow. */
import process from 'node:process';
import { type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { stateFolder } from '../sending/cursors.ts';
import { EventSender, type Receipt, reasonOf, runsOf } from '../sending/event-sender.ts';
import { followFiles } from '../sending/follow-files.ts';
import { Progress } from '../sending/progress.ts';
import { filesOf, newTally, sendFiles, type Tally, totalSize } from '../sending/send-files.ts';
import { note, paint, say, table } from '../terminal.ts';

async function run(line: CommandLine): Promise<number> {
  if (line.words.length === 0) throw new UsageError("send needs files, folders, or '-' for standard input.");
  return line.flag('follow') ? follow(line) : send(line);
}

function queryOf(line: CommandLine): Readonly<Record<string, string>> {
  const subscription = line.text('subscription');
  return {
    format: line.text('format') ?? 'auto',
    ...(subscription === undefined ? {} : { subscriptionId: subscription }),
    ...(line.flag('create-subscriptions') ? { unknownSubscription: 'create' } : {}),
  };
}

function cursorsOf(line: CommandLine): { readonly folder: string; readonly target: string } {
  return { folder: line.text('state') ?? stateFolder(), target: `${line.url} ${stringifyJson(queryOf(line))}` };
}

// --- Once -------------------------------------------------------------------------------------------------------

/** Seconds for which a server that cannot be reached is waited for. */
const usualRetrySeconds = 60;

async function send(line: CommandLine): Promise<number> {
  for (const name of ['from-end', 'rejected']) {
    if (line.flag(name) || line.text(name) !== undefined) throw new UsageError(`--${name} goes with --follow.`);
  }
  const files = filesOf(line.words);
  const progress = new Progress(totalSize(files));
  const sender = new EventSender(new Client(line), {
    query: queryOf(line),
    retrySeconds: line.count('retry-for') ?? usualRetrySeconds,
    onWait: (reason, seconds) => progress.waiting(`waiting ${seconds.toFixed(1)} s: ${reason}`),
  });
  const tally = newTally();
  const cursors = line.flag('resume') ? { cursors: cursorsOf(line) } : {};
  try {
    await sendFiles({ files, sender, progress, ...cursors }, tally);
  } catch (error) {
    progress.end();
    if (tally.accepted + tally.duplicates > 0) note(summaryOf(tally));
    throw error;
  }
  progress.end();
  show(line, tally);
  return tally.rejected.length + tally.failed.length === 0 ? 0 : 1;
}

function show(line: CommandLine, tally: Tally): void {
  if (line.json) {
    const { discarded, omitted, failed, ...rest } = tally;
    say(
      stringifyJson({
        ...rest,
        ...(discarded === 0 ? {} : { discarded }),
        ...(omitted === 0 ? {} : { omitted }),
        ...(failed.length === 0 ? {} : { failed: failed.map((one) => ({ ...one })) }),
      }),
    );
    return;
  }
  const rows = tally.events.slice(0, shownRows).map(eventRow);
  if (rows.length > 0) say(table(['KIND', 'EVENT', 'STARTED'], rows));
  if (tally.events.length > shownRows) say(`… and ${tally.events.length - shownRows} more`);
  for (const one of tally.rejected.slice(0, shownRows)) {
    const at = `${textMember(one, 'file') ?? ''}[${String(Number(memberOf(one, 'index') ?? 0))}]`;
    say(`${paint('red', 'rejected')} ${at} ${reasonOf(one)}`);
  }
  if (tally.rejected.length > shownRows) say(`… and ${tally.rejected.length - shownRows} more rejected`);
  for (const { file, message } of tally.failed) say(`${paint('red', 'refused')} ${file} ${message}`);
  say(summaryOf(tally));
}

/** Rows of a table that a person still reads. */
const shownRows = 100;

function summaryOf({ accepted, duplicates, discarded, rejected }: Tally): string {
  const left = discarded === 0 ? '' : `, ${discarded} that are no events`;
  return `${accepted} accepted, ${duplicates} duplicates, ${rejected.length} rejected${left}`;
}

function eventRow(event: Json): readonly string[] {
  const names = runsOf(event).map((run) => (typeof run === 'string' ? (run.split('/').at(-3) ?? '') : ''));
  const duplicate = memberOf(event, 'duplicate') === true ? paint('gray', 'duplicate') : '';
  return [
    textMember(event, 'kind') ?? '',
    (textMember(event, 'id') ?? '').split('/').at(-1) ?? '',
    names.join(', ') || duplicate,
  ];
}

// --- For as long as they grow -----------------------------------------------------------------------------------

async function follow(line: CommandLine): Promise<number> {
  if (line.flag('resume'))
    throw new UsageError('--follow always goes on where it ended; --resume is for sending once.');
  if (line.words.includes('-')) throw new UsageError("--follow takes files, not '-'.");
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const sender = new EventSender(new Client(line), {
    query: queryOf(line),
    retrySeconds: line.count('retry-for') ?? Number.POSITIVE_INFINITY,
    onWait: waitNotes(),
    signal: stop.signal,
  });
  const rejectedFile = line.text('rejected');
  await followFiles({
    files: line.words,
    sender,
    cursors: cursorsOf(line),
    fromEnd: line.flag('from-end'),
    ...(rejectedFile === undefined ? {} : { rejectedFile }),
    onReceipt: (file, receipt) => showReceipt(line, file, receipt),
    onNote: note,
    signal: stop.signal,
  });
  return 0;
}

/** Says once that the server is not there, and not again within a minute. */
function waitNotes(): (reason: string) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (reason) => {
    const now = performance.now();
    if (now - saidAt < 60_000) return;
    saidAt = now;
    note(`waiting for the server: ${reason}`);
  };
}

function showReceipt(line: CommandLine, file: string, receipt: Receipt): void {
  const { accepted, duplicates, discarded, rejected, runs, events } = receipt;
  if (line.json) {
    const counts: JsonObject = { file, accepted, duplicates, discarded, runs };
    say(stringifyJson({ ...counts, rejected: [...rejected], events: [...events] }));
  } else if (accepted + duplicates > 0) {
    say(`${file}: ${accepted} accepted, ${duplicates} duplicates, ${runs} runs started`);
  }
}

export const sendCommand: Command = {
  name: 'send',
  summary: 'send alerts, recommendations and other events',
  usage: `tocsin send FILE… [--format auto] [--subscription ID] [--resume] [--retry-for SECONDS]
tocsin send --follow FILE… [--format auto] [--subscription ID] [--from-end] [--rejected FILE]

Files hold a JSON object, an array, or one object per line, compressed with gzip or not; a folder sends its .json, .jsonl and
.ndjson files; '-' reads standard input. Lines are sent in groups, so a file may have any length. What the server cannot take
at once is sent again for --retry-for seconds (60). --resume leaves out what an interrupted sending has already sent.

--follow sends what is in the files and then every line that is added to them, until it is stopped. It goes on where it
ended, survives rotation by renaming and by copying, and waits for a server that is away. --from-end leaves out what is in
a file that was never followed; --rejected appends lines that the server rejects to a file.

--subscription ID is for events that name none; --create-subscriptions makes a local subscription for each unknown one.
Places in files are kept in --state DIR (default $XDG_STATE_HOME/tocsin or ~/.local/state/tocsin).
Formats: auto, tocsin, ocsf, asff, falco, wazuh, suricata, elastic, sigma, trivy, prowler, graph, cloudevents.`,
  options: {
    format: 'string',
    subscription: 'string',
    'create-subscriptions': 'boolean',
    follow: 'boolean',
    resume: 'boolean',
    'from-end': 'boolean',
    rejected: 'string',
    state: 'string',
    'retry-for': 'string',
  },
  run,
};
