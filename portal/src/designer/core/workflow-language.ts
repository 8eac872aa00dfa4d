/** The server's judgement of a whole definition, in a chunk of its own. See `language.ts` for why this is a path. */
export {
  nextOccurrence,
  operationCatalogue,
  type OperationType,
  planWorkflow,
} from '../../../../src/workflow/index.ts';
export { parseJson } from '../../../../src/foundation/index.ts';
export { resolveZone, windowsZoneNames } from '../../../../src/expression/index.ts';
