/** A value that fits a JSON schema: what a caller of a Request trigger would send. */
import { isJsonArray, isJsonObject, type Json, memberOf } from '#foundation';

const depthLimit = 12;

export function sampleOf(schema: Json | undefined, depth = 0): Json {
  if (!isJsonObject(schema) || depth > depthLimit) return {};
  const type = memberOf(schema, 'type');
  const properties = memberOf(schema, 'properties');
  switch (isJsonArray(type) ? type.find((one) => one !== 'null') : type) {
    case 'array':
      return [sampleOf(memberOf(schema, 'items'), depth + 1)];
    case 'string':
      return 'sample';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return Object.fromEntries(
        Object.entries(isJsonObject(properties) ? properties : {}).map(([name, inner]) => [
          name,
          sampleOf(inner, depth + 1),
        ]),
      );
  }
}
