/**
 * What the reference says of each trigger and action beside the catalogue: its inputs, what it leaves, an example.
 * Types that are refused on save have a reason instead.
 */
import type { JsonObject } from '#foundation';

export interface OperationDocs {
  readonly summary: string;
  /** `name`, `name?` when it may be left out; what it is. */
  readonly inputs: readonly (readonly [name: string, what: string])[];
  readonly outputs: string;
  /** Codes of records and refusals that are its own. */
  readonly codes?: readonly (readonly [code: string, when: string])[];
  readonly notes?: readonly string[];
  /** One trigger or action that passes the save. */
  readonly example: JsonObject;
  /** Actions before it that the example needs. */
  readonly before?: JsonObject;
}

const httpInputs = [
  ['method', 'GET, POST, PUT, PATCH, DELETE or HEAD'],
  ['uri', 'absolute http or https address'],
  ['headers?', 'object; those of the transport are left out'],
  ['queries?', 'object, appended to the address, encoded'],
  ['body?', 'object, array or number: JSON; text: plain text; `{$content-type, $content}`: its bytes'],
  ['cookie?', 'text of the Cookie header'],
  ['authentication?', '`{type, …}`: Basic, ClientCertificate, ActiveDirectoryOAuth, Raw, ManagedServiceIdentity'],
  ['retryPolicy?', '`{type: default|none|fixed|exponential, count, interval, minimumInterval?, maximumInterval?}`'],
] as const;

const callOutputs = '`{statusCode, headers, body?}`; the code is the name of the status';
const callCodes = [
  ['OK, Created, NotFound, …', 'the status of the answer; 400 and above fail the action and keep the outputs'],
  ['UnresolvableHostName, BadRequest, GatewayTimeout', 'no answer came: Failed without outputs'],
  ['ActionTimedOut', '`limit.timeout` passed: TimedOut'],
] as const;

const connection = { host: { connection: { name: "@parameters('$connections')['office365']['connectionId']" } } };
const connectionInputs = [
  ['host.connection.name', "the connection's id, usually out of `$connections`"],
  ['method', 'as in the connector'],
  ['path', "the connector's path"],
  ['queries?, headers?, body?', 'as the operation takes them'],
  ['retryPolicy?', 'as for Http'],
] as const;

const documentInputs = [
  ['content', 'text, or the content of a file `{$content-type, $content}`; at most 67,108,864 bytes'],
] as const;
const documentCodes = [
  [
    'BadRequest',
    'not a document that is read, damaged, behind a password, too large, or reading takes longer than 30 seconds',
  ],
] as const;
const documentNotes = [
  'Read are PDF, DOCX, XLSX, PPTX, HTML and every text (plain, CSV, Markdown, JSON, XML …), by what the bytes are.',
  'Pages are those of a PDF, slides, worksheets, and the pages Word noted when it saved.',
  'Worksheets: rows as lines, cells separated by tabs, dates as ISO texts. Headers, footers and speaker notes are left out.',
] as const;

const pollCodes = [
  ['OK', 'Succeeded, starts a run'],
  ['Accepted, NoContent, …', 'another status below 400: Skipped'],
  ['NotFound, InternalServerError, …', '400 and above, after the attempts of the retry policy: Failed'],
] as const;

