import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Declarations, ParameterDeclaration } from '../../portal/src/model/policy-definition.ts';
import {
  needsInput,
  type ParameterField,
  parameterFields,
  parameterValues,
  readField,
  shownText,
  textOfValue,
  textsOf,
} from '../../portal/src/model/policy-parameters.ts';

function fieldOf(declaration: ParameterDeclaration): ParameterField {
  const [field] = parameterFields({ it: declaration });
  assert.ok(field !== undefined);
  return field;
}

const kindOf = (declaration: ParameterDeclaration): string => fieldOf(declaration).kind;
const strong = (type: string, strongType: string): ParameterDeclaration => ({ type, metadata: { strongType } });

describe('a parameter of a policy', () => {
  it('has the control of its type, allowed values and strong type', () => {
    assert.equal(kindOf({ type: 'String' }), 'text');
    assert.equal(kindOf({ type: 'string', allowedValues: ['a'] }), 'choice');
    assert.equal(kindOf({ type: 'Array', allowedValues: ['a'] }), 'choices');
    assert.equal(kindOf({ type: 'Array' }), 'json');
    assert.equal(kindOf({ type: 'Object' }), 'json');
    assert.equal(kindOf({ type: 'Boolean', allowedValues: [true, false] }), 'boolean');
    assert.equal(kindOf({ type: 'Integer' }), 'number');
    assert.equal(kindOf({ type: 'Integer', allowedValues: [1, 2] }), 'choice');
    assert.equal(kindOf({ type: 'DateTime' }), 'time');
    assert.equal(kindOf(strong('String', 'location')), 'location');
    assert.equal(kindOf(strong('Array', 'location')), 'locations');
    assert.equal(kindOf(strong('Array', 'resourceTypes')), 'resourceTypes');
    assert.equal(kindOf(strong('String', 'existingResourceGroups')), 'resourceGroup');
    assert.equal(kindOf(strong('String', 'Microsoft.Logic/workflows')), 'resource');
    assert.equal(kindOf(strong('Array', 'Microsoft.Compute/galleries/images')), 'resources');
    assert.equal(fieldOf(strong('String', 'omsWorkspace')).resourceType, 'Microsoft.OperationalInsights/workspaces');
    assert.equal(kindOf(strong('String', 'vmSKUs')), 'text');
  });

  it('is called by its display name, else by its own', () => {
    assert.equal(fieldOf({ type: 'String', metadata: { displayName: 'Automation name' } }).label, 'Automation name');
    assert.equal(fieldOf({ type: 'String' }).label, 'it');
  });

  it('PP1: shows its default until it is touched, and keeps what was cleared', () => {
    const field = fieldOf({ type: 'String', defaultValue: 'x' });
    assert.equal(shownText(field, {}), 'x');
    assert.deepEqual(readField(field, {}), { absent: true });
    assert.deepEqual(readField(field, { it: '' }), { value: '' });
    assert.equal(shownText(fieldOf({ type: 'Array', allowedValues: ['a', 'b'], defaultValue: ['a'] }), {}), '["a"]');
  });

  it('says what is wrong with what was typed', () => {
    const faultOf = (declaration: ParameterDeclaration, text?: string): string | undefined => {
      const read = readField(fieldOf(declaration), text === undefined ? {} : { it: text });
      return 'fault' in read ? read.fault : undefined;
    };
    assert.equal(faultOf({ type: 'String' }), "'it' is required.");
    assert.equal(faultOf({ type: 'String' }, ' '), "'it' is required.");
    assert.match(faultOf({ type: 'Object' }, '{"a":') ?? '', /^'it' is not an object in JSON\. /);
    assert.equal(faultOf({ type: 'Object' }, '[1]'), "'it' is not an object.");
    assert.equal(faultOf({ type: 'Integer' }, '1.5'), "'it' is not an integer.");
    assert.equal(faultOf({ type: 'Boolean' }, '"true"'), "'it' is not a boolean.");
    assert.match(faultOf({ type: 'DateTime' }, 'tomorrow') ?? '', /not a time/);
    assert.equal(faultOf({ type: 'DateTime' }, '2030-01-01T00:00:00Z'), undefined);
    assert.equal(
      faultOf({ type: 'Array', allowedValues: ['High', 'Low'] }, '["high","Medium"]'),
      `'it' cannot be "Medium".`,
    );
    assert.equal(faultOf({ type: 'String', allowedValues: ['a'] }, 'b'), `'it' cannot be "b".`);
  });

  it('needs input without a default, and review with a fault', () => {
    const [required, optional] = [fieldOf({ type: 'String' }), fieldOf({ type: 'Integer', defaultValue: 1 })];
    assert.deepEqual(
      [needsInput(required, { it: 'x' }), needsInput(optional, {}), needsInput(optional, { it: 'x' })],
      [true, false, true],
    );
  });

  it('PP2: writes exactly what was chosen, and shows it again', () => {
    const declarations: Declarations = {
      text: { type: 'String' },
      number: { type: 'Integer' },
      flag: { type: 'Boolean', defaultValue: true },
      list: { type: 'Array' },
      thing: { type: 'Object', defaultValue: {} },
    };
    const fields = parameterFields(declarations);
    const values = fc.record(
      {
        text: fc.string().filter((text) => text.trim() !== ''),
        number: fc.integer(),
        flag: fc.boolean(),
        list: fc.array(fc.oneof(fc.string(), fc.integer())),
        thing: fc.dictionary(fc.string(), fc.string()).map((each) => ({ ...each })),
      },
      { requiredKeys: ['text', 'number', 'list'] },
    );
    fc.assert(
      fc.property(values, (given) => {
        const body = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }]));
        assert.deepEqual(
          JSON.parse(JSON.stringify(parameterValues(fields, textsOf(fields, body)))),
          JSON.parse(JSON.stringify(body)),
        );
      }),
    );
  });

  it('is found whatever the case of its name in an assignment', () => {
    const fields = parameterFields({ listOfTags: { type: 'Array' } });
    assert.deepEqual(textsOf(fields, { LISTOFTAGS: { value: ['a'] } }), {
      listOfTags: textOfValue(fields[0] as ParameterField, ['a']),
    });
  });
});
