/** `tocsin backup` and `tocsin restore`: copies of a data folder, on the machine that has it. */
import { resolve } from 'node:path';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { say } from '../terminal.ts';

/** The store is loaded for these two alone: it takes longer than most commands run. */
const store = () => import('#store');

function target(line: CommandLine, what: string): string {
  const [folder, ...others] = line.words;
  if (folder === undefined || others.length > 0) throw new UsageError(what);
  return resolve(folder);
}

type Counts = Awaited<ReturnType<typeof store>>['checkStore'] extends (folder: string) => infer T ? T : never;

function answer(line: CommandLine, said: string, folder: string, counts: Counts): number {
  const { runs, resources, documents } = counts;
  const text = `${said} ${folder}: ${runs} runs, ${resources} resources, ${documents} documents.`;
  say(line.json ? JSON.stringify({ folder, ...counts }) : text);
  return 0;
}

async function backup(line: CommandLine): Promise<number> {
  const folder = target(line, 'backup needs one folder to make.');
  const { backupStore, checkStore } = await store();
  await backupStore(resolve(line.dataFolder), folder);
  return answer(line, 'Backed up to', folder, checkStore(folder));
}

async function restore(line: CommandLine): Promise<number> {
  const from = target(line, 'restore needs the folder of one backup.');
  const { restoreStore } = await store();
  const folder = resolve(line.dataFolder);
  return answer(line, 'Restored to', folder, restoreStore(from, folder));
}

export const backupCommand: Command = {
  name: 'backup',
  summary: 'copy the data folder into a new folder, while the server runs or not',
  usage: `tocsin backup FOLDER [--data DIR]

FOLDER must not exist; it appears when the copy is complete, checked and on disk. It holds the keys of the data folder:
keep it as safe as that.`,
  options: {},
  run: backup,
};

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'make a data folder from a backup',
  usage: `tocsin restore FOLDER [--data DIR]

The backup is checked first. The data folder must have no store and no server; a refused restore changes nothing.`,
  options: {},
  run: restore,
};
