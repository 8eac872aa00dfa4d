/** What the calls around connectors take and answer, in words. Source: own API reference; connectors reference 3.1. */
import type { OwnOperation } from './own-operation.ts';

const profile = {
  endpoint: "string: the service's address where it is not the usual one: another cloud, a server of one's own",
  authorizationUrl: 'string: where people sign in; the usual one unless given',
  tokenUrl: 'string: where tokens are got; the usual one unless given',
  clientId: 'string: the application that is registered at the service',
  tenantId: 'string: the tenant people sign in at; common unless given',
  grantType: 'string: authorization_code (a person consents) or client_credentials (the application signs in)',
  scopes: 'array: what is asked for; the usual ones unless given',
  throttle: 'object: { calls, seconds }, what one connection may do in place of the usual limit of its connector',
  sharedWith: 'array: / or ids of subscriptions or groups; connections below them without credentials take this one',
} as const;

export const connectorOperations: readonly OwnOperation[] = [
  {
    method: 'GET',
    path: '/tocsin/v1/outbound',
    tag: 'Connectors',
    summary:
      'Hosts that are called now or do not answer. After twenty calls without an answer a host is left alone for fifteen seconds.',
    status: 200,
    answer: {
      value: 'array: {origin, state (closed, open, half-open), failures, underWay, openUntil?}, the worst first',
    },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/connectorProfiles',
    tag: 'Connectors',
    summary: 'Profiles of connectors: what the operator has set once for all connections of an API.',
    query: {
      $top: 'how many, 100 unless told, at most 1,000',
      $skiptoken: 'opaque; from the nextLink of the page before',
    },
    status: 200,
    answer: { value: 'array: the page, without secrets', nextLink: 'string: the next page; absent on the last one' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/connectorProfiles/{api}',
    tag: 'Connectors',
    summary: 'One profile; secrets are named, never shown.',
    status: 200,
    answer: {
      ...profile,
      api: 'string: name of the API',
      hasClientSecret: 'boolean: whether it has one',
      parameterNames: 'array: names of the values it has',
      authorised: 'boolean: whether somebody consented',
    },
  },
  {
    method: 'PUT',
    path: '/tocsin/v1/connectorProfiles/{api}',
    tag: 'Connectors',
    summary: 'Replaces a profile; secrets left out stay as they are.',
    body: {
      ...profile,
      clientSecret: "string: the application's secret",
      parameterValues: "object: values of the connector's parameters, as a connection has them",
    },
    status: 201,
    answer: { '*': 'object: the profile' },
  },
  {
    method: 'DELETE',
    path: '/tocsin/v1/connectorProfiles/{api}',
    tag: 'Connectors',
    summary: 'Deletes a profile.',
    status: 204,
  },
  {
    method: 'POST',
    path: '/tocsin/v1/connectorProfiles/{api}/consentLink',
    tag: 'Connectors',
    summary: 'Where a person signs the profile in, once for all connections that share it.',
    status: 200,
    answer: { link: 'string: to open in a browser, good for fifteen minutes' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/oauth/callback',
    tag: 'Connectors',
    summary: 'Where browsers come back from a sign-in: a page with a button, or on to the address that asked.',
    query: {
      'state!': 'of the link',
      code: 'of the service',
      error: 'why it was refused',
      error_description: 'the same in words',
    },
    status: 200,
    open: true,
  },
  {
    method: 'POST',
    path: '/tocsin/v1/oauth/callback',
    tag: 'Connectors',
    summary: 'The press of that button: the connection is signed in.',
    query: { 'state!': 'of the link', code: 'of the service' },
    status: 200,
    open: true,
  },
  {
    method: 'GET',
    path: '/tocsin/v1/answers/{question}',
    tag: 'Connectors',
    summary: 'The page of an approval mail or of a card that waits; opening it answers nothing.',
    query: { 'sig!': "the recipient's token", option: 'the option that is offered first' },
    status: 200,
    open: true,
  },
  {
    method: 'POST',
    path: '/tocsin/v1/answers/{question}',
    tag: 'Connectors',
    summary: 'Answers it: the first answer goes to the workflow that waits, later ones see it.',
    query: { 'sig!': "the recipient's token" },
    consumes: ['application/x-www-form-urlencoded'],
    body: {
      option: 'string: of a mail, the number or the text of an option',
      $action: 'string: of a card, the number of the button',
      '*': "string: of a card, its inputs' values by their ids",
    },
    status: 200,
    open: true,
  },
];
