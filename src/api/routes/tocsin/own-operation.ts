/** What a call outside Azure's contracts takes and answers, in words: the shape of the table's rows. */
export interface OwnOperation {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly tag:
    | 'Ingestion'
    | 'Inventory'
    | 'Automations'
    | 'Templates'
    | 'Logs'
    | 'Overview'
    | 'Runs'
    | 'Sandbox'
    | 'Connectors'
    | 'Identity'
    | 'Server';
  /** One sentence: what the call does. */
  readonly summary: string;
  /** Query parameters with their meaning; a name that ends in `!` is required. */
  readonly query?: Readonly<Record<string, string>>;
  /** Members of the body with their JSON type and meaning (`string: …`); a name that ends in `!` is required. */
  readonly body?: Readonly<Record<string, string>>;
  /** Media types of the body when it is not JSON alone. */
  readonly consumes?: readonly string[];
  readonly status: number;
  /** Members of the answer; absent where it has no body. */
  readonly answer?: Readonly<Record<string, string>>;
  /** Works without a token. */
  readonly open?: true;
}

/** Of every list that comes in pages. */
export const paging = {
  $top: 'how many, 100 unless told, at most 1,000',
  $skiptoken: 'opaque; from the nextLink of the page before',
} as const;

export const list = { value: 'array: the page', nextLink: 'string: the next page; absent on the last one' } as const;
