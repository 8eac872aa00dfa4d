/** Entry file of `#templates`: the ARM template language, from text to the resources to deploy. */
export type { PlannedValue, TemplateExpression } from './ast.ts';
export { type CloudName, cloudNames } from './clouds.data.ts';
export { type EvaluationContext, newBudget, type PlaceFunction } from './context.ts';
export { evaluateValue } from './evaluate.ts';
export { expandTemplate, expandWithValues } from './expand.ts';
export type { ExpandedResource, ExpandedTemplate } from './expanded-template.ts';
export { decodeTemplateBytes, type LenientDocument, parseLenientJson } from './lenient-json.ts';
export { outlineTemplate, type TemplateOutline } from './outline.ts';
export { templateFault } from './template-fault.ts';
export type { Answers } from './place.ts';
export { type PlanOptions, planValue, visitPlannedCalls } from './plan-value.ts';
export { badArguments, EvaluationStop, isStop, type RuntimeQuestion, stop } from './stop.ts';
export type { DeploymentPlace } from './surroundings.ts';
export { templateHash } from './template-hash.ts';
export { outputType } from './template-outputs.ts';
export type { ParameterValues } from './parameter-values.ts';
export { PositionTable } from './text-position.ts';
