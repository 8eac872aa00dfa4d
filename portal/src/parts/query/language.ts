/** The server's own query language in the portal. See `designer/core/language.ts` for why this is a path. */
export {
  aggregates,
  isKqlFault,
  type KqlTable,
  type KqlType,
  operatorNames,
  parseKql,
  runKql,
  scalarFunctions,
  typeNamed,
} from '../../../../src/query/index.ts';
