/** Entry file of `#templates`: the ARM template language, from text to the resources to deploy. */
export { type ExpandedResource, type ExpandedTemplate, expandTemplate, outputType } from './expand.ts';
export { templateHash } from './template-hash.ts';
export { decodeTemplateBytes, type LenientDocument, parseLenientJson } from './lenient-json.ts';
export { outlineTemplate, templateFault, type TemplateOutline } from './outline.ts';
export type { Answers } from './place.ts';
export { EvaluationStop, isStop, type RuntimeQuestion } from './stop.ts';
export type { DeploymentPlace } from './surroundings.ts';
export { PositionTable } from './text-position.ts';
