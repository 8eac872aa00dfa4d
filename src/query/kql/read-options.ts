/** Options of operators: `kind=inner`, `hint.strategy=shuffle`. */
import type { Cursor } from './cursor.ts';
import type { Options } from './syntax.ts';

/** What may stand before `=` as an option; any other name there is a column's. */
const optionNames = /^(?:kind|flags|isfuzzy|withsource|with_itemindex|bagexpansion|decodeblocks|hint\..+)$/i;

/** `kind=inner hint.strategy=shuffle`; blanks around `=` are allowed. */
export function readOptions(cursor: Cursor): Options {
  const options = new Map<string, string>();
  for (;;) {
    const dotted = cursor.isMark('.', 1) && cursor.isMark('=', 3);
    if (cursor.peek().kind !== 'name' || !(dotted || cursor.isMark('=', 1))) return options;
    const name = dotted ? `${cursor.peek().value}.${cursor.peek(2).value}` : cursor.peek().value;
    if (!optionNames.test(name)) return options;
    cursor.skip(dotted ? 4 : 2);
    options.set(name.toLowerCase(), cursor.next().value);
  }
}
