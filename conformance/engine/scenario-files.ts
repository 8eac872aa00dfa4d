/** The scenarios of this folder, file by file. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseJson } from '#foundation';
import type { ScenarioFile } from './scenario.ts';

function read(name: string): unknown {
  return parseJson(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
}

/** Scenarios that must fail, `file/name`: reason. One that passes fails the run, so the list only shrinks. */
export function expectedFailures(name: string): Map<string, string> {
  return new Map(Object.entries(read(name) as Record<string, string>));
}

export function scenarioFiles(): readonly (readonly [file: string, content: ScenarioFile])[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.json') && !name.startsWith('expected-failures'))
    .sort()
    .map((name) => [name, read(name) as ScenarioFile]);
}
