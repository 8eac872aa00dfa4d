/**
 * `GET /schemas/*.json`: the schemas of event bodies, for people who build logic apps.
 *
 * Owns: the mapping. Source: own API reference, ingestion.
 */
import type { JsonObject } from '#foundation';
import type { Route } from '../../route.ts';
import { recommendationSchema, regulatoryComplianceSchema, securityAlertSchema } from './event-schemas.data.ts';

const schemas: Readonly<Record<string, JsonObject>> = {
  'security-alert.json': securityAlertSchema,
  'recommendation.json': recommendationSchema,
  'regulatory-compliance.json': regulatoryComplianceSchema,
};

export const schemaRoutes: readonly Route[] = Object.entries(schemas).map(([name, schema]) => ({
  method: 'GET',
  pattern: `/schemas/${name}`,
  permission: { open: 'published descriptions of event bodies hold nothing of anybody' },
  handle: () => ({ status: 200, body: schema }),
}));
