/**
 * Validates every template and every policy's template of the collected corpus over HTTP, asks what it would change, deploys
 * it and asks again, and prints what came of it.
 *
 *   npm run corpus:previews                   all
 *   npm run corpus:previews -- jira           those whose path contains one of the words
 *
 * What was just deployed may not change when the same is asked again, but for values that are drawn anew.
 */
import process from 'node:process';
import type { Preview } from './corpus/preview.ts';
import { previewCorpus } from './corpus/preview-corpus.ts';
import { missingCorpus } from './corpus/published.ts';

function shown(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(' ');
}

function row({ file, validated, before, state, after, cause }: Preview): string {
  const name = file.replace('.json', '').slice(-62).padEnd(62);
  const columns = [validated.padEnd(15), shown(before).padEnd(12), (state ?? '-').padEnd(9), shown(after).padEnd(24)];
  return `${name}  ${columns.join('  ')}  ${cause.replaceAll(/\s+/g, ' ').slice(0, 400)}`.trimEnd();
}

async function main(only: readonly string[]): Promise<number> {
  if (missingCorpus !== false) {
    console.error(missingCorpus);
    return 2;
  }
  console.log(`${'file'.padEnd(62)}  validate         what-if       deployed   what-if again             cause`);
  const all = await previewCorpus(only, (preview) => console.log(row(preview)));
  const count = (fits: (one: Preview) => boolean): number => all.filter(fits).length;
  console.log(
    `${all.length} files: ${count(({ validated }) => validated === 'valid')} valid, ${count(({ state }) => state === 'Succeeded')} deployed, ` +
      `${count(({ state, after }) => state === 'Succeeded' && Object.keys(after).every((kind) => kind === 'NoChange'))} unchanged when asked again`,
  );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
