/** The sandbox's mocks. Source: own API reference, "Sandbox". */
import { call, read } from '../api/http.ts';

export interface Mock {
  readonly match: Readonly<Record<string, string>>;
  readonly respond: { readonly status?: number; readonly headers?: unknown; readonly body?: unknown };
  readonly times?: number;
  readonly hits?: number;
}

const path = '/tocsin/v1/mocks';

export async function readMocks(signal?: AbortSignal): Promise<readonly Mock[]> {
  return (await read<{ readonly mocks: readonly Mock[] }>(path, signal)).mocks;
}

/** Counts of hits begin anew: they are the server's. */
export async function replaceMocks(mocks: readonly Mock[]): Promise<void> {
  const given = mocks.map(({ match, respond, times }) => ({
    match,
    respond,
    ...(times === undefined ? {} : { times }),
  }));
  await call('PUT', path, { body: { mocks: given } });
}

/** The new one is asked first. */
export async function addMock(mock: Mock): Promise<void> {
  await replaceMocks([mock, ...(await readMocks())]);
}
