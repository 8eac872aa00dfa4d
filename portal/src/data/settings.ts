/** The server's settings. Source: own API reference, "Server". */
import { useQuery } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { call, read } from '../api/http.ts';
import type { Limit, Setting } from '../model/settings.ts';

export interface Certificate {
  readonly isOwn: boolean;
  readonly file: string;
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly sha256: string;
  readonly authorityFile?: string;
  readonly authority?: string;
}

export interface ServerSettings {
  readonly settings: readonly Setting[];
  readonly limits: readonly Limit[];
  readonly certificate?: Certificate;
  readonly about: {
    readonly version: string;
    readonly node: string;
    readonly platform: string;
    readonly startedOn: string;
    readonly tenantId: string;
    readonly dataFolder?: string;
  };
}

const path = '/tocsin/v1/settings';

export function useServerSettings() {
  return useQuery<ServerSettings, ArmError>({
    queryKey: ['serverSettings'],
    queryFn: ({ signal }) => read<ServerSettings>(path, signal),
    staleTime: 10_000,
  });
}

type Numbers = Readonly<Record<string, number | null>>;

/** Null goes back to the default. @throws ArmError */
export async function changeSettings(body: { readonly settings?: Numbers; readonly limits?: Numbers }): Promise<void> {
  await call('PATCH', path, { body });
}
