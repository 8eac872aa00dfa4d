#!/usr/bin/env node
/** The command `tocsin`: `serve` starts the server in place of this process, everything else is the command line. */
import process from 'node:process';
import { launch } from './launch.mjs';

const args = process.argv.slice(2);
await (args[0] === 'serve' ? launch('src/main.ts', args.slice(1)) : launch('src/cli/main.ts', args));
