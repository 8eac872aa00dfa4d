/**
 * Response, Terminate and Wait: what the run says, how it ends, when it goes on.
 *
 * Owns: their inputs. Source: engine reference 3.4, 4.4, 4.6.
 */
import { isJsonObject, type Json } from '#foundation';
import {
  type ActionInputs,
  inputPlace,
  invalidInput,
  isExpression,
  missingInput,
  type PlainBody,
  requireInputs,
  wholeInputs,
} from './inputs.ts';
import { wholeNumber } from './members.ts';

export const response: PlainBody = (action) => {
  requireInputs(action, 'statusCode');
  const { planning, owner } = action.operation;
  const given = action.members.get('statusCode');
  const status = wholeNumber(given);
  if (given !== undefined && !isExpression(given) && !isResponseStatus(status)) {
    const shown = typeof given === 'string' || typeof given === 'number' ? given : '';
    const message = `The status code '${shown}' of the response action '${owner.name}' is not supported: it must be in the ranges 2xx, 4xx or 5xx.`;
    const { steps } = inputPlace(action, 'statusCode');
    planning.refuse('WorkflowRunActionResponseStatusCodeNotSupported', message, steps);
  }
  return {
    kind: 'response',
    inputs: inputsWithoutSchema(action),
    asynchronous: action.settings.options.has('asynchronous'),
  };
};

function isResponseStatus(status: number | undefined): boolean {
  return status !== undefined && ((status >= 200 && status < 300) || (status >= 400 && status < 600));
}

/** The schema of a Response describes its body for callers; nothing in it is evaluated. */
function inputsWithoutSchema(action: ActionInputs) {
  const { given } = action;
  if (!isJsonObject(given)) return wholeInputs(action);
  const evaluated = Object.fromEntries(Object.entries(given).filter(([name]) => name.toLowerCase() !== 'schema'));
  return action.operation.planning.template(evaluated, inputPlace(action));
}

const runStatuses = ['succeeded', 'failed', 'cancelled'];

export const terminate: PlainBody = (action) => {
  requireInputs(action, 'runStatus');
  const status = action.members.get('runStatus');
  const error = action.members.get('runError');
  const literal = typeof status === 'string' && !isExpression(status) ? status.toLowerCase() : undefined;
  if (status !== undefined && !isExpression(status) && !runStatuses.includes(literal ?? '')) {
    invalidInput(action, "The 'runStatus' must be 'Succeeded', 'Failed' or 'Cancelled'.", 'runStatus');
  } else if (error !== undefined && literal !== undefined && literal !== 'failed') {
    invalidInput(action, "The 'runError' may be given only when the 'runStatus' is 'Failed'.", 'runError');
  }
  return { kind: 'terminate', inputs: wholeInputs(action) };
};

const units = ['second', 'minute', 'hour', 'day', 'week', 'month'];

export const wait: PlainBody = (action) => {
  const interval = action.members.get('interval');
  const until = action.members.get('until');
  if (!isExpression(action.given)) {
    if (interval === undefined && until === undefined) missingInput(action, 'interval');
    if (interval !== undefined && until !== undefined) {
      invalidInput(action, "Only one of 'interval' and 'until' may be given.");
    }
    if (until !== undefined) requireInputs(action, 'until.timestamp');
  }
  if (interval !== undefined && !isExpression(interval)) checkInterval(action);
  return { kind: 'wait', inputs: wholeInputs(action) };
};

function checkInterval(action: ActionInputs): void {
  requireInputs(action, 'interval.count', 'interval.unit');
  const members = action.members.in('interval');
  const count = members.get('count');
  const unit = members.get('unit');
  if (isLiteral(count) && (wholeNumber(count) ?? -1) < 0) {
    invalidInput(action, "The 'count' of the interval must be a whole number.", 'interval', 'count');
  }
  if (isLiteral(unit) && !(typeof unit === 'string' && units.includes(unit.toLowerCase()))) {
    invalidInput(
      action,
      "The 'unit' of the interval must be Second, Minute, Hour, Day, Week or Month.",
      'interval',
      'unit',
    );
  }
}

function isLiteral(value: Json | undefined): boolean {
  return value !== undefined && !isExpression(value);
}
