/**
 * Entry file of `#expression`: the expression language of workflow definitions, parse → check → plan → evaluate.
 * It needs nothing of Node and runs in a browser as it is.
 */
export * from './ast.ts';
export { type CheckEnvironment, checkExpression, checkTemplate } from './check.ts';
export { compareNumbers, compareText, equalityKey, equalValues } from './compare.ts';
export { planCondition } from './condition.ts';
export {
  binaryEnvelope,
  type Envelope,
  envelope,
  envelopeBytes,
  envelopeText,
  isEnvelope,
  mediaType,
  valueOfContent,
} from './content-envelope.ts';
export type { EvaluationContext } from './context.ts';
export {
  contextFromJson,
  defaultTextLimit,
  type JsonContextOptions,
  ticksOfMilliseconds,
} from './context-from-json.ts';
export { instantOfLocal, localOfInstant, resolveZone, windowsZoneNames } from './dates/zones.ts';
export { invariantDateCulture } from './dates/date-culture.ts';
export { datePattern } from './dates/date-pattern.ts';
export { addMonths, addUnits, type DateTime, dateTimeFromUnixMilliseconds, ticksPerSecond } from './dates/date-time.ts';
export { formatDate } from './dates/format-date.ts';
export { parseDate } from './dates/parse-date.ts';
export { Decimal } from './decimal.ts';
export * from './faults.ts';
export type * from './functions/function.ts';
export { findFunction, functionTable } from './functions/index.ts';
export { deepFreeze, toJson } from './json-form.ts';
export { measureValue } from './measure.ts';
export { formatNumber } from './numbers/format-number.ts';
export { invariantNumberCulture } from './numbers/number-culture.ts';
export { expressionDepthLimit, expressionLengthLimit, parseExpression } from './parse.ts';
export { interpolationLimit, type PlanOptions, planTemplate, templateDepthLimit } from './plan.ts';
export type * from './planned.ts';
export { escapeText, printExpression, printTemplate, quoteText } from './print.ts';
export { calls, references } from './references.ts';
export { areFaults, parseTemplate } from './template.ts';
export { boundedText, textOf } from './text.ts';
export { type ExpressionTrace, type SubexpressionTrace, traceTemplate } from './trace.ts';
export { type NumberValue, type Value, type ValueKind, type ValueType, valueKind, valueType } from './values.ts';
export { XmlValue } from './xml-value.ts';
