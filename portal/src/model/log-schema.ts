/** What there is to ask: tables with their columns. Source: connectors reference 6. */

export interface SchemaColumn {
  readonly name: string;
  readonly type: string;
}

export interface SchemaTable {
  readonly name: string;
  readonly columns: readonly SchemaColumn[];
  /** Whether it has rows; undefined where that is not known. */
  readonly hasData?: boolean;
}

export type QueryMode = 'logs' | 'graph';

/** A saved search that queries may call. */
export interface SchemaFunction {
  readonly name: string;
  readonly parameters?: string;
  readonly body: string;
}

export interface QuerySchema {
  readonly mode: QueryMode;
  readonly tables: readonly SchemaTable[];
  readonly functions?: readonly SchemaFunction[];
}

const text = (names: string): readonly SchemaColumn[] => names.split(' ').map((name) => ({ name, type: 'string' }));
const bags = (names: string): readonly SchemaColumn[] => names.split(' ').map((name) => ({ name, type: 'dynamic' }));

/** Of every table of Resource Graph, in the order of its rows. */
const graphColumns: readonly SchemaColumn[] = [
  ...text('id name type tenantId kind location resourceGroup subscriptionId managedBy'),
  ...bags('sku plan properties tags identity zones extendedLocation'),
];

/** The tables of Resource Graph that have rows here. A test holds them to the server. */
export const graphSchema: QuerySchema = {
  mode: 'graph',
  tables: ['Resources', 'ResourceContainers', 'SecurityResources', 'PolicyResources', 'AuthorizationResources'].map(
    (name) => ({ name, columns: graphColumns, hasData: true }),
  ),
};

/** Tables with rows first, then by name; those whose name or a column of which says `words`. */
export function tablesFor(tables: readonly SchemaTable[], words: string): readonly SchemaTable[] {
  const wanted = words.trim().toLowerCase();
  const isWanted = ({ name, columns }: SchemaTable): boolean =>
    name.toLowerCase().includes(wanted) || columns.some((column) => column.name.toLowerCase().includes(wanted));
  return tables
    .filter(isWanted)
    .toSorted(
      (left, right) =>
        Number(right.hasData === true) - Number(left.hasData === true) || left.name.localeCompare(right.name),
    );
}
