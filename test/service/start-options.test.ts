import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText, readStartRequest, type StartOptions } from '#service';

function options(args: readonly string[], environment: Record<string, string> = {}): StartOptions {
  const request = readStartRequest(args, environment);
  assert.equal(request.kind, 'start', JSON.stringify(request));
  return (request as { options: StartOptions }).options;
}

function refusal(args: readonly string[], environment: Record<string, string> = {}): string {
  const request = readStartRequest(args, environment);
  assert.equal(request.kind, 'bad', JSON.stringify(request));
  return (request as { message: string }).message;
}

test('the defaults are those of the documentation', () => {
  const { port, httpsPort, host, data, empty, sandbox, timeScale } = options([]);
  assert.deepEqual(
    [port, httpsPort, host, data, empty, sandbox, timeScale],
    [7070, 7443, '127.0.0.1', '.tocsin', false, false, 1],
  );
});

test('an option wins over its variable, and the last of several counts', () => {
  assert.equal(options([], { TOCSIN_PORT: '1234' }).port, 1234);
  assert.equal(options(['--port', '5', '--port=6'], { TOCSIN_PORT: '1234' }).port, 6);
  assert.equal(options([], { TOCSIN_PORT: '' }).port, 7070, 'an empty variable is none');
});

test('the sandbox takes a file or nothing', () => {
  assert.equal(options(['--sandbox']).sandbox, true);
  assert.equal(options(['--sandbox', '--empty']).sandbox, true);
  assert.equal(options(['--sandbox', 'mocks.json']).sandbox, 'mocks.json');
  assert.equal(options([], { TOCSIN_SANDBOX: '0' }).sandbox, false);
  assert.equal(options([], { TOCSIN_SANDBOX: 'mocks.json' }).sandbox, 'mocks.json');
});

test('addresses other than loopback need a certificate of the operator', () => {
  assert.match(refusal(['--host', '0.0.0.0']), /--tls-cert/);
  assert.equal(options(['--host', '::1']).host, '::1');
  const tls = options(['--host', '0.0.0.0', '--tls-cert', 'c.pem', '--tls-key', 'k.pem']).tls;
  assert.deepEqual(tls, { certFile: 'c.pem', keyFile: 'k.pem' });
});

test('what is wrong is said in one sentence', () => {
  assert.match(refusal(['--nope']), /Unknown option '--nope'/);
  assert.match(refusal(['-p', '1']), /Unknown option '-p'/);
  assert.match(refusal(['--port', '65536']), /from 0 to 65535/);
  assert.match(refusal(['--port', '-1']), /from 0 to 65535/);
  assert.match(refusal(['--data']), /needs a value/);
  assert.match(refusal(['--log-level', 'loud']), /debug, info, warn or error/);
  assert.match(refusal([], { TOCSIN_TIME_SCALE: '0' }), /above 0/);
  assert.match(refusal([], { TOCSIN_ADMIN_TOKEN: 'short' }), /8 to 1,024/);
});

test('the cloud is one that Azure has, in any case', () => {
  assert.equal(options([]).cloud, 'AzureCloud');
  assert.equal(options(['--cloud', 'azureusgovernment']).cloud, 'AzureUSGovernment');
  assert.equal(options([], { TOCSIN_CLOUD: 'AzureChinaCloud' }).cloud, 'AzureChinaCloud');
  assert.match(refusal(['--cloud', 'AzureMoon']), /AzureCloud, AzureUSGovernment, AzureChinaCloud, not 'AzureMoon'/);
});

test('lists are cut at commas', () => {
  assert.deepEqual(options(['--allow-outbound', '10.0.0.0/8, host.internal']).allowOutbound, [
    '10.0.0.0/8',
    'host.internal',
  ]);
});

test('help names every option and variable', () => {
  assert.equal(readStartRequest(['--help'], {}).kind, 'help');
  for (const word of ['--https-port N', '--sandbox [MOCKS.json]', 'TOCSIN_DATA', 'TOCSIN_TIME_SCALE']) {
    assert.ok(helpText().includes(word), word);
  }
});
