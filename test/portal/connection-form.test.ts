/** What a connection asks for, and who uses it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionForm, missingFields, parameterValues, usersOf } from '../../portal/src/model/connection-form.ts';

const required = { constraints: { required: 'true', hidden: 'false' } };
const form = connectionForm({
  server: { type: 'string', uiDefinition: { displayName: 'Server', description: 'Server', ...required } },
  password: {
    type: 'securestring',
    uiDefinition: { displayName: 'Password', description: 'Of the user', ...required },
  },
  port: { type: 'int' },
  encrypt: { type: 'bool' },
  internal: { type: 'string', uiDefinition: { constraints: { hidden: 'true' } } },
  token: { type: 'oauthSetting' },
});

describe('the form of a connection', () => {
  it('has a field for each parameter that is not hidden, and none for signing in', () => {
    assert.deepEqual(
      form.fields.map(({ name, label, hint, isSecret }) => [name, label, hint, isSecret]),
      [
        ['server', 'Server', '', false],
        ['password', 'Password', 'Of the user', true],
        ['port', 'port', '', false],
        ['encrypt', 'encrypt', '', false],
      ],
    );
    assert.ok(form.needsConsent);
    assert.equal(connectionForm({}).needsConsent, false);
  });

  it('names what is missing, and sends values of their types', () => {
    assert.deepEqual(missingFields(form, { server: 'a' }), ['Password']);
    const values = parameterValues(form, { server: 'a', password: '', port: '1433', encrypt: 'false', internal: 'x' });
    assert.deepEqual(values, { server: 'a', port: 1433, encrypt: false });
  });
});

describe('who uses a connection', () => {
  it('is told by the ids in the parameters of logic apps, whatever their case, each app once', () => {
    const users = usersOf([
      { id: '/app1', connections: { a: { connectionId: '/C/One' }, b: { connectionId: '/c/one' }, c: {} } },
      { id: '/app2', connections: { a: { connectionId: '/c/one' } } },
      { id: '/app3', connections: null },
    ]);
    assert.deepEqual(users.get('/c/one'), ['/app1', '/app2']);
    assert.equal(users.size, 1);
  });
});
