/**
 * A workflow's steps as a mermaid picture.
 *
 * Owns: nodes and edges from `runAfter`, conditions with their two ways, loops around their actions.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';

/** The picture of a definition with one trigger, without its fence. */
export function diagramOf(definition: Json): string {
  const triggers = objectOf(memberOf(definition, 'triggers'));
  const [trigger = 'trigger'] = Object.keys(triggers);
  const picture = new Picture();
  picture.line(`trigger(["${label(trigger)}"])`);
  picture.steps(objectOf(memberOf(definition, 'actions')), 'trigger');
  return ['flowchart TD', ...picture.lines.map((line) => `  ${line}`)].join('\n');
}

const label = (name: string): string => name.replaceAll('_', ' ');

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The condition of a step after another: nothing for success alone. */
function after(statuses: Json | undefined): string {
  const names = isJsonArray(statuses) ? statuses.map(String) : [];
  if (names.length === 1 && names[0] === 'Succeeded') return '';
  return names.includes('Succeeded') ? '|whatever comes|' : '|when it fails|';
}

class Picture {
  readonly lines: string[] = [];
  #count = 0;

  line(text: string): void {
    this.lines.push(text);
  }

  /** The actions of one body; those without predecessors follow `entry`. */
  steps(actions: JsonObject, entry: string, way = ''): void {
    const ids = new Map(Object.keys(actions).map((name) => [name, this.#id()]));
    for (const [name, action] of Object.entries(actions)) this.#step(name, action, ids.get(name) ?? '');
    for (const [name, action] of Object.entries(actions)) {
      const id = ids.get(name) ?? '';
      const before = Object.entries(objectOf(memberOf(action, 'runAfter')));
      if (before.length === 0) this.line(`${entry} -->${way} ${id}`);
      for (const [other, statuses] of before) this.line(`${ids.get(other) ?? entry} -->${after(statuses)} ${id}`);
    }
    for (const [name, action] of Object.entries(actions)) this.#body(action, ids.get(name) ?? '');
  }

  #id(): string {
    this.#count += 1;
    return `s${this.#count}`;
  }

  #step(name: string, action: Json, id: string): void {
    switch (textMember(action, 'type')) {
      case 'If':
        this.line(`${id}{"${label(name)}?"}`);
        return;
      case 'Foreach':
      case 'Until':
        this.line(`${id}[["${label(name)}"]]`);
        return;
      case 'ApiConnection':
      case 'ApiConnectionWebhook':
      case 'Http':
        this.line(`${id}[/"${label(name)}"/]`);
        return;
      default:
        this.line(`${id}["${label(name)}"]`);
    }
  }

  #body(action: Json, id: string): void {
    const type = textMember(action, 'type');
    const inner = objectOf(memberOf(action, 'actions'));
    if (type === 'If') {
      this.steps(inner, id, '|yes|');
      this.steps(objectOf(memberOf(memberOf(action, 'else'), 'actions')), id, '|no|');
    } else if (Object.keys(inner).length > 0) {
      this.steps(inner, id, type === 'Until' ? '|again and again|' : '|each|');
    }
  }
}
