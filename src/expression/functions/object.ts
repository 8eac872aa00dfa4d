/**
 * The functions of group "JSON and XML" that work on objects and nulls.
 *
 * Owns: `addProperty`, `setProperty`, `removeProperty`, `mergeObjects`, `coalesce`. Does not own: `xpath` (`xml.ts`).
 *
 * Invariants
 * OB1. Every function returns a copy of the top level; nested values are shared, never changed.
 *
 * Source: expression reference 6.9, 4.4.
 */
import { evaluationFault } from '../faults.ts';
import { memberName } from '../select.ts';
import type { ObjectValue, Value } from '../values.ts';
import { type FunctionDefinition, parameter, variadic } from './function.ts';
import { copyObject, setOwn } from './members.ts';
import { pure } from './pure.ts';

const group = 'JSON and XML';

const addProperty = pure({
  name: 'addProperty',
  group,
  help: 'A copy of the object with a new member at its end; fails when there is one of that name.',
  parameters: [
    parameter('object', 'the object', 'Object'),
    parameter('property', 'the name of the property to add'),
    parameter('value', 'the value of the property', 'Any'),
  ],
  returns: 'Object',
  apply: ([object, name, value]) => {
    const target = object as ObjectValue;
    if (memberName(target, name as string) === undefined) return withMember(target, name as string, value as Value);
    return evaluationFault(
      `The template language function 'addProperty' expects the property to not exist in the object. Unable to add property '${name as string}' as it already exists.`,
    );
  },
});

const setProperty = pure({
  name: 'setProperty',
  group,
  help: 'A copy of the object with the member replaced, or added at its end.',
  parameters: [
    parameter('object', 'the object', 'Object'),
    parameter('property', 'the name of the property to set'),
    parameter('value', 'the value of the property', 'Any'),
  ],
  returns: 'Object',
  apply: ([object, name, value]) => {
    const target = object as ObjectValue;
    return withMember(target, memberName(target, name as string) ?? (name as string), value as Value);
  },
});

function withMember(object: ObjectValue, name: string, value: Value): Value {
  const copy = copyObject(object, {});
  setOwn(copy, name, value);
  return copy;
}

const removeProperty = pure({
  name: 'removeProperty',
  group,
  help: 'A copy of the object without the member; unchanged when there is none of that name.',
  parameters: [
    parameter('object', 'the object', 'Object'),
    parameter('property', 'the name of the property to remove'),
  ],
  returns: 'Object',
  apply: ([object, name]) => {
    const target = object as ObjectValue;
    const removed = memberName(target, name as string);
    const copy: { [name: string]: Value } = {};
    for (const key of Object.keys(target)) if (key !== removed) setOwn(copy, key, target[key] as Value);
    return copy;
  },
});

const mergeObjects = pure({
  name: 'mergeObjects',
  group,
  help: 'An object with the members of both objects; the second one wins.',
  parameters: [parameter('object1', 'the first object', 'Object'), parameter('object2', 'the second object', 'Object')],
  returns: 'Object',
  apply: ([first, second]) => copyObject(second as ObjectValue, copyObject(first as ObjectValue, {})),
});

const coalesce = pure({
  name: 'coalesce',
  group,
  help: 'The first argument that is not null, null when all are; the ones after it are not evaluated.',
  parameters: [variadic('values', 'the values to check for null', 'Any')],
  returns: 'Any',
  apply: (args) => args.find((value) => value !== null) ?? null,
  // Published playbooks give defaults that would fail, and rely on the first value being there.
  applyLazily: (args, context) => {
    for (const arg of args) {
      const value = arg(context);
      if (value !== null) return value;
    }
    return null;
  },
});

export const objectFunctions: readonly FunctionDefinition[] = [
  addProperty,
  setProperty,
  removeProperty,
  mergeObjects,
  coalesce,
];
