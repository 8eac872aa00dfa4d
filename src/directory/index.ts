/** Entry file of `#directory`: users, groups, devices and their like as values, in Microsoft Graph's shapes. */
export * from './application-sets.data.ts';
export * from './entities.ts';
export * from './entity-sets.data.ts';
export * from './faults.ts';
export * from './graph-permissions.data.ts';
export * from './query-options.ts';
