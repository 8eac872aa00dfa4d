/**
 * The tables of Resource Graph as one query sees them.
 *
 * Owns: names (found whatever their case) and which rows the caller may see. Does not own: what is in a table
 * (`graph-inventory.ts`, `graph-security.ts`, `graph-authorization.ts`).
 *
 * Invariants
 * GC1. No row leaves here that the caller may not read.
 */
import { textMember } from '#foundation';
import type { Catalog, KqlTable, PushedCondition } from '#query';
import { authorizationDocuments, policyDocuments } from './graph-authorization.ts';
import { containerDocuments, inventoryDocuments } from './graph-inventory.ts';
import { type GraphReading, GraphRights } from './graph-reading.ts';
import { graphColumns, type GraphDocument, graphRow } from './graph-row.ts';
import { securityDocuments } from './graph-security.ts';
import { emptyGraphTables } from './graph-tables.data.ts';

type Source = (reading: GraphReading, conditions: readonly PushedCondition[]) => Iterable<GraphDocument>;

const sources: Readonly<Record<string, Source>> = {
  Resources: inventoryDocuments,
  ResourceContainers: containerDocuments,
  SecurityResources: securityDocuments,
  PolicyResources: policyDocuments,
  AuthorizationResources: authorizationDocuments,
  ...Object.fromEntries(emptyGraphTables.map((name): [string, Source] => [name, () => []])),
};

const names: ReadonlyMap<string, string> = new Map(Object.keys(sources).map((name) => [name.toLowerCase(), name]));

/** The tables, over what the caller may read. */
export function graphCatalog(reading: GraphReading): Catalog {
  const rights = new GraphRights(reading.allowed);
  return {
    names: () => [...names.values()],
    table: (given) => {
      const name = names.get(given.toLowerCase());
      const source = name === undefined ? undefined : sources[name];
      return name === undefined || source === undefined ? undefined : tableOf(name, source, reading, rights);
    },
  };
}

function tableOf(name: string, source: Source, reading: GraphReading, rights: GraphRights): KqlTable {
  return {
    name,
    columns: graphColumns,
    *rows({ conditions }) {
      for (const each of source(reading, conditions)) {
        const { document, open } = each;
        if (open === true || rights.mayRead(textMember(document, 'type') ?? '', textMember(document, 'id') ?? '')) {
          yield graphRow(each, reading.tenantId);
        }
      }
    },
  };
}
