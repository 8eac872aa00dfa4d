/** Entry file of `#api`: the HTTP surface. */
export * from './error-envelope.ts';
export * from './exchange.ts';
export * from './listener.ts';
export { createPortal, type Portal } from './portal/portal-routes.ts';
export * from './route.ts';
export * from './router.ts';
export * from './routes/index.ts';
export * from './status.ts';
export type { OwnOperation } from './routes/tocsin/own-operation.ts';
export { ownOperations } from './routes/tocsin/own-operations.data.ts';
