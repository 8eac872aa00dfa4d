/** Entry file of `#foundation`: the words everything else shares. */
export * from './arm-call.ts';
export * from './arm-ids.ts';
export * from './clock.ts';
export * from './content.ts';
export * from './event-hubs.ts';
export * from './fault-codes.data.ts';
export * from './faults.ts';
export * from './ip-address.ts';
export * from './json.ts';
export * from './line-splitter.ts';
export * from './log.ts';
export * from './log-rows.ts';
export * from './outbound.ts';
export * from './policy-records.ts';
export * from './random.ts';
export * from './store.ts';
export * from './uuid5.ts';
