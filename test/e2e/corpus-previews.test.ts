/**
 * Every published template and policy of the collected corpus over HTTP: validated, previewed, deployed, previewed again.
 * `npm run corpus:previews` shows the table.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewCorpus } from '../../tools/corpus/preview-corpus.ts';
import { missingCorpus } from '../../tools/corpus/published.ts';

/** Files that Azure refuses too, with a part of the reason. */
const refused: Readonly<Record<string, string>> = {
  'defender-for-cloud/notify-sqlvulnerability-report.json': "'resourceGroup' is not expected at this location",
  'defender-for-cloud/remediate-enable-auditing-for-the-sql-server.json': 'Unable to parse language expression',
  'azure-sentinel/block-ip-address.json': 'is not defined in the template',
  'azure-sentinel/block-on-prem-aduser.json': "breaks the limit 'minLength'",
  'azure-sentinel/fortinet-response-on-url-2.json': 'Unable to parse language expression',
  'azure-sentinel/palo-alto-pan-os-block-ip-2.json': 'Unable to parse language expression',
};

/** Names that are drawn anew by every deployment. */
const drawn = ['export-ascdata-to-event-hub.json', 'playbook-waf-sentinel-playbook-block-ip.json'];

test('published templates and policies validate, and what was deployed does not change when asked again', {
  skip: missingCorpus,
}, async () => {
  const previews = await previewCorpus([]);
  assert.ok(previews.length >= 119, `${previews.length} files`);
  for (const { file, validated, cause } of previews) {
    const reason = refused[file];
    if (reason === undefined) assert.equal(validated, 'valid', `${file}: ${cause}`);
    else assert.ok(validated === 'InvalidTemplate' && cause.includes(reason), `${file}: ${validated} ${cause}`);
  }
  const deployed = previews.filter(({ state }) => state === 'Succeeded');
  assert.ok(deployed.length >= 106, `${deployed.length} deployed`);
  const changed = deployed.filter(
    ({ file, after }) =>
      !drawn.some((name) => file.endsWith(name)) && Object.keys(after).some((kind) => kind !== 'NoChange'),
  );
  assert.deepEqual(
    changed.map(({ file, cause }) => `${file}: ${cause.slice(0, 300)}`),
    [],
  );
});
