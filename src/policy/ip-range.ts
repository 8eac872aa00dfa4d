/** `ipRangeContains`: whether one range of addresses holds another. Source: policy reference 8. */
import { type IpRange, ipRangeHolds, parseIpRange } from '#foundation';
import { badArguments, type EvaluationStop, isStop } from '#templates';

/** @returns a stop for texts that are no range, and for ranges of different families. */
export function ipRangeContains(range: string, target: string): boolean | EvaluationStop {
  const outer = rangeOf(range);
  if (isStop(outer)) return outer;
  const inner = rangeOf(target);
  if (isStop(inner)) return inner;
  return outer.bits === inner.bits
    ? ipRangeHolds(outer, inner)
    : badArguments('ipRangeContains', `'${range}' and '${target}' are of different address families.`);
}

function rangeOf(text: string): IpRange | EvaluationStop {
  return (
    parseIpRange(text) ??
    badArguments('ipRangeContains', `the value '${text.slice(0, 90)}' is not an address or an address range.`)
  );
}
