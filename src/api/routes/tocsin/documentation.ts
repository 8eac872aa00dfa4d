/** `GET /tocsin/v1/docs`: the documents that come with the product. Owns: the mapping. Source: own API reference, overview. */
import type { Json } from '#foundation';
import { readDocumentation, searchDocumentation } from '#service';
import { parameter } from '../../call-values.ts';
import { topOf } from '../../paging.ts';
import type { Route } from '../../route.ts';

const permission = { signedIn: true } as const;
const most = 100;

export const documentationRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/tocsin/v1/docs',
    permission,
    handle: (call) => {
      const found = searchDocumentation(parameter(call, 'q') ?? '', Math.min(topOf(call.request) ?? most, most));
      return { status: 200, body: { value: found as unknown as Json } };
    },
  },
  {
    method: 'GET',
    pattern: '/tocsin/v1/docs/{rest*}',
    permission,
    handle: ({ path }) => ({ status: 200, body: readDocumentation(path.rest ?? '') as unknown as Json }),
  },
];
