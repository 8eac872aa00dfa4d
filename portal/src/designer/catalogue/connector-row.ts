/**
 * What can be called of the connectors, as the picker lists it and the forms ask for it.
 *
 * A request is a list of names: `*` must be given, `a.b` is within the body's `a`, `?a` is a query, `#a` a header, `=` the whole
 * body; behind `:` stands what it is, or the values to choose from. An answer is a list of paths, `[]` for each item of a list.
 * Path parameters are those in braces. Source: connectors reference 2 and 3.
 */
export type ConnectorKind = 'action' | 'webhookAction' | 'webhookTrigger' | 'notificationTrigger' | 'pollingTrigger';

export type ConnectorRow = readonly [
  api: string,
  kind: ConnectorKind,
  method: string,
  path: string,
  title: string,
  request: string,
  answer: string,
];
