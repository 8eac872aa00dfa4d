/**
 * What of an action's inputs is known before any run: literal text and what follows from parameters alone.
 *
 * Owns: evaluating the known pieces of texts. Does not own: the language (`#expression`).
 *
 * Invariants
 * KI1. A piece that reads anything but parameters is unknown and stands as one `unknownPiece`; nothing is guessed.
 */
import {
  areFaults,
  contextFromJson,
  type EvaluationContext,
  EvaluationFault,
  parseTemplate,
  planTemplate,
} from '#expression';
import { type Json, memberIgnoringCase, setMember } from '#foundation';
import type { WorkflowPlan } from '#workflow';

/** Stands for a piece of text that only a run knows; no URL, path or id has this character. */
export const unknownPiece = '\u{FFFC}';

export function isKnown(text: string): boolean {
  return !text.includes(unknownPiece);
}

export class KnownInputs {
  readonly #context: EvaluationContext;

  constructor(plan: WorkflowPlan) {
    const parameters: { [name: string]: Json } = {};
    const context = contextFromJson({ parameters });
    for (const { name, value, defaultValue } of plan.parameters.values()) {
      const evaluated = value ?? defaultValue?.evaluate(context);
      if (evaluated !== undefined && !(evaluated instanceof EvaluationFault)) {
        setMember(parameters, name, evaluated);
      }
    }
    this.#context = context;
  }

  /** The text with its known pieces in place; undefined for what is no text. */
  text(given: Json | undefined): string | undefined {
    if (typeof given !== 'string') return undefined;
    const template = parseTemplate(given);
    if (areFaults(template)) return unknownPiece;
    if (template.kind === 'literal') return template.value;
    if (template.kind === 'expression') return this.#piece(given);
    return template.parts
      .map((part) => (part.kind === 'text' ? part.text : this.#piece(given.slice(part.start, part.end))))
      .join('');
  }

  /** The text of a member, ignoring case of its name. */
  member(owner: Json | undefined, name: string): string | undefined {
    return this.text(memberIgnoringCase(owner, name));
  }

  /** The value of one expression when parameters alone make it; undefined otherwise. */
  value(given: Json | undefined): Json | undefined {
    if (given === undefined) return undefined;
    const planned = planTemplate(given);
    if (areFaults(planned)) return undefined;
    if (planned.references.some(({ target, dynamic }) => target !== 'parameter' || dynamic)) return undefined;
    const value = planned.evaluate(this.#context);
    return value instanceof EvaluationFault ? undefined : value;
  }

  #piece(source: string): string {
    const value = this.value(source);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : unknownPiece;
  }
}
