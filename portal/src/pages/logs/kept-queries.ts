/** The queries that this browser keeps. */
import { keptCell } from '../../data/store.ts';
import { type KeptQueries, noQueries } from '../../model/query-history.ts';

export const keptQueries = keptCell<KeptQueries>('tocsin.queries', noQueries);

/** What stood in the editor last, of each kind of question. */
export const lastTexts = keptCell<Readonly<Record<string, string>>>('tocsin.queryText', {});
