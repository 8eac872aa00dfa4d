/** A schema written as the paths within what it describes: `value[].id severity:number`. Pure; the designer uses it too. */

/** What the paths make: the members of JSON Schema that say where something is. */
export interface PathShape {
  type?: string;
  properties?: Record<string, PathShape>;
  items?: PathShape;
}

/** The schema of space-separated paths; `[]` behind a name is an array, `:type` behind a path its type, else `string`. */
export function shapeOfPaths(text: string): PathShape {
  const root: PathShape = {};
  for (const part of text.split(' ')) {
    const [path = '', type = 'string'] = part.split(':');
    putPath(root, path.split('.'), type);
  }
  return root;
}

function putPath(at: PathShape, [step = '', ...rest]: readonly string[], type: string): void {
  const isList = step.endsWith('[]');
  const name = isList ? step.slice(0, -2) : step;
  const here = name === '' ? at : ((at.properties ??= {})[name] ??= {});
  if (name !== '') at.type = 'object';
  if (!isList && rest.length === 0) {
    here.type ??= type;
    return;
  }
  if (!isList) return putPath(here, rest, type);
  here.type = 'array';
  here.items ??= {};
  if (rest.length > 0) putPath(here.items, rest, type);
}
