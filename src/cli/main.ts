/**
 * The command line: finds the command, runs it, ends with its code.
 *
 * Owns: help, the table of commands, what an error looks like and which code it gives.
 * Does not own: what commands do (`commands/*.ts`), `serve` (the launcher starts the server itself).
 *
 * Invariants
 * M1. Exit codes: 0 done, 1 refused or failed, 2 wrong use.
 * M2. With `--output json` standard output holds JSON only; everything said to people goes to standard error.
 */
import process from 'node:process';
import { TocsinError } from '#foundation';
import { CommandLine, UsageError } from './command-line.ts';
import { type Command, RequestError } from './command.ts';
import { activityCommand } from './commands/activity.ts';
import { automationsCommand } from './commands/automations.ts';
import { backtestCommand } from './commands/backtest.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { deployCommand } from './commands/deploy.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { explainCommand } from './commands/explain.ts';
import { failoverCommand } from './commands/failover.ts';
import { matchCommand } from './commands/match.ts';
import { outboxCommand } from './commands/outbox.ts';
import { principalCommand } from './commands/principal.ts';
import { runsCommand } from './commands/runs.ts';
import { sendCommand } from './commands/send.ts';
import { directoryCommand } from './commands/directory.ts';
import { inventoryCommand } from './commands/import.ts';
import { linkCommand } from './commands/link.ts';
import { subscriptionCommand } from './commands/subscription.ts';
import { queryCommand } from './commands/query.ts';
import { tablesCommand } from './commands/tables.ts';
import { templatesCommand } from './commands/templates.ts';
import { tokenCommand } from './commands/token.ts';
import { userCommand } from './commands/user.ts';
import { paint } from './terminal.ts';

const commands: readonly Command[] = [
  sendCommand,
  deployCommand,
  templatesCommand,
  automationsCommand,
  explainCommand,
  doctorCommand,
  backtestCommand,
  failoverCommand,
  runsCommand,
  outboxCommand,
  queryCommand,
  tablesCommand,
  evalCommand,
  matchCommand,
  subscriptionCommand,
  linkCommand,
  inventoryCommand,
  directoryCommand,
  activityCommand,
  userCommand,
  principalCommand,
  tokenCommand,
  backupCommand,
  restoreCommand,
];

const general = `Options everywhere:
  --url URL            the server (TOCSIN_URL; default http://127.0.0.1:7070)
  --token TOKEN        a bearer token, or for send an ingestion key (TOCSIN_TOKEN; default: the admin token in the data folder)
  --data DIR           the data folder the token is read from (TOCSIN_DATA; default .tocsin)
  --output json|table  what to write on standard output (default table)`;

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length), 'serve'.length) + 2;
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return [
    'tocsin COMMAND …: workflow automation for security alerts',
    '',
    `  ${'serve'.padEnd(width)}start the server (tocsin serve --help lists its options)`,
    ...lines,
    '',
    general,
    '',
    'tocsin COMMAND --help tells more about a command.',
  ].join('\n');
}

async function run(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${help()}\n`);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    throw new UsageError(`There is no command '${name}'. 'tocsin --help' lists the commands.`);
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.usage}\n\n${general}\n`);
    return 0;
  }
  return command.run(new CommandLine(rest, command.options));
}

function describe(error: unknown): string {
  if (error instanceof RequestError || error instanceof UsageError) return error.message;
  if (error instanceof TocsinError) return `${error.fault.code}: ${error.fault.message}`;
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${paint('red', 'error')} ${describe(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
