/** Large contents that come from outside, turned into blobs before they are journaled with their event. */
import type { RunEvent, TriggerRecord } from '#engine';
import type { Content, ContentStore } from '#foundation';

export function triggerWithKeptContents(trigger: TriggerRecord, content: ContentStore): TriggerRecord {
  const { inputs, outputs } = trigger;
  if (inputs === undefined && outputs === undefined) return trigger;
  return {
    ...trigger,
    ...(inputs === undefined ? {} : { inputs: keptContent(inputs, content) }),
    ...(outputs === undefined ? {} : { outputs: keptContent(outputs, content) }),
  };
}

/** The event itself when it holds nothing large. */
export function eventWithKeptContents(event: RunEvent, content: ContentStore): RunEvent {
  switch (event.kind) {
    case 'actionDone': {
      const { outcome } = event;
      if (outcome.kind !== 'response' || outcome.body === undefined) return event;
      const body = keptContent(outcome.body, content);
      return body === outcome.body ? event : { ...event, outcome: { ...outcome, body } };
    }
    case 'callback': {
      const kept = keptContent(event.content, content);
      return kept === event.content ? event : { ...event, content: kept };
    }
    default:
      return event;
  }
}

function keptContent(given: Content, content: ContentStore): Content {
  if ('blob' in given) return given;
  const kept = content.keep(given.value);
  return 'blob' in kept ? kept : given;
}
