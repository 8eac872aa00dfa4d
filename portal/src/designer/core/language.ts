/**
 * The server's own code in the designer: expressions are read, checked and evaluated by what will run them.
 *
 * Owns: the way out of the portal for expressions. Node resolves `#expression` from the nearest package, which is the portal's here, so
 * this is a path; the import graph check allows it in this file, in `workflow-language.ts` and in `parts/query/language.ts` only.
 */
export {
  areFaults,
  checkTemplate,
  contextFromJson,
  type Expression,
  type FunctionDefinition,
  functionTable,
  isEvaluationFault,
  parseTemplate,
  planTemplate,
  quoteText,
  references,
} from '../../../../src/expression/index.ts';
export { shapeOfPaths } from '../../../../src/foundation/index.ts';
