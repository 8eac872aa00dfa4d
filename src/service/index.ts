/** Entry file of `#service`: the use cases and what they are given. One line per file, in alphabetical order. */
export * from './access-control.ts';
export * from './callback-urls.ts';
export * from './check-containers.ts';
export * from './commit-feed.ts';
export * from './fire-trigger.ts';
export * from './plan-cache.ts';
export * from './request-trigger.ts';
export * from './role-definition-resource.ts';
export * from './run-names.ts';
export * from './save-workflow.ts';
export * from './secrets.ts';
export * from './services.ts';
export * from './stored-plans.ts';
export * from './workflow-parameters.ts';
export * from './workflow-resource.ts';
