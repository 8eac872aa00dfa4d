/** A connector operation's path with its parameters, to and from what stands in a definition. Source: connectors reference 1.1. */
const braces = /\{([^}]+)\}/g;

/** The names in braces of a path's form. */
export const parametersOf = (form: string): readonly string[] =>
  [...form.matchAll(braces)].map(([, name = '']) => name);

/** A path of the operation's form with its parameters put in, encoded where they are evaluated. */
export function writePath(form: string, values: Readonly<Record<string, string>>): string {
  return form.replaceAll(braces, (_, name: string) => {
    const value = values[name] ?? '';
    if (value === '') return `@{encodeURIComponent('')}`;
    const whole = /^@\{(.*)\}$/s.exec(value)?.[1] ?? (/^@[A-Za-z]/.test(value) ? value.slice(1) : undefined);
    if (whole !== undefined && !whole.includes('@{')) return `@{encodeURIComponent(${whole})}`;
    if (value.includes('@{')) return value;
    return `@{encodeURIComponent('${value.replaceAll("'", "''")}')}`;
  });
}

/** The parameters that stand in a path of that form; undefined where it is not of that form. */
export function readPath(form: string, path: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const pattern = form
    .split(braces)
    .map((part, index) => {
      if (index % 2 === 0) return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
      names.push(part);
      return String.raw`((?:@\{(?:'[^']*'|[^'}])*\}|[^/@])*)`;
    })
    .join('');
  const match = new RegExp(`^${pattern}$`, 'i').exec(path);
  if (match === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, plainParameter(match[index + 1] ?? '')]));
}

function plainParameter(text: string): string {
  const inner = /^@\{encodeURIComponent\((.*)\)\}$/is.exec(text)?.[1];
  if (inner === undefined) return text;
  const literal = /^'((?:[^']|'')*)'$/s.exec(inner)?.[1];
  return literal === undefined ? `@{${inner}}` : literal.replaceAll("''", "'");
}
