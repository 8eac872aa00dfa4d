/** Where a container stands, and how its actions are planned. Owns: the shapes that the walk and the containers share. */
import type { Json } from '#foundation';
import type { ContainerPlan } from '../plan.ts';
import type { Steps } from './paths.ts';

export interface Surroundings {
  /** Key and type of the action around it; undefined at the top level. */
  readonly parent?: string;
  readonly parentType?: string;
  /** Keys of the loops around it, outermost first. */
  readonly loops: readonly string[];
  /** Type of the innermost loop. */
  readonly loopType?: string;
  /** A Foreach is around it, however far out. */
  readonly inForeach: boolean;
  /** Containers around it. */
  readonly depth: number;
  readonly steps: Steps;
}

export interface ContainerWalk {
  container(source: Json | undefined, at: Surroundings): ContainerPlan;
}
