/** Changes to maps that can be taken back: how the memory store makes a commit atomic. */
export type Undo = () => void;

/** Sets a value and tells how to undo it. */
export function put<K, V>(map: Map<K, V>, key: K, value: V): Undo {
  const before = map.get(key);
  map.set(key, value);
  return () => {
    if (before === undefined) map.delete(key);
    else map.set(key, before);
  };
}

/** Deletes a value and tells how to undo it. */
export function remove<K, V>(map: Map<K, V>, key: K): Undo {
  const before = map.get(key);
  map.delete(key);
  return () => {
    if (before !== undefined) map.set(key, before);
  };
}

/** Order of texts as SQLite has it for plain characters: by code, not by language. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
