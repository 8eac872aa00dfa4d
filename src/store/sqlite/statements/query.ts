/** A statement whose text depends on which filters are set; texts are few, so that their prepared forms are kept. */
export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}
