/**
 * Every route of the server: one line per table, grouped by provider. Append yours here.
 *
 * Owns: the list. The order does not matter (`route-trie.ts` Q1).
 */
import type { Route } from '../route.ts';

export const routes: readonly Route[] = [
  // Microsoft.Resources, subscriptions, tenants, generic resources
  // Microsoft.Authorization
  // Microsoft.Logic
  // Microsoft.Web
  // Microsoft.Security
  // Microsoft.PolicyInsights
  // Other providers
  // Identity: tokens, sessions, principals, keys
  // Ingestion and the rest of /tocsin/v1
];
