/** Machines and machine actions of Microsoft Defender for Endpoint: an action is pending, then in progress, then done. */
import type { JsonObject } from '#foundation';
import type { FakeRoute } from './service.ts';

/** @param machines by id or DNS name. */
export function defenderForEndpoint(
  guard: (route: FakeRoute) => FakeRoute,
  machines: Readonly<Record<string, JsonObject>>,
): Readonly<Record<string, FakeRoute>> {
  const actions = new Map<string, { readonly type: string; asked: number }>();
  const notFound = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'Machine was not found' } } };
  const statuses = ['Pending', 'InProgress', 'Succeeded'] as const;
  const begun =
    (type: string): FakeRoute =>
    ({ body }, [id = '']) => {
      if (machines[id] === undefined) return notFound;
      if (((body as JsonObject | null)?.['Comment'] ?? '') === '')
        return { status: 400, body: { error: { code: 'InvalidRequestBody', message: 'Comment is required' } } };
      const action = `action-${actions.size + 1}`;
      actions.set(action, { type, asked: 0 });
      return { status: 201, body: { id: action, type, status: 'Pending', machineId: id } };
    };
  return {
    'GET /api/machines/{}': guard((_, [id = '']) => {
      const machine = machines[id];
      return machine === undefined ? notFound : { body: machine };
    }),
    'POST /api/machines/{}/isolate': guard(begun('Isolate')),
    'POST /api/machines/{}/collectInvestigationPackage': guard(begun('CollectInvestigationPackage')),
    'GET /api/machineactions/{}': guard((_, [id = '']) => {
      const action = actions.get(id);
      if (action === undefined) return notFound;
      action.asked += 1;
      return { body: { id, type: action.type, status: statuses[Math.min(action.asked - 1, 2)] ?? 'Pending' } };
    }),
    'GET /api/machineactions/{}/getPackageUri': guard((_, [id = '']) =>
      (actions.get(id)?.asked ?? 0) >= 3
        ? { body: { value: `https://packages.example.com/${id}.zip` } }
        : { status: 400, body: { error: { code: 'BadRequest', message: 'The package is not ready' } } },
    ),
  };
}
