/**
 * `GET /tocsin/v1/templates`: the gallery of playbooks.
 *
 * Owns: the mapping. Source: own API reference, templates.
 */
import type { ArmRequest, Json } from '#foundation';
import { listGallery, readGalleryTemplate } from '#service';
import type { Permission, Route } from '../../route.ts';

const filters = ['category', 'trigger', 'connector', 'search'] as const;

function filterOf({ query }: ArmRequest) {
  return Object.fromEntries(filters.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
}

/** What ships with the product is nobody's, but only those who may sign in need it. */
const permission: Permission = { signedIn: true };

export const templateRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/tocsin/v1/templates',
    permission,
    handle: ({ request }) => ({
      status: 200,
      body: { value: listGallery(filterOf(request)) as unknown as Json },
    }),
  },
  {
    method: 'GET',
    pattern: '/tocsin/v1/templates/{name}',
    permission,
    handle: ({ path }) => ({ status: 200, body: readGalleryTemplate(path.name ?? '') as unknown as Json }),
  },
];
