/** Entry file of `#query`: filters and queries over what is stored. */
export * from './filter.ts';
export * from './filter-syntax.ts';
