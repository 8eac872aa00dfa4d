/** Entry file of `#connectors`: how outside systems are spoken to. */
export * from './address-guard.ts';
export { BoundedWork } from './bounded/bounded-work.ts';
export { type EntraCredentials, type EntraToken, EntraTokens } from './entra-tokens.ts';
export * from './event-hub-client.ts';
export * from './http-message.ts';
export * from './managed-apis.data.ts';
export * from './message-body.ts';
export * from './operation-example.ts';
export * from './operation-examples.ts';
export * from './outbound-client.ts';
export { Proxies } from './proxies.ts';
export { type ContentTransfer, sendInPieces } from './ranged-transfer.ts';
