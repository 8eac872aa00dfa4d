/** How many requests of one caller this server takes. The numbers are ours: Azure's differ by tenant and over time. */
export interface RequestLimits {
  /** Per principal and subscription; as many may come at once. */
  readonly requestReadsPerMinute: number;
  readonly requestWritesPerMinute: number;
}

export const defaultRequestLimits: RequestLimits = { requestReadsPerMinute: 6_000, requestWritesPerMinute: 3_000 };
