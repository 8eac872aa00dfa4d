/**
 * How large a deployment may be once its expressions are evaluated.
 *
 * Owns: the limits in bytes and their fault. Does not own: limits in numbers (`#templates`).
 *
 * Invariants
 * DS1. What is counted is compact JSON in UTF-8: each resource's body, and all of them with the values of the parameters.
 *
 * Source: template reference 15, 18.
 */
import { Fault, type Json, stringifyJson } from '#foundation';
import type { ExpandedResource, ParameterValues } from '#templates';

const resourceLimit = 1 << 20;
const templateLimit = 4 << 20;

function bytesOf(value: Json): number {
  return Buffer.byteLength(stringifyJson(value));
}

/** Why a body is too large to be deployed: `DeploymentSizeExceeded`. */
export function oversizedResource(resource: ExpandedResource, body: Json): Fault | undefined {
  const bytes = bytesOf(body);
  return bytes > resourceLimit ? oversized(resource, bytes) : undefined;
}

function oversized({ id }: ExpandedResource, bytes: number): Fault {
  return new Fault(
    'DeploymentSizeExceeded',
    `The definition of the resource '${id}' has '${bytes}' bytes after its expressions are evaluated. The limit is '${resourceLimit}' bytes.`,
    { target: id },
  );
}

/** Adds up the bodies of one template. */
export class TemplateSize {
  #bytes = 0;

  constructor(parameters: ParameterValues) {
    for (const value of parameters.values()) this.#bytes += bytesOf(value);
  }

  /** The fault of the body, or of the template with it: `DeploymentSizeExceeded`. */
  add(resource: ExpandedResource, body: Json): Fault | undefined {
    const bytes = bytesOf(body);
    if (bytes > resourceLimit) return oversized(resource, bytes);
    this.#bytes += bytes;
    if (this.#bytes <= templateLimit) return undefined;
    return new Fault(
      'DeploymentSizeExceeded',
      `The template has more than '${templateLimit}' bytes after its copies and expressions are evaluated.`,
    );
  }
}
