/**
 * The refusals of the token endpoint: OAuth's error, Azure's number and words. `{…}` is what the case fills in.
 * Source: published Microsoft Entra authentication error codes; ARM reference 2.1.
 */
export const oauthErrors = {
  tenantUnknown: {
    status: 400,
    error: 'invalid_request',
    number: 90002,
    text: "Tenant '{detail}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  },
  parameterMissing: {
    status: 400,
    error: 'invalid_request',
    number: 900144,
    text: "The request body must contain the following parameter: '{detail}'.",
  },
  grantUnsupported: {
    status: 400,
    error: 'unsupported_grant_type',
    number: 70003,
    text: "The app requested an unsupported grant type '{detail}'.",
  },
  assertionUnsupported: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    text: 'Client assertions (certificates, federated credentials) are not accepted; use a client secret.',
  },
  applicationUnknown: {
    status: 400,
    error: 'unauthorized_client',
    number: 700016,
    text: "Application with identifier '{detail}' was not found in the directory.",
  },
  applicationDisabled: {
    status: 401,
    error: 'invalid_client',
    number: 7000112,
    text: "Application '{detail}' is disabled.",
  },
  secretMissing: {
    status: 401,
    error: 'invalid_client',
    number: 7000218,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  secretWrong: {
    status: 401,
    error: 'invalid_client',
    number: 7000215,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{detail}'.",
  },
  secretExpired: {
    status: 401,
    error: 'invalid_client',
    number: 7000222,
    text: "The provided client secret keys for app '{detail}' are expired.",
  },
  resourceUnknown: {
    status: 400,
    error: 'invalid_resource',
    number: 500011,
    text: 'The resource principal named {detail} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant.',
  },
  deviceCodeUnsupported: {
    status: 400,
    error: 'unauthorized_client',
    number: 70002,
    text: 'The device code flow is not offered; use client credentials.',
  },
  interactiveUnsupported: {
    status: 400,
    error: 'unsupported_response_type',
    number: 700054,
    text: "The response_type '{detail}' is not offered; use client credentials.",
  },
} as const satisfies Record<
  string,
  { readonly status: number; readonly error: string; readonly number: number; readonly text: string }
>;

export type OAuthErrorName = keyof typeof oauthErrors;
