/**
 * Templates taken apart, kept for the next deployment of the same text.
 *
 * Owns: the cache: a thousand remediations with one template plan it once. Does not own: the outline (`#templates`).
 *
 * Invariants
 * PT1. A template with places in a text is planned for itself, once however many nested deployments share it: its messages
 *      quote that text.
 * PT2. The cache is bounded by the characters it stands for; what was used longest ago goes first.
 */
import { type Fault, isFault, type JsonObject } from '#foundation';
import { outlineTemplate, type PositionTable, templateHash, type TemplateOutline } from '#templates';

export interface PlannedTemplate {
  readonly outline: TemplateOutline;
  readonly hash: string;
}

interface Kept extends PlannedTemplate {
  readonly text: string;
}

const characterLimit = 16 << 20;
/** By the very object, and by the hash of the compact text. */
const byObject = new WeakMap<JsonObject, PlannedTemplate>();
const byHash = new Map<string, Kept>();
let characters = 0;

/** The outline and the hash of a template. */
export function plannedTemplate(template: JsonObject, positions: PositionTable | undefined): PlannedTemplate | Fault {
  const known = byObject.get(template);
  if (known !== undefined) return known;
  if (positions !== undefined) return remembered(template, planned(template, templateHash(template).hash, positions));
  const { hash, minified } = templateHash(template);
  const kept = byHash.get(hash);
  if (kept !== undefined && kept.text === minified) {
    byHash.delete(hash);
    byHash.set(hash, kept);
    return kept;
  }
  const made = remembered(template, planned(template, hash, undefined));
  if (!isFault(made)) keep({ ...made, text: minified });
  return made;
}

function remembered(template: JsonObject, made: PlannedTemplate | Fault): PlannedTemplate | Fault {
  if (!isFault(made)) byObject.set(template, made);
  return made;
}

function planned(template: JsonObject, hash: string, positions: PositionTable | undefined): PlannedTemplate | Fault {
  const outline = outlineTemplate(template, positions);
  return isFault(outline) ? outline : { outline, hash };
}

function keep(kept: Kept): void {
  if (kept.text.length > characterLimit / 4) return;
  const before = byHash.get(kept.hash);
  characters += kept.text.length - (before?.text.length ?? 0);
  byHash.delete(kept.hash);
  byHash.set(kept.hash, kept);
  for (const [hash, { text }] of byHash) {
    if (characters <= characterLimit) return;
    byHash.delete(hash);
    characters -= text.length;
  }
}
