/**
 * The server's own code in the designer: expressions and definitions are read by what will run them.
 *
 * Owns: the one way out of the portal. Node resolves `#expression` from the nearest package, which is the portal's here, so
 * this is a path; the import graph check allows it in this file only.
 */
export { areFaults, parseTemplate, quoteText, references } from '../../../../src/expression/index.ts';
