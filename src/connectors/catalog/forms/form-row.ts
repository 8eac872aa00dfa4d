/**
 * What an operation asks for and answers, as designers show it.
 *
 * A request is a list of names: `*` must be given, `a.b` is within the body's `a`, `?a` is a query, `#a` a header, `=` the whole
 * body; behind `:` stands what it is, or the values to choose from. An answer is a list of paths, `[]` for each item of a list.
 * Path parameters are those of the operation's path. Source: connectors reference 2 and 3.
 */
export type FormKind = 'action' | 'webhookAction' | 'webhookTrigger' | 'notificationTrigger' | 'pollingTrigger';

export type FormRow = readonly [
  connector: string,
  kind: FormKind,
  method: string,
  path: string,
  title: string,
  request: string,
  answer: string,
];
