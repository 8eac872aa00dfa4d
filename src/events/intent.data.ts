/**
 * Kill-chain stages of alerts, and what other vocabularies call them.
 * Source: domain reference 9.1 and 21; the published ATT&CK tactics.
 */
import { wordTable } from './word-table.ts';

const intents = [
  'PreAttack',
  'InitialAccess',
  'Persistence',
  'PrivilegeEscalation',
  'DefenseEvasion',
  'CredentialAccess',
  'Discovery',
  'LateralMovement',
  'Execution',
  'Collection',
  'Exfiltration',
  'CommandAndControl',
  'Impact',
  'Probing',
  'Exploitation',
] as const;

const byTacticId: Readonly<Record<string, string>> = wordTable({
  ta0001: 'InitialAccess',
  ta0002: 'Execution',
  ta0003: 'Persistence',
  ta0004: 'PrivilegeEscalation',
  ta0005: 'DefenseEvasion',
  ta0006: 'CredentialAccess',
  ta0007: 'Discovery',
  ta0008: 'LateralMovement',
  ta0009: 'Collection',
  ta0010: 'Exfiltration',
  ta0011: 'CommandAndControl',
  ta0040: 'Impact',
  ta0042: 'PreAttack',
  ta0043: 'PreAttack',
});

const byName: ReadonlyMap<string, string> = new Map([
  ...intents.map((intent) => [intent.toLowerCase(), intent] as const),
  ['reconnaissance', 'PreAttack'],
  ['resourcedevelopment', 'PreAttack'],
  ['commandcontrol', 'CommandAndControl'],
]);

function intentOf(text: string): string | undefined {
  const plain = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return byTacticId[plain] ?? byName.get(plain);
}

/** One `Intent` text of the stages that some tactics name, in order, each once; `Unknown` when they name none. */
export function intentText(tactics: readonly string[]): string {
  const found = tactics.flatMap((tactic) => intentOf(tactic) ?? []);
  return found.length === 0 ? 'Unknown' : [...new Set(found)].join(', ');
}
