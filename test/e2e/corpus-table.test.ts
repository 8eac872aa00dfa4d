/** Every stored event and every foreign sample sent to a started server: what came out, against domain reference 21 and 22. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { corpusTable, noCorpus, type TableRow } from './corpus-table.ts';
import { TocsinServer } from './tocsin-server.ts';

describe('the corpus, sent as it is', { skip: noCorpus }, () => {
  const server = new TocsinServer();
  let rows: readonly TableRow[] = [];
  before(async () => {
    await server.start();
    rows = await corpusTable(server);
  });
  after(() => server.remove());

  /** Names of stored events that fired the automation, without their folder and ending. */
  const fired = (automation: string): readonly string[] =>
    rows
      .filter(({ file, matched }) => file.startsWith('events/') && matched.includes(automation))
      .map(({ file }) => file.slice('events/'.length, -'.json'.length));

  test('every file is taken, and every stored event is one event of its own', () => {
    assert.deepEqual(
      rows.filter(({ kind }) => ['refused', 'rejected', 'discarded'].includes(kind)),
      [],
    );
    const stored = rows.filter(({ file }) => file.startsWith('events/'));
    assert.equal(new Set(stored.map(({ file }) => file)).size, stored.length);
    assert.deepEqual(
      stored.filter(({ duplicate }) => duplicate),
      [],
    );
    const kinds = new Map<string, number>();
    for (const { kind } of stored) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    assert.deepEqual(Object.fromEntries(kinds), {
      Alerts: 34,
      Assessments: 18,
      SubAssessments: 6,
      RegulatoryComplianceAssessment: 5,
      SecureScores: 1,
      SecureScoreControls: 1,
    });
  });

  test('5.1, an empty name and three severities: 31 of 34 alerts, never the informational ones', () => {
    assert.equal(fired('three-severities').length, 31);
    const alerts = rows.filter(({ file, kind }) => file.startsWith('events/') && kind === 'Alerts');
    const missed = alerts.filter(({ matched }) => !matched.includes('three-severities'));
    assert.deepEqual([...new Set(missed.map((row) => row.severity))], ['Informational']);
  });

  test('5.2, the name contains SQL, High', () => {
    assert.deepEqual(fired('sql-high'), ['alert-09-sql-bruteforce', 'alert-10-sql-injection-potential']);
  });

  test('a state that contains healthy hits 16 of 18 recommendations, one that equals it 4', () => {
    assert.equal(fired('contains-healthy').length, 16);
    assert.equal(fired('equals-healthy').length, 4);
  });

  test('High and a state that contains unhealthy: 6 recommendations', () => {
    assert.equal(fired('high-unhealthy').length, 6);
  });

  test('findings of the machine parent, although their id is spelled Id', () => {
    assert.deepEqual(fired('machine-findings'), [
      'subassessment-02-machine-cve',
      'subassessment-03-machine-cve-delete',
    ]);
  });

  test('failed controls, the snapshot for its own source only', () => {
    assert.deepEqual(fired('control-failed'), ['compliance-01-mcsb-lt2-failed']);
    assert.deepEqual(fired('control-failed-snapshot'), ['compliance-05-iso-failed-snapshot']);
  });

  test('foreign alerts have the severity of their detector', () => {
    const alerts = rows.filter(({ file, kind }) => file.startsWith('foreign/') && kind === 'Alerts');
    const severities = Object.fromEntries(
      alerts
        .filter(({ file }) => !file.includes('cloudevents'))
        .map(({ file, severity }) => [file.slice(8, -5), severity]),
    );
    assert.deepEqual(severities, {
      'asff-guardduty-cloudtrail-disabled': 'Low',
      'elastic-security-alert-critical-cloud': 'High',
      'elastic-security-alert-lsass': 'High',
      'falco-kernel-module-template': 'Medium',
      'falco-read-sensitive-file-critical': 'High',
      'falco-terminal-shell-in-container': 'Low',
      'graph-alerts-v2-defender-for-cloud': 'High',
      'graph-alerts-v2-endpoint': 'Low',
      'ocsf-detection-finding-guardduty': 'Low',
      'sigma-match-linux-low': 'Informational',
      'sigma-match-mimikatz-commandline': 'High',
      'suricata-eve-blocked-severity1-ipv6': 'High',
      'suricata-eve-et-hunting-post': 'Medium',
      'suricata-eve-irc-download': 'Medium',
      'wazuh-23505-vulnerability': 'High',
      'wazuh-550-file-integrity': 'Medium',
      'wazuh-5763-ssh-bruteforce': 'Medium',
    });
  });

  test('posture findings are recommendations with states, findings and controls', () => {
    const kindsOf = (part: string): readonly string[] => [
      ...new Set(rows.filter(({ file }) => file.includes(part)).map(({ kind }) => kind)),
    ];
    for (const prowler of ['prowler-ocsf-aws', 'prowler-ocsf-azure', 'prowler-ocsf-kubernetes'])
      assert.deepEqual(kindsOf(prowler), ['Assessments', 'RegulatoryComplianceAssessment'], prowler);
    assert.deepEqual(kindsOf('trivy-config'), ['Assessments']);
    assert.deepEqual(kindsOf('trivy-image'), ['Assessments', 'SubAssessments']);
    assert.deepEqual(kindsOf('asff-inspector'), ['Assessments', 'SubAssessments']);
    assert.deepEqual(kindsOf('ocsf-vulnerability'), ['Assessments', 'SubAssessments']);
    assert.deepEqual(kindsOf('ocsf-compliance'), ['Assessments', 'RegulatoryComplianceAssessment']);
    const states = rows.filter(({ file, kind }) => file.includes('prowler') && kind === 'Assessments');
    const wanted = ['Unhealthy', 'NotApplicable', 'Unhealthy', 'Unhealthy', 'Unhealthy', 'Healthy'];
    assert.deepEqual(
      states.map(({ severity }) => severity),
      wanted,
    );
  });

  test('what an envelope carries and what came before without one are the same thing', () => {
    const duplicates = rows.filter(({ duplicate }) => duplicate).map(({ file }) => file);
    assert.deepEqual(duplicates, [
      'foreign/cloudevents-batch-falco-and-alert.json',
      'foreign/cloudevents-structured-alert.json',
      'foreign/falco-terminal-shell-in-container.json',
    ]);
  });
});
