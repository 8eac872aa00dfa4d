/**
 * Two questions of set-up tools: whether a resource may be called so, and which zones subscriptions share.
 * Source: `Microsoft.Resources`, 2022-12-01; the reserved words are those that Azure publishes.
 */
import { type ArmResponse, isJsonArray, memberOf, raise, textMember } from '#foundation';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { resourceVersions } from '../../versions.data.ts';

/** Not allowed as a whole name. */
const reservedNames = new Set(
  (
    'ACCESS APP_CODE APP_THEMES APP_DATA APP_GLOBALRESOURCES APP_LOCALRESOURCES APP_WEBREFERENCES APP_BROWSERS AZURE ' +
    'BING BIZSPARK BIZTALK CORTANA DIRECTX DOTNET DYNAMICS EXCEL EXCHANGE FOREFRONT GROOVE HOLOLENS HYPERV KINECT LYNC ' +
    'MSDN O365 OFFICE OFFICE365 ONEDRIVE ONENOTE OUTLOOK POWERPOINT SHAREPOINT SKYPE VISIO VISUALSTUDIO'
  ).split(' '),
);
/** Not allowed at the beginning, and anywhere, of a name. */
const reservedBeginnings = ['LOGIN', 'XBOX'];
const reservedParts = ['MICROSOFT', 'WINDOWS'];

function checkName(call: RouteCall): ArmResponse {
  const { body } = call.request;
  const name = textMember(body, 'name');
  const type = textMember(body, 'type');
  if (name === undefined || type === undefined) {
    return raise('InvalidRequestContent', "The request content was invalid: 'name' and 'type' are required.");
  }
  const key = name.toUpperCase();
  const reserved =
    reservedNames.has(key) ||
    reservedBeginnings.some((word) => key.startsWith(word)) ||
    reservedParts.some((word) => key.includes(word));
  return { status: 200, body: { name, type, status: reserved ? 'Reserved' : 'Allowed' } };
}

/** There is one machine and so no zone: nothing is shared. */
function zonePeers(call: RouteCall): ArmResponse {
  const { body } = call.request;
  const location = textMember(body, 'location');
  if (location === undefined || !isJsonArray(memberOf(body, 'subscriptionIds'))) {
    return raise(
      'InvalidRequestContent',
      "The request content was invalid: 'location' and 'subscriptionIds' are required.",
    );
  }
  const subscriptionId = segment(call, 'subscription');
  return { status: 200, body: { subscriptionId, location, availabilityZonePeers: [] } };
}

export const nameCheckRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/providers/Microsoft.Resources/checkResourceName',
    permission: { signedIn: true },
    apiVersions: resourceVersions,
    handle: checkName,
  },
  {
    method: 'POST',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Resources/checkZonePeers',
    permission: {
      action: 'Microsoft.Resources/subscriptions/locations/read',
      scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
    },
    apiVersions: resourceVersions,
    handle: zonePeers,
  },
];
