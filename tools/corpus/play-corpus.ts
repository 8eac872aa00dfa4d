/** Plays templates one after the other against one fresh server in the sandbox, with its clocks sped up, and judges each. */
import { TocsinServer } from '../../test/e2e/tocsin-server.ts';
import { judge, type Judgement } from './judge.ts';
import { play, prepareEstate } from './play.ts';
import type { PublishedTemplate } from './published.ts';

/** How much faster than the world the server's clocks run: delays of minutes take part of a second. */
const timeScale = '200';

export async function playCorpus(
  templates: readonly PublishedTemplate[],
  tell: (judgement: Judgement) => void = () => {},
): Promise<readonly Judgement[]> {
  const server = new TocsinServer(['--empty', '--sandbox'], { TOCSIN_TIME_SCALE: timeScale });
  try {
    await server.start();
    await prepareEstate(server);
    const judgements: Judgement[] = [];
    for (const [index, template] of templates.entries()) {
      const played = await play(server, template, groupOf(template, index));
      const judgement = judge(template, played);
      judgements.push(judgement);
      tell(judgement);
    }
    return judgements;
  } finally {
    await server.remove();
  }
}

/** Every template in a group of its own, but for those that send to one another's batches. */
function groupOf({ text }: PublishedTemplate, index: number): string {
  return /"type":\s*"(Batch|SendToBatch)"/.test(text) ? 'rg-corpus-batches' : `rg-corpus-${index + 1}`;
}
