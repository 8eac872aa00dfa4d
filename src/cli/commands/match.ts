/** `tocsin match`: which automations an event fires, without a server. */
import { isFault, isJsonArray, isJsonObject, type Json, memberOf, textMember } from '#foundation';
import { eventSourceOf, matchesProperties, matchesUnchecked } from '#rules';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { answerLines } from '../lines.ts';
import { jsonOfFile } from '../named-file.ts';
import { paint, say } from '../terminal.ts';

function errorAnswer(id: Json, code: string, message: string): Json {
  return { id, error: { code, message } };
}

/** Lines are for programs: an automation that could not be saved fires nothing and does not spoil its line. */
function lineAnswer(request: Json): Json {
  return answer(request, matchesUnchecked);
}

function answer(request: Json, matches: typeof matchesProperties): Json {
  const id = memberOf(request, 'id') ?? null;
  const automations = memberOf(request, 'automations');
  const event = memberOf(request, 'event');
  const source = eventSourceOf(textMember(request, 'eventSource') ?? '');
  if (!isJsonArray(automations) || !isJsonObject(event)) {
    return errorAnswer(id, 'InvalidRequestContent', "A line needs 'automations', an array, and 'event', an object.");
  }
  if (source === undefined) return errorAnswer(id, 'InvalidParameter', "The 'eventSource' is not known.");
  const matched: boolean[] = [];
  for (const properties of automations) {
    const result = isJsonObject(properties) ? matches(properties, event, source) : false;
    if (isFault(result)) return errorAnswer(id, result.code, result.message);
    matched.push(result);
  }
  return { id, matched };
}

async function run(line: CommandLine): Promise<number> {
  if (line.flag('ndjson')) {
    await answerLines(lineAnswer);
    return 0;
  }
  const [automationFile, eventFile] = line.words;
  if (automationFile === undefined || eventFile === undefined) {
    throw new UsageError('match needs --ndjson, or a file with an automation and a file with an event.');
  }
  const automation = jsonOfFile(automationFile);
  const request = {
    id: null,
    automations: [memberOf(automation, 'properties') ?? automation],
    event: jsonOfFile(eventFile),
    eventSource: line.text('source') ?? 'Alerts',
  };
  const result = answer(request, matchesProperties);
  const matched = memberOf(result, 'matched');
  if (!isJsonArray(matched)) throw new UsageError(textMember(memberOf(result, 'error'), 'message') ?? '');
  const fires = matched[0] === true;
  say(
    line.json ? JSON.stringify({ matched: fires }) : paint(fires ? 'green' : 'gray', fires ? 'fires' : 'does not fire'),
  );
  return 0;
}

export const matchCommand: Command = {
  name: 'match',
  summary: 'say which automations an event fires',
  usage: `tocsin match AUTOMATION.json EVENT.json [--source Alerts]
tocsin match --ndjson < LINES

Lines are {"id","automations":[properties…],"event":{…},"eventSource"}; answers {"id","matched":[true,false,…]}.`,
  options: { ndjson: 'boolean', source: 'string' },
  run,
};
