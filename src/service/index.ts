/** Entry file of `#service`: the use cases and what they are given. One line per file, in alphabetical order. */
export * from './access-control.ts';
export * from './check-containers.ts';
export * from './commit-feed.ts';
export * from './plan-cache.ts';
export * from './role-definition-resource.ts';
export * from './secrets.ts';
export * from './services.ts';
