/** Entry file of `#inventory`: resources, subscriptions and groups as values. */
export * from './embedded-children.data.ts';
export * from './embedded-children.ts';
export * from './key-lists.ts';
export * from './known-types.data.ts';
export * from './location.ts';
export * from './locations.data.ts';
export * from './merge-patch.ts';
export * from './resource-body.ts';
export * from './resource-names.ts';
export * from './resource-place.ts';
export * from './tags.ts';
export * from './type-defaults.data.ts';
export * from './type-defaults.ts';
