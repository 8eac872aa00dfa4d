/**
 * What one XPath evaluation may cost.
 *
 * Owns: the budget, and the places of the `xpath` package where it is spent: an evaluation there cannot be interrupted, so
 * the package's own steps are counted and end the evaluation by throwing. Does not own: what an expression means.
 *
 * Invariants
 * XB1. One evaluation visits at most `largestVisit` nodes and reads at most `largestVisit` × 16 characters of them,
 *      however its steps, predicates and comparisons multiply.
 * XB2. Collecting nodes costs as much as there are nodes. (The package looks for each new node among all it has:
 *      a second for 50,000.)
 */
import type { Node } from '@xmldom/xmldom';
import xpath from 'xpath';

/** `//*` over 500,000 elements visits 1.5 million; `//a[@b = //a/@b]` over 1,500 visits 4.5 million, a second or two. */
const largestVisit = 4_000_000;
/** Reading this many characters counts as visiting one node. */
const charactersPerVisit = 16;

interface NodeSet {
  nodes: Node[];
  size: number;
  tree: unknown;
  add(node: Node): void;
  addArray(nodes: readonly Node[]): void;
  stringForNode(node: Node): string;
}

/** The parts of the package that its type declarations leave out. */
interface Package {
  readonly PathExpr: { applyStep: (step: unknown, context: unknown, node: Node) => Node[] };
  readonly XNodeSet: { readonly prototype: NodeSet };
}

const { PathExpr, XNodeSet } = xpath as unknown as Package;
const sets = XNodeSet.prototype;
const { applyStep } = PathExpr;
// oxlint-disable-next-line typescript/unbound-method -- called with its set below
const { stringForNode } = sets;

let left = largestVisit;

/** An evaluation that would visit too much; its message is for the author of the expression. */
export class XPathBudgetError extends Error {
  constructor() {
    super(`it visits more than ${largestVisit} nodes`);
  }
}

function spend(visits: number): void {
  left -= visits;
  if (left < 0) throw new XPathBudgetError();
}

PathExpr.applyStep = (step, context, node) => {
  const found = applyStep(step, context, node);
  spend(1 + found.length);
  return found;
};

sets.stringForNode = function spendingText(this: NodeSet, node) {
  const text = stringForNode.call(this, node);
  spend(1 + Math.trunc((text ?? '').length / charactersPerVisit));
  return text;
};

sets.addArray = function addOnce(this: NodeSet, nodes) {
  const known = new Set(this.nodes);
  for (const node of nodes) known.add(node);
  if (known.size === this.nodes.length) return;
  this.tree = null;
  this.nodes = [...known];
  this.size = known.size;
};

/** Evaluates with a fresh budget. @throws XPathBudgetError, or whatever `evaluate` throws. */
export function withXPathBudget<T>(evaluate: () => T): T {
  left = largestVisit;
  return evaluate();
}
