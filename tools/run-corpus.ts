/**
 * Deploys every template of the collected corpus, unmodified, into a fresh server in the sandbox, fires each logic app by its
 * trigger and prints what came of it.
 *
 *   npm run corpus                   all templates
 *   npm run corpus -- jira teams     those whose path contains one of the words
 *
 * Ends with 1 when a template fails by us.
 */
import process from 'node:process';
import { playCorpus } from './corpus/play-corpus.ts';
import { type Judgement, type Outcome, shares } from './corpus/judge.ts';
import { missingCorpus, publishedTemplates } from './corpus/published.ts';

const words: Readonly<Record<Outcome, string>> = {
  succeeded: 'Succeeded',
  own: 'own logic',
  refused: 'refused',
  ours: 'BY US',
};

function row({ file, deployed, triggers, fired, outcome, cause }: Judgement): string {
  const name = (file.split('/').at(-1) ?? file).replace('.json', '').slice(0, 56).padEnd(56);
  const runs = deployed ? `${fired}/${triggers}` : '-';
  return `${name}  ${deployed ? 'yes' : 'no '}  ${runs.padEnd(5)}  ${words[outcome].padEnd(9)}  ${cause.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
}

async function main(only: readonly string[]): Promise<number> {
  if (missingCorpus !== false) {
    console.error(missingCorpus);
    return 2;
  }
  const templates = publishedTemplates().filter(
    ({ file }) => only.length === 0 || only.some((word) => file.includes(word)),
  );
  console.log(`${'template'.padEnd(56)}  dep  fired  outcome    cause`);
  const judgements = await playCorpus(templates, (judgement) => console.log(row(judgement)));
  const count = (outcome: Outcome): number => judgements.filter((one) => one.outcome === outcome).length;
  const deployed = judgements.filter((one) => one.deployed).length;
  console.log(
    `${judgements.length} templates: ${deployed} deployed, ${count('succeeded')} succeeded, ${count('own')} failed by their own logic, ` +
      `${count('refused')} refused as published, ${count('ours')} failed by us`,
  );
  for (const { group, templates: all, explained, percent } of shares(judgements))
    console.log(`${group}: ${explained} of ${all} without a failure by us (${percent.toFixed(1)} %)`);
  return count('ours') === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
