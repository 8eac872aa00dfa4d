/** Entry file of `#connectors`: how outside systems are spoken to. */
export * from './message-body.ts';
