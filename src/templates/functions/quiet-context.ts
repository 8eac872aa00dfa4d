/** A context in which nothing can be looked up: for borrowing pure functions of the workflow language. */
import { contextFromJson } from '#expression';

export const quietContext = contextFromJson({});
