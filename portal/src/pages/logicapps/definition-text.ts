/** The definition of an answer as text to read and edit. Invariant: order of members and spelling of numbers stay. */
import { parseKeepingNumbers } from '../../api/json.ts';
import type { Workflow } from '../../data/workflows.ts';

/** @param answer the text of a workflow, or of one of its versions, as the API sent it. */
export function definitionText(answer: string): string {
  const { definition, parameters } = (parseKeepingNumbers(answer) as Workflow).properties;
  return JSON.stringify({ definition, parameters: parameters ?? {} }, undefined, 2);
}
