/**
 * The server's own code in the designer: expressions are read, checked and evaluated by what will run them.
 *
 * Owns: the one way out of the portal. Node resolves `#expression` from the nearest package, which is the portal's here, so
 * this is a path; the import graph check allows it in this file and in `workflow-language.ts` only.
 */
export {
  areFaults,
  checkTemplate,
  contextFromJson,
  type FunctionDefinition,
  functionTable,
  isEvaluationFault,
  parseTemplate,
  planTemplate,
  quoteText,
  references,
} from '../../../../src/expression/index.ts';