export const triggerDocs: Readonly<Record<string, OperationDocs>> = {
  Request: {
    summary: 'Starts a run for every call of its URL.',
    inputs: [
      ['method?', 'the one method it takes; POST without'],
      ['relativePath?', 'further segments, `{x}` for one of any text; needs `method`'],
      ['schema?', 'JSON schema of the body; enforced with `EnableSchemaValidation` only'],
    ],
    outputs: '`{headers, queries?, relativePathParameters?, body?}`',
    codes: [
      ['TriggerRequestMethodNotValid', 'another method: 400'],
      ['TriggerRelativePathNotValid', 'another path: 400'],
      ['TriggerInputSchemaMismatch', 'the body does not fit the schema: 400'],
      ['WorkflowTriggerIsNotEnabled', 'the logic app is disabled: 400'],
    ],
    notes: [
      'Without a Response action the caller gets 202 at once; with one the call waits for it, two minutes at most.',
      'The signed URL comes from `POST …/triggers/{name}/listCallbackUrl`.',
    ],
    example: { type: 'Request', kind: 'Http', inputs: { method: 'POST', schema: { type: 'object' } } },
  },
  Recurrence: {
    summary: 'Starts a run at regular times.',
    inputs: [],
    outputs: 'none; `trigger().scheduledTime` is the time it was due',
    codes: [
      ['InvalidWorkflowTriggerRecurrence', 'frequency, interval, times or time zone are not valid'],
      ['InvalidWorkflowTriggerRecurrenceSchedule', 'marks that do not belong to the frequency or are out of range'],
    ],
    notes: [
      '`recurrence: {frequency, interval, startTime?, endTime?, timeZone?, count?, schedule?}` stands beside `inputs`.',
      'Missed times are not made up. With a schedule the wall clock of the time zone is kept over changes to summer time.',
    ],
    example: {
      type: 'Recurrence',
      recurrence: {
        frequency: 'Week',
        interval: 1,
        timeZone: 'W. Europe Standard Time',
        schedule: { weekDays: ['Monday'], hours: [8], minutes: [30] },
      },
    },
  },
  ApiConnectionWebhook: {
    summary:
      'Starts a run when the connector calls back: Defender for Cloud alerts and recommendations, Sentinel incidents, …',
    inputs: [
      ...connectionInputs.slice(0, 1),
      ['path', "the connector's path"],
      ['body', 'holds `@{listCallbackUrl()}`'],
    ],
    outputs: '`{headers, body}` of the call',
    notes: ['Automations of Defender for Cloud call these triggers themselves.'],
    example: {
      type: 'ApiConnectionWebhook',
      inputs: {
        host: { connection: { name: "@parameters('$connections')['ascalert']['connectionId']" } },
        path: '/Microsoft.Security/Alert/subscribe',
        body: { callback_url: '@{listCallbackUrl()}' },
      },
    },
  },
  SlidingWindow: {
    summary: 'Starts a run for every window of time, those missed included, in order.',
    inputs: [['delay?', 'how long after the end of the window the run starts, as an ISO 8601 duration']],
    outputs: '`{windowStartTime, windowEndTime}`, which `triggerBody()` gives too',
    notes: [
      '`recurrence` has no schedule. The first window begins at `startTime`, without one at the save.',
      'Windows of a time in which the server was down or the logic app disabled are made up.',
    ],
    example: { type: 'SlidingWindow', recurrence: { frequency: 'Hour', interval: 1 }, inputs: { delay: 'PT5M' } },
  },
  Http: {
    summary: 'Asks an address at regular times and starts a run for every answer of 200.',
    inputs: httpInputs,
    outputs: '`{statusCode, headers, body?}`',
    codes: pollCodes,
    notes: [
      'Each poll is an entry of the trigger history. 202 starts nothing; `Location` is asked next, over restarts too.',
      '`Retry-After` after a 200 comes instead of the interval (0: at once), after a 202 the longer of both counts.',
      'Conditions that read `statusCode` decide alone what starts a run.',
    ],
    example: {
      type: 'Http',
      recurrence: { frequency: 'Minute', interval: 5 },
      inputs: { method: 'GET', uri: 'https://example.com/new' },
    },
  },
  HttpWebhook: {
    summary: 'Subscribes at an address when the logic app is saved or enabled; every call back starts a run.',
    inputs: [
      ['subscribe', '`{method, uri, headers?, body?, authentication?, retryPolicy?}`, with `@listCallbackUrl()` in it'],
      ['unsubscribe?', 'the same; called on disabling, deleting and changing'],
    ],
    outputs: '`{headers, queries?, body?}` of the call',
    codes: [
      ['Created, Forbidden, …', 'the status of subscribing, in an entry of the trigger history that started no run'],
    ],
    notes: [
      'New access keys subscribe anew. A refused subscription is tried again at the next save, enabling or key renewal.',
    ],
    example: {
      type: 'HttpWebhook',
      inputs: {
        subscribe: { method: 'POST', uri: 'https://example.com/hooks', body: { url: '@{listCallbackUrl()}' } },
        unsubscribe: { method: 'DELETE', uri: 'https://example.com/hooks' },
      },
    },
  },
  ApiConnection: {
    summary: 'Asks a connector at regular times and starts a run for what is new.',
    inputs: connectionInputs,
    outputs: '`{statusCode, headers, body?}`; lists are usually taken apart by `splitOn`',
    codes: pollCodes,
    example: {
      type: 'ApiConnection',
      recurrence: { frequency: 'Minute', interval: 3 },
      inputs: { ...connection, method: 'get', path: '/v2/Mail/OnNewEmail' },
    },
  },
  ApiConnectionNotification: {
    summary: 'Subscribes at a connector that notifies of news, and fetches them.',
    inputs: [
      ['host.connection.name', "the connection's id"],
      ['fetch', '`{method, pathTemplate: {template, parameters?}, queries?}`: called for every notification'],
      ['subscribe', '`{method, pathTemplate, queries?, body: {NotificationUrl: "@{listCallbackUrl()}"}}`'],
      ['retryPolicy?', 'as for Http, of both calls'],
    ],
    outputs: '`{statusCode, headers, body?}` of the fetch; lists are usually taken apart by `splitOn`',
    codes: pollCodes,
    notes: [
      'Whoever calls the URL is answered 202 at once; notifications that come before the fetch begins share one.',
      '`run` fetches at once.',
    ],
    example: {
      type: 'ApiConnectionNotification',
      inputs: {
        ...connection,
        fetch: { method: 'get', pathTemplate: { template: '/v3/Mail/OnNewEmail' } },
        subscribe: {
          method: 'post',
          pathTemplate: { template: '/GraphMailSubscriptionPoke/$subscriptions' },
          body: { NotificationUrl: '@{listCallbackUrl()}' },
        },
      },
    },
  },
  ApiManagement: {
    summary: 'Asks an API of API Management at regular times.',
    inputs: [
      ['api.id', "the API's id"],
      ['method', 'its method'],
      ['pathTemplate', '`{template, parameters?}`'],
    ],
    outputs: '`{statusCode, headers, body?}`',
    codes: pollCodes,
    example: {
      type: 'ApiManagement',
      recurrence: { frequency: 'Hour', interval: 1 },
      inputs: {
        api: { id: '/subscriptions/…/apis/a' },
        method: 'GET',
        pathTemplate: { template: '/items' },
      },
    },
  },
  Batch: {
    summary: 'Collects messages and starts a run when a batch is complete.',
    inputs: [
      ['mode', '`Inline`'],
      ['configurations', '`{NAME: {releaseCriteria: {messageCount?, batchSize?, recurrence?}}}`'],
    ],
    outputs: '`body: {batchName, partitionName, items: [{content, messageId}]}`',
    example: {
      type: 'Batch',
      inputs: { mode: 'Inline', configurations: { daily: { releaseCriteria: { messageCount: 100 } } } },
    },
  },
};

