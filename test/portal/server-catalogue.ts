/** What the server lists and describes of its connectors, as a designer reads it. */
import { connectors } from '#connectors';
import { operationList, swaggerOf } from '#service';
import type { ListedOperation } from '../../portal/src/designer/catalogue/catalogue.ts';
import type { ApiDocument } from '../../portal/src/designer/catalogue/connector-forms.ts';

const asRead = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;

export const serverApis = connectors.map(({ name, displayName, brandColor }) => ({
  name,
  title: displayName,
  colour: brandColor,
}));

export const serverOperations = asRead<readonly ListedOperation[]>(connectors.flatMap(operationList));

export const serverDocuments: ReadonlyMap<string, ApiDocument> = new Map(
  connectors.map((connector) => [connector.name, asRead<ApiDocument>(swaggerOf(connector))]),
);
