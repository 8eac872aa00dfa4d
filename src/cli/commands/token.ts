/** `tocsin token`: the token that the other commands use. */
import type { Command } from '../command.ts';
import { storedToken } from '../client.ts';
import { say } from '../terminal.ts';

export const tokenCommand: Command = {
  name: 'token',
  summary: 'print the token of the data folder',
  usage:
    'tocsin token [--data DIR]\n\nPrints the admin token: a bearer token that is Owner of everything. Keep it secret.',
  options: {},
  run: (line) => {
    const token = line.token ?? storedToken(line.dataFolder);
    say(line.json ? JSON.stringify({ token }) : token);
    return Promise.resolve(0);
  },
};