const rowsOf = [['from', 'array']] as const;
const variable = {
  V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'count', type: 'integer', value: 0 }] } },
};
const afterV = { runAfter: { V: ['Succeeded'] } };
const compose = { C: { type: 'Compose', inputs: 1 } };
const account = 'needs an integration account, for which no well-kept library does what Azure does';

export const actionDocs: Readonly<Record<string, OperationDocs>> = {
  Http: {
    summary: 'Calls an address.',
    inputs: httpInputs,
    outputs: callOutputs,
    codes: callCodes,
    notes: [
      '408, 429, 5xx and no answer are tried again, four times unless a policy says otherwise; `Retry-After` replaces the wait.',
      'A 202 with `Location` is polled until something else comes, unless `DisableAsyncPattern`.',
    ],
    example: { type: 'Http', inputs: { method: 'GET', uri: 'https://example.com/', queries: { top: 5 } } },
  },
  HttpWebhook: {
    summary: 'Subscribes at an address and waits until it calls back.',
    inputs: [
      ['subscribe', '`{method, uri, headers?, body?, authentication?}`, with `@listCallbackUrl()` in it'],
      ['unsubscribe?', 'called when the wait times out or is cancelled'],
    ],
    outputs: '`{headers, queries?, body?}` of the call back',
    codes: callCodes,
    example: {
      type: 'HttpWebhook',
      inputs: {
        subscribe: { method: 'POST', uri: 'https://example.com/approve', body: { answer: '@{listCallbackUrl()}' } },
      },
      limit: { timeout: 'P3D' },
    },
  },
  ApiConnection: {
    summary: 'Calls an operation of a connector.',
    inputs: connectionInputs,
    outputs: callOutputs,
    codes: [
      ...callCodes,
      ['ApiConnectionNotFound', 'there is no such connection'],
      ['Unauthorized', 'the connection has no credentials'],
    ],
    example: {
      type: 'ApiConnection',
      inputs: {
        ...connection,
        method: 'post',
        path: '/v2/Mail',
        body: { To: 'a@example.com', Subject: 'x', Body: 'y' },
      },
    },
  },
  ApiConnectionWebhook: {
    summary: 'Asks a connector and waits for its answer: approvals, cards.',
    inputs: [
      ...connectionInputs.slice(0, 1),
      ['path', "the connector's path"],
      ['body', 'holds `@{listCallbackUrl()}`'],
    ],
    outputs: '`{headers, body}` of the call back',
    codes: callCodes,
    example: {
      type: 'ApiConnectionWebhook',
      inputs: {
        ...connection,
        path: '/approvalmail/$subscriptions',
        body: { NotificationUrl: '@{listCallbackUrl()}' },
      },
    },
  },
  Function: {
    summary: 'Calls a function of a function app.',
    inputs: [
      ['function.id', "the function's id"],
      ['method?', 'POST without'],
      ['headers?, body?, queries?, authentication?', 'as for Http'],
    ],
    outputs: callOutputs,
    codes: callCodes,
    example: {
      type: 'Function',
      inputs: {
        function: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a/functions/f' },
        body: {},
      },
    },
  },
  ApiManagement: {
    summary: 'Calls an API of API Management.',
    inputs: [
      ['api.id', "the API's id"],
      ['method', 'its method'],
      ['pathTemplate', '`{template, parameters?}`'],
      ['subscriptionKey?', 'sent as Ocp-Apim-Subscription-Key'],
      ['queries?, headers?, body?, authentication?', 'as for Http'],
    ],
    outputs: callOutputs,
    codes: callCodes,
    example: {
      type: 'ApiManagement',
      inputs: {
        api: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/m/apis/a' },
        method: 'GET',
        pathTemplate: { template: '/items' },
      },
    },
  },
  Response: {
    summary: 'Answers the caller of the Request trigger.',
    inputs: [
      ['statusCode', '2xx, 4xx or 5xx, number or text'],
      ['headers?', 'object; those of the transport are left out'],
      ['body?', 'typed as in Http'],
      ['schema?', 'documents the body'],
    ],
    outputs: 'none',
    codes: [
      ['ActionResponseSkipped', 'nobody waits: Skipped, the run is not harmed'],
      ['ActionResponseAlreadyDefined', 'another Response answered before: Failed'],
      ['ActionResponseTimedOut', 'the caller waited two minutes: Failed'],
      ['WorkflowRunActionResponseStatusCodeNotSupported', 'a redirecting status'],
    ],
    example: { type: 'Response', kind: 'Http', inputs: { statusCode: 200, body: { done: true } } },
  },
  Compose: {
    summary: 'Gives its inputs, evaluated.',
    inputs: [['inputs', 'anything']],
    outputs: "the evaluated inputs themselves: `outputs('X')`",
    example: { type: 'Compose', inputs: { time: '@utcNow()' } },
  },
  ParseJson: {
    summary: 'Reads a value, or text as JSON leniently, and holds it to a schema.',
    inputs: [
      ['content', 'value or text; null is refused'],
      ['schema', 'JSON schema, draft 4 to 7, without `pattern`'],
    ],
    outputs: '`{body}`, or `{errors: […]}` when it does not fit',
    codes: [
      ['InvalidJSON', 'text that is no JSON'],
      ['ValidationFailed', 'it does not fit the schema'],
      ['ActionSchemaNotSupported', 'a schema with `pattern` or `patternProperties`'],
    ],
    example: {
      type: 'ParseJson',
      inputs: { content: '@triggerBody()', schema: { type: 'object', properties: { id: { type: 'string' } } } },
    },
  },
  Query: {
    summary: 'Keeps the rows that meet a condition.',
    inputs: [...rowsOf, ['where', 'expression over `item()`']],
    outputs: '`{body: […]}`',
    example: { type: 'Query', inputs: { from: '@triggerBody()', where: "@equals(item()?['Severity'], 'High')" } },
  },
  Select: {
    summary: 'Makes another row out of each row.',
    inputs: [...rowsOf, ['select', 'object or expression over `item()`']],
    outputs: '`{body: […]}`',
    example: { type: 'Select', inputs: { from: '@triggerBody()', select: { name: "@item()?['Name']" } } },
  },
  Join: {
    summary: 'Joins items as text.',
    inputs: [...rowsOf, ['joinWith', 'text between them']],
    outputs: '`{body: text}`',
    example: { type: 'Join', inputs: { from: '@triggerBody()', joinWith: ', ' } },
  },
  Table: {
    summary: 'Writes rows as a CSV or HTML table.',
    inputs: [...rowsOf, ['format', '`CSV` or `HTML`'], ['columns?', '`[{header, value}]`; without, those of all rows']],
    outputs: '`{body: text}`',
    example: { type: 'Table', inputs: { from: '@triggerBody()', format: 'HTML' } },
  },
  Expression: {
    summary:
      'Works with times; `kind` says how: CurrentTime, AddToTime, SubtractFromTime, GetFutureTime, GetPastTime, ConvertTimeZone.',
    inputs: [
      ['baseTime?', 'of AddToTime, SubtractFromTime, ConvertTimeZone'],
      ['interval?, timeUnit?', 'how much; Second to Year'],
      ['sourceTimeZone?, destinationTimeZone?', 'of ConvertTimeZone'],
      ['formatString?', 'a .NET format; ISO round trip without'],
    ],
    outputs: '`{body: text}`',
    example: { type: 'Expression', kind: 'GetPastTime', inputs: { interval: 1, timeUnit: 'Day' } },
  },
  ParseDocument: {
    summary: 'Reads the text of a document.',
    inputs: documentInputs,
    outputs: '`{body: {text}}`; pages are separated by an empty line',
    codes: documentCodes,
    notes: documentNotes,
    example: { type: 'ParseDocument', inputs: { content: '@triggerBody()' } },
  },
  ParseDocumentWithMetadata: {
    summary: 'Reads the text of a document page by page.',
    inputs: [
      ...documentInputs,
      ['fileType', '`PDF`, `DOC`, `DOCX`, `XLS`, `XLSX`, `PPT`, `PPTX`, `TXT`, `MD` or `HTML`; another file fails'],
    ],
    outputs:
      '`{body: {value: [{text, metadata: {pageNumber, totalPages, sentencesAreComplete, excelMetadata?: {sheetName, sheetNumber, totalSheets}}}]}}`',
    codes: documentCodes,
    notes: documentNotes,
    example: { type: 'ParseDocumentWithMetadata', inputs: { content: '@triggerBody()', fileType: 'PDF' } },
  },
  ChunkText: {
    summary: 'Cuts a text into pieces of at most so many tokens of a language model.',
    inputs: [
      ['chunkingStrategy', '`TokenSize`'],
      ['text', 'at most 4,194,304 characters'],
      ['encodingModel?', '`cl100k_base`; or `r50k_base`, `p50k_base`, `p50k_edit`, `cl200k_base` (also `o200k_base`)'],
      ['tokenSize?', '1 to 8,000; 5,000'],
      ['pageOverlapLength?', 'characters a piece repeats of the one before, at most; 0'],
    ],
    outputs: '`{body: {value: [texts]}}`',
    codes: [['BadRequest', 'the text or its pieces are too large, or cutting takes longer than 15 seconds']],
    example: {
      type: 'ChunkText',
      inputs: {
        chunkingStrategy: 'TokenSize',
        text: '@triggerBody()',
        encodingModel: 'cl100k_base',
        tokenSize: 5000,
        pageOverlapLength: 0,
      },
    },
  },
  InitializeVariable: {
    summary: 'Declares a variable and gives it a first value; at the top level only.',
    inputs: [['variables', '`[{name, type, value?}]`; types boolean, integer, float, string, object, array']],
    outputs: 'none',
    codes: [['InvalidVariableInitialization', 'inside a container']],
    example: { type: 'InitializeVariable', inputs: { variables: [{ name: 'names', type: 'array', value: [] }] } },
  },
  SetVariable: {
    summary: 'Gives a variable another value of its type.',
    inputs: [
      ['name', "the variable's"],
      ['value', 'of its type'],
    ],
    outputs: '`{body: {name, value}}`',
    codes: [
      ['InvalidVariableOperation', 'not initialised on every path'],
      ['BadRequest', 'a value of another type'],
    ],
    example: { type: 'SetVariable', inputs: { name: 'count', value: 5 }, ...afterV },
    before: variable,
  },
  IncrementVariable: {
    summary: 'Adds to a number.',
    inputs: [
      ['name', "the variable's"],
      ['value?', '1 without'],
    ],
    outputs: '`{body: {name, value}}`',
    example: { type: 'IncrementVariable', inputs: { name: 'count', value: 2 }, ...afterV },
    before: variable,
  },
  DecrementVariable: {
    summary: 'Subtracts from a number.',
    inputs: [
      ['name', "the variable's"],
      ['value?', '1 without'],
    ],
    outputs: '`{body: {name, value}}`',
    example: { type: 'DecrementVariable', inputs: { name: 'count' }, ...afterV },
    before: variable,
  },
  AppendToArrayVariable: {
    summary: 'Adds an item at the end of an array; one step, whatever runs beside it.',
    inputs: [
      ['name', "the variable's"],
      ['value', 'the item'],
    ],
    outputs: 'none',
    codes: [['VariableSizeLimitExceeded', 'the variable grew beyond the limit']],
    example: { type: 'AppendToArrayVariable', inputs: { name: 'list', value: 1 }, ...afterV },
    before: { V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'list', type: 'array' }] } } },
  },
  AppendToStringVariable: {
    summary: 'Adds text at the end of a text; null adds nothing.',
    inputs: [
      ['name', "the variable's"],
      ['value', 'text, or what is written as text'],
    ],
    outputs: 'none',
    example: { type: 'AppendToStringVariable', inputs: { name: 'text', value: 'x' }, ...afterV },
    before: { V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'text', type: 'string' }] } } },
  },
  If: {
    summary: 'Runs one of two branches.',
    inputs: [],
    outputs: 'none; inputs are recorded as `{expressionResult}`',
    codes: [['ActionBranchingConditionNotSatisfied', 'of the first actions of the branch not taken: Skipped']],
    notes: ['`expression` is text, or an object with one function: `{and: [{equals: ["@…", 1]}]}`.'],
    example: {
      type: 'If',
      expression: { and: [{ equals: ["@triggerBody()?['Severity']", 'High'] }] },
      actions: compose,
      else: { actions: {} },
    },
  },
  Switch: {
    summary: 'Runs the branch of the case that equals a text or whole number.',
    inputs: [],
    outputs: 'none; inputs are recorded as `{expressionResult}`',
    codes: [
      ['AllowedSwitchCaseLimitExceeded', 'too many cases'],
      ['ExpressionEvaluationFailed', 'the value is neither text nor a whole number'],
    ],
    notes: ['Cases compare exactly; a case of another type than the value fails every branch.'],
    example: {
      type: 'Switch',
      expression: "@triggerBody()?['kind']",
      cases: { Alert: { case: 'alert', actions: compose } },
      default: { actions: {} },
    },
  },
  Scope: {
    summary: 'Groups actions: their status is one, and `result()` reads them.',
    inputs: [],
    outputs: 'none',
    codes: [['ActionFailed', 'an action in it failed and nothing handled it']],
    example: { type: 'Scope', actions: compose },
  },
  Foreach: {
    summary: 'Runs its body for every item, twenty at a time unless told otherwise.',
    inputs: [],
    outputs: 'none; read from outside, an action in it is an array of its results',
    codes: [
      ['ExpressionEvaluationFailed', '`foreach` gives no array'],
      ['InvalidConcurrencyConfiguration', 'repetitions out of range, or together with `Sequential`'],
    ],
    notes: ['A loop in a loop runs one item after the other. A failed iteration stops no other.'],
    example: {
      type: 'Foreach',
      foreach: '@triggerBody()',
      actions: { C: { type: 'Compose', inputs: "@items('Example')" } },
    },
  },
  Until: {
    summary: 'Runs its body until a condition holds, asked after each time.',
    inputs: [],
    outputs: 'none; read from outside, an action in it is as in the last iteration',
    codes: [
      ['WorkflowRunActionUntilLimitInvalid', 'count or timeout out of range'],
      ['CountLimitReached, TimeLimitReached', 'with `FailWhenLimitsReached`'],
    ],
    notes: ['`limit: {count, timeout}`: 60 times and an hour unless told otherwise.'],
    example: {
      type: 'Until',
      expression: "@equals(outputs('C'), 1)",
      limit: { count: 10, timeout: 'PT1H' },
      actions: compose,
    },
  },
  Terminate: {
    summary: 'Ends the run, whatever is under way.',
    inputs: [
      ['runStatus', 'Succeeded, Failed or Cancelled'],
      ['runError?', '`{code, message}`, with Failed only'],
    ],
    outputs: 'none',
    codes: [['Terminated', 'of actions that had not started: Skipped']],
    example: {
      type: 'Terminate',
      inputs: { runStatus: 'Failed', runError: { code: 'NoOwner', message: 'Nobody owns it.' } },
    },
  },
  Wait: {
    summary: 'Waits for a time or until one; over restarts too.',
    inputs: [
      ['interval?', '`{count, unit}`, Second to Month'],
      ['until?', '`{timestamp}`; a past one does not wait'],
    ],
    outputs: 'none',
    example: { type: 'Wait', inputs: { interval: { count: 5, unit: 'Minute' } } },
  },
  JavaScriptCode: {
    summary: 'Runs JavaScript in a sandbox, without network.',
    inputs: [
      ['code', 'body of a function; `workflowContext` gives trigger, workflow and the actions it names'],
      ['explicitDependencies?', '`{actions?: [names], includeTrigger?}`'],
    ],
    outputs: '`{body}`: what it returns',
    codes: [
      ['InlineCodeScriptRuntimeFailure', 'it threw'],
      ['InlineCodeScriptTimeout', 'it took too long'],
    ],
    example: { type: 'JavaScriptCode', inputs: { code: 'return workflowContext.trigger.outputs.body.length;' } },
  },
  Workflow: {
    summary: 'Calls another logic app and waits for its Response.',
    inputs: [
      ['host.workflow.id', "the logic app's id"],
      ['host.triggerName', 'its Request trigger'],
      ['headers?, body?, retryPolicy?', 'as for Http'],
    ],
    outputs: callOutputs,
    codes: [
      ['BadGateway', 'it ended without a Response'],
      ['NestedWorkflowNotFound', 'there is no such logic app'],
    ],
    example: {
      type: 'Workflow',
      inputs: {
        host: {
          triggerName: 'manual',
          workflow: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/w' },
        },
        body: { a: 1 },
      },
    },
  },
  SendToBatch: {
    summary: 'Sends a message to the Batch trigger of another logic app.',
    inputs: [
      ['batchName', 'a configuration of the trigger'],
      ['content', 'the message'],
      ['partitionName?, messageId?', 'DEFAULT, a new id'],
      ['host', '`{triggerName, workflow: {id}}`'],
    ],
    outputs: '`{statusCode, headers, body: {batchName, messageId, partitionName}}`',
    example: {
      type: 'SendToBatch',
      inputs: {
        batchName: 'daily',
        content: '@triggerBody()',
        host: {
          triggerName: 'Batch_messages',
          workflow: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/w' },
        },
      },
    },
  },
};

/** Why a type that Azure has is refused here. */
export const refusedBecause: Readonly<Record<string, string>> = {
  Xslt: account,
  XmlValidation: account,
  Liquid: account,
  FlatFileDecoding: account,
  FlatFileEncoding: account,
  IntegrationAccountArtifactLookup: account,
  As2Encode: account,
  As2Decode: account,
  RosettaNetEncode: account,
  RosettaNetDecode: account,
  RosettaNetWaitForResponse: account,
  ChunkTextWithMetadata: 'its inputs and outputs are not published',
};
