/**
 * The refusals of the sign-in endpoints: OAuth's error, Azure's number and words. `{…}` is what the case fills in.
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
  scopeMissing: {
    status: 400,
    error: 'invalid_scope',
    number: 70011,
    text: "The provided value for the input parameter 'scope' is not valid. {detail}",
  },
  secretForPublicClient: {
    status: 401,
    error: 'invalid_client',
    number: 700025,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  assertionTypeUnsupported: {
    status: 401,
    error: 'invalid_client',
    number: 50013,
    text: "Assertion failed: the type '{detail}' of the client assertion is not supported.",
  },
  assertionMalformed: {
    status: 401,
    error: 'invalid_client',
    number: 50027,
    text: 'JWT token is invalid or malformed.',
  },
  assertionKeyUnknown: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    text: "Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: '{detail}']",
  },
  assertionSignatureWrong: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    text: "Client assertion contains an invalid signature. [Reason - The key was used to sign, but the signature does not verify., Thumbprint of key used by client: '{detail}']",
  },
  assertionCertificateExpired: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    text: "Client assertion contains an invalid signature. [Reason - The certificate is not within its time of validity., Thumbprint of key used by client: '{detail}']",
  },
  assertionExpired: {
    status: 401,
    error: 'invalid_client',
    number: 700024,
    text: 'Client assertion is not within its valid time range.',
  },
  assertionAudienceWrong: {
    status: 401,
    error: 'invalid_client',
    number: 700023,
    text: "Client assertion audience claim does not match Realm issuer: '{detail}'.",
  },
  assertionSubjectWrong: {
    status: 401,
    error: 'invalid_client',
    number: 700021,
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  passwordWrong: {
    status: 400,
    error: 'invalid_grant',
    number: 50126,
    text: 'Error validating credentials due to invalid username or password.',
  },
  userDisabled: {
    status: 400,
    error: 'invalid_grant',
    number: 50057,
    text: 'The user account is disabled.',
  },
  accountLocked: {
    status: 400,
    error: 'invalid_grant',
    number: 50053,
    text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  },
  grantInvalid: {
    status: 400,
    error: 'invalid_grant',
    number: 70000,
    text: "The provided value for the input parameter '{detail}' is not valid.",
  },
  grantExpired: {
    status: 400,
    error: 'invalid_grant',
    number: 70008,
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  grantRevoked: {
    status: 400,
    error: 'invalid_grant',
    number: 50173,
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  },
  codeRedeemed: {
    status: 400,
    error: 'invalid_grant',
    number: 54005,
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  verifierWrong: {
    status: 400,
    error: 'invalid_grant',
    number: 501481,
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  challengeMissing: {
    status: 400,
    error: 'invalid_request',
    number: 9002325,
    text: "Proof Key for Code Exchange is required for public clients: send 'code_challenge' with the method 'S256'.",
  },
  challengeUnsupported: {
    status: 400,
    error: 'invalid_request',
    number: 501491,
    text: "The 'code_challenge_method' must be 'S256' and the 'code_challenge' the base64url of 32 bytes.",
  },
  redirectUnknown: {
    status: 400,
    error: 'invalid_request',
    number: 50011,
    text: "The redirect URI '{detail}' specified in the request does not match the redirect URIs configured for the application.",
  },
  redirectDiffers: {
    status: 400,
    error: 'invalid_grant',
    number: 500112,
    text: 'The reply address does not match the reply address provided when requesting Authorization code.',
  },
  responseTypeUnsupported: {
    status: 400,
    error: 'unsupported_response_type',
    number: 700054,
    text: "The response_type '{detail}' is not enabled for the application; use 'code'.",
  },
  responseModeUnsupported: {
    status: 400,
    error: 'invalid_request',
    number: 900144,
    text: "The response_mode '{detail}' is not supported; use 'query', 'fragment' or 'form_post'.",
  },
  interactionNeeded: {
    status: 400,
    error: 'login_required',
    number: 50058,
    text: 'A silent sign-in request was sent but no user is signed in.',
  },
  consentDeclined: {
    status: 400,
    error: 'access_denied',
    number: 65004,
    text: 'User declined to consent to access the app.',
  },
  authorizationPending: {
    status: 400,
    error: 'authorization_pending',
    number: 70016,
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  slowDown: {
    status: 400,
    error: 'slow_down',
    number: 70016,
    text: 'OAuth 2.0 device flow error. Polling is too frequent; wait for the interval between two polls.',
  },
  deviceDeclined: {
    status: 400,
    error: 'authorization_declined',
    number: 70018,
    text: 'The user declined to sign in to the application on the device.',
  },
  deviceCodeExpired: {
    status: 400,
    error: 'expired_token',
    number: 70020,
    text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  deviceCodeUnknown: {
    status: 400,
    error: 'bad_verification_code',
    number: 70019,
    text: "The provided value for the input parameter 'device_code' is not valid.",
  },
} as const satisfies Record<
  string,
  { readonly status: number; readonly error: string; readonly number: number; readonly text: string }
>;

export type OAuthErrorName = keyof typeof oauthErrors;
