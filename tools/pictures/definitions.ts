/** Workflows to be drawn: a loop that fails somewhere, one that waits, cases, a join, three hundred steps nine levels deep. */

const schema =
  'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';
const manual = { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } };

const workflow = (actions: object): object => ({
  $schema: schema,
  contentVersion: '1.0.0.0',
  triggers: manual,
  actions,
});

const after = (name: string, ...statuses: readonly string[]): object => ({
  runAfter: { [name]: statuses.length === 0 ? ['Succeeded'] : statuses },
});

const compose = (inputs: unknown, more: object = {}): object => ({ type: 'Compose', inputs, runAfter: {}, ...more });

/** A loop over so many hosts whose iteration of the number `failing` in the trigger's body fails. */
export const loopDefinition = (count: number): object =>
  workflow({
    Summary: compose({ title: '@{length(range(0, 3))} hosts', failing: "@triggerBody()?['failing']" }),
    For_each_host: {
      type: 'Foreach',
      foreach: `@range(0, ${count})`,
      actions: {
        Check_host: compose("@div(100, sub(item(), triggerBody()?['failing']))"),
        Mark_host: compose(
          { host: "@concat('host-', string(item()))", share: "@outputs('Check_host')" },
          after('Check_host'),
        ),
      },
      ...after('Summary'),
    },
    Read_secret: compose('hush', {
      ...after('For_each_host', 'Succeeded', 'Failed'),
      runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } },
    }),
    Close_ticket: compose('closed', after('For_each_host')),
  });

/** Waits for an hour before it goes on. */
export const waitingDefinition = workflow({
  Ticket: compose({ number: 4711, title: 'Isolate the machine?' }),
  Delay: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Hour' } }, ...after('Ticket') },
  Close: compose('closed', after('Delay')),
});

export const switchDefinition = workflow({
  Switch: {
    type: 'Switch',
    expression: "@triggerBody()?['Severity']",
    cases: {
      High: {
        case: 'High',
        actions: { Page_on_call: compose('page'), Isolate: compose('isolate', after('Page_on_call')) },
      },
      Medium: { case: 'Medium', actions: { Open_ticket: compose('ticket') } },
    },
    default: { actions: { Log_only: compose('log') } },
    runAfter: {},
  },
});

export const joinedDefinition = workflow({
  Notify_team: compose('mail'),
  Log_event: compose('log'),
  Tell_both_are_done: compose('done', { runAfter: { Notify_team: ['Succeeded'], Log_event: ['Succeeded'] } }),
  Tell_what_failed: compose('failed', {
    runAfter: { Notify_team: ['Failed', 'TimedOut'], Log_event: ['Failed', 'Skipped'] },
  }),
});

/** A chain of 34 steps on each of nine levels. */
export function deepDefinition(): object {
  let count = 0;
  const body = (depth: number): object => {
    const chain: Record<string, object> = {};
    let last: string | undefined;
    for (let index = 0; index < 34; index += 1) {
      count += 1;
      const name = `Step_${count}`;
      const runAfter = last === undefined ? {} : { [last]: ['Succeeded'] };
      chain[name] =
        index === 2 && depth < 9
          ? { type: 'Scope', runAfter, actions: body(depth + 1) }
          : { type: 'Compose', inputs: 1, runAfter };
      last = name;
    }
    return chain;
  };
  return workflow(body(1));
}
