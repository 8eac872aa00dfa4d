/**
 * Every published template of the collected corpus, deployed unmodified and fired by its trigger in the sandbox.
 *
 * The counts are a ratchet: they never fall. `npm run corpus` shows the table they are taken from.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playCorpus } from '../../tools/corpus/play-corpus.ts';
import { type Judgement, shares } from '../../tools/corpus/judge.ts';
import { missingCorpus, publishedTemplates } from '../../tools/corpus/published.ts';

const least = { deployed: 102, succeeded: 73, explained: 111 };

test('published playbooks deploy, run, and fail for no reason of ours more often than before', {
  skip: missingCorpus,
}, async (context) => {
  const judgements = await playCorpus(publishedTemplates());
  const count = (fits: (one: Judgement) => boolean): number => judgements.filter(fits).length;
  const ours = judgements.filter(({ outcome }) => outcome === 'ours').map(({ file, cause }) => `${file}: ${cause}`);
  for (const line of ours) context.diagnostic(line.slice(0, 300));
  for (const { group, percent } of shares(judgements)) {
    context.diagnostic(`${group}: ${percent.toFixed(1)} % without a failure by us`);
    assert.ok(percent >= (group === 'others' ? 85 : 95), `${group}: ${percent} %`);
  }
  assert.ok(judgements.length > 100, `${judgements.length} templates`);
  assert.ok(count(({ deployed }) => deployed) >= least.deployed, 'deployed');
  assert.ok(count(({ outcome }) => outcome === 'succeeded') >= least.succeeded, 'succeeded');
  assert.ok(count(({ outcome }) => outcome !== 'ours') >= least.explained, ours.join('\n'));
});
