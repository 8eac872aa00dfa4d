/** What a template comes to with its parameters. Source: template reference 8-12. */
import type { Json, JsonObject } from '#foundation';
import type { ParameterValues } from './parameter-values.ts';
import type { Answers } from './place.ts';
import type { EvaluationStop } from './stop.ts';
import type { TextPosition } from './text-position.ts';

export interface ExpandedResource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  /** Where it stands in the template: `resources[2]`. */
  readonly path: readonly (string | number)[];
  /** Ids (keys) of the resources it waits for. */
  readonly dependsOn: ReadonlySet<string>;
  /** Of templates with symbolic names: whether it is wanted, where only the running deployment can tell. */
  readonly condition?: (answers: Answers) => boolean | EvaluationStop;
  /** What is PUT, with what is known so far. */
  readonly body: (answers: Answers) => Json | EvaluationStop;
  /** The same for a preview: expressions without an answer stand as their texts, which are added to `unresolved`. */
  readonly preview: (answers: Answers, unresolved: Set<string>) => Json | EvaluationStop;
  /** The place in the template's text of what stands at a path below the resource. */
  readonly positionOf: (path: readonly (string | number)[]) => TextPosition;
}

export interface ExpandedTemplate {
  readonly parameters: ParameterValues;
  readonly resources: readonly ExpandedResource[];
  /** Keys of the ids whose condition is false. */
  readonly leftOut: ReadonlySet<string>;
  /** `{ name: { type, value } }`. */
  readonly outputs: (answers: Answers) => JsonObject | EvaluationStop;
}
