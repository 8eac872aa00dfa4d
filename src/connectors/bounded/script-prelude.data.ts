/**
 * What runs inside the sandbox around an author's code. Everything it needs is taken before that code runs, so that code
 * which replaces built-in functions changes its own results only.
 *
 * `start(code, contextText, most)` answers at once with the outcome, or with undefined while a promise is pending; `finish()`
 * answers then. An outcome is the JSON text of `{ kind, value?, name?, message?, stack? }`.
 */
export const scriptPrelude = `(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const make = Function;
  const PromiseOf = Promise;
  const then = Promise.prototype.then;
  const apply = Reflect.apply;
  const get = Reflect.get;
  const textOf = String;
  const isError = (value) => value instanceof ErrorOf;
  const ErrorOf = Error;
  const ReadOnly = class extends TypeError {};
  const has = WeakMap.prototype.has, read = WeakMap.prototype.get, write = WeakMap.prototype.set;
  const views = new WeakMap();
  const refuse = () => { throw new ReadOnly('workflowContext cannot be modified'); };
  const traps = {
    get: (target, name) => view(get(target, name)),
    set: refuse, defineProperty: refuse, deleteProperty: refuse, setPrototypeOf: refuse, preventExtensions: refuse,
    getOwnPropertyDescriptor: (target, name) => {
      const found = Reflect_getOwn(target, name);
      if (found !== undefined && 'value' in found) found.value = view(found.value);
      return found;
    },
  };
  const Reflect_getOwn = Reflect.getOwnPropertyDescriptor;
  const ProxyOf = Proxy;
  const view = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (apply(has, views, [value])) return apply(read, views, [value]);
    const made = new ProxyOf(value, traps);
    apply(write, views, [value, made]);
    return made;
  };
  let most = 0;
  let outcome;
  const settle = (made) => { outcome = made; };
  const cut = String.prototype.slice;
  const short = (text) => stringify(apply(cut, text, [0, 2000]));
  const told = (kind, message, stack = '', name) =>
    '{"kind":"' + kind + '","message":' + short(message) + ',"stack":' + short(stack) +
    (name === undefined ? '}' : ',"name":' + short(name) + '}');
  const failed = (error) => {
    try {
      const readOnly = error instanceof ReadOnly;
      if (!isError(error)) {
        let text;
        try { text = typeof error === 'string' ? error : stringify(error); } catch { text = undefined; }
        return told('thrown', text === undefined ? textOf(error) : textOf(text));
      }
      const name = textOf(error.name), message = textOf(error.message), stack = textOf(error.stack);
      return told(readOnly ? 'readOnly' : 'thrown', message, stack, name);
    } catch {
      return '{"kind":"thrown","message":"an error that cannot be read"}';
    }
  };
  const returned = (value) => {
    const text = stringify(value);
    if (text === undefined) return '{"kind":"returned"}';
    if (text.length > most) return '{"kind":"tooLarge"}';
    return '{"kind":"returned","value":' + text + '}';
  };
  const attempt = (work) => { try { return work(); } catch (error) { return failed(error); } };
  const quiet = () => undefined;
  globalThis.console = { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet, trace: quiet };
  return {
    start(code, contextText, mostCharacters) {
      most = mostCharacters;
      const context = view(parse(contextText));
      let body;
      try { body = make('workflowContext', code); } catch (error) {
        return told('syntax', textOf(error.message), textOf(error.stack));
      }
      settle(attempt(() => {
        const value = apply(body, undefined, [context]);
        if (!(value instanceof PromiseOf)) return returned(value);
        apply(then, value, [(result) => settle(attempt(() => returned(result))), (error) => settle(failed(error))]);
        return undefined;
      }));
      return outcome;
    },
    finish() { return outcome; },
  };
})()`;
