/**
 * A deployment body or template file as a value with places, read tolerantly.
 *
 * Source: ARM reference 8.4.
 */
import { type LenientDocument, parseLenientJson, type PositionTable } from '#templates';

export { templateHash } from '#templates';

export type TemplatePositions = PositionTable;

/** @throws JsonSyntaxError with the position of the fault. */
export function parseTemplateText(text: string): LenientDocument {
  return parseLenientJson(text);
}
