/** One command over many resources: a few at a time, with one notice that counts. */
import { asArmError } from '../api/arm-error.ts';
import { notify, updateNotice } from './notifications.ts';
import { refreshAll } from './query-client.ts';

const atATime = 6;

export interface BulkWords {
  /** `Enabling 3 automations` */
  readonly doing: string;
  /** `3 automations were enabled` */
  readonly done: string;
}

/** Runs `act` for each item. Answers the items that failed. One item alone says its result by `doneOne` itself. */
export async function inBulk<T>(items: readonly T[], words: BulkWords, act: (item: T) => Promise<void>): Promise<T[]> {
  const failed: { readonly item: T; readonly message: string }[] = [];
  const id = notify({ kind: 'progress', title: words.doing, progress: 0 });
  let done = 0;
  const queue = [...items];
  const work = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await act(item);
      } catch (error) {
        failed.push({ item, message: asArmError(error).message });
      }
      done += 1;
      const failures = failed.length === 0 ? '' : `, ${failed.length} failed`;
      updateNotice(id, { progress: done / items.length, text: `${done} of ${items.length} done${failures}` });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, work));
  if (failed.length === 0) updateNotice(id, { kind: 'success', title: words.done, text: '' });
  else {
    const text = [...new Set(failed.map(({ message }) => message))].slice(0, 3).join(' ');
    const title = `${words.doing}: ${failed.length} of ${items.length} failed`;
    const again = failed.map(({ item }) => item);
    const retry = (): void => {
      updateNotice(id, { kind: 'info', retry: undefined });
      void inBulk(again, { ...words, doing: `${words.doing}, ${again.length} again` }, act).then(refreshAll);
    };
    updateNotice(id, { kind: 'failure', title, text, retry });
  }
  return failed.map(({ item }) => item);
}
