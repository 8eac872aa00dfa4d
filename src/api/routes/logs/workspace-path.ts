/** The path of a workspace in Azure Resource Manager. Owns: the pattern, the id that a call names. */
import { segment } from '../../call-values.ts';
import type { RouteCall } from '../../route.ts';

export const workspacePattern =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{workspace}';

export function workspaceIdOf(call: RouteCall): string {
  return `/subscriptions/${segment(call, 'subscription')}/resourceGroups/${segment(call, 'group')}/providers/Microsoft.OperationalInsights/workspaces/${segment(call, 'workspace')}`;
}
