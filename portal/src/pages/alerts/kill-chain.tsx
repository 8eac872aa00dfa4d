/** Where in an attack an alert stands: the tactics of MITRE ATT&CK in their order, those of the alert marked. */
import type { ReactElement } from 'react';

const tactics: readonly (readonly [string, string])[] = [
  ['PreAttack', 'Pre-attack'],
  ['InitialAccess', 'Initial access'],
  ['Execution', 'Execution'],
  ['Persistence', 'Persistence'],
  ['PrivilegeEscalation', 'Privilege escalation'],
  ['DefenseEvasion', 'Defense evasion'],
  ['CredentialAccess', 'Credential access'],
  ['Discovery', 'Discovery'],
  ['LateralMovement', 'Lateral movement'],
  ['Collection', 'Collection'],
  ['CommandAndControl', 'Command and control'],
  ['Exfiltration', 'Exfiltration'],
  ['Impact', 'Impact'],
];

export function KillChain({ intent = '' }: { readonly intent?: string | undefined }): ReactElement {
  const own = intent.split(',').flatMap((text) => text.trim() || []);
  const isOwn = (key: string): boolean => own.some((each) => each.toLowerCase() === key.toLowerCase());
  const others = own.filter((each) => !tactics.some(([key]) => key.toLowerCase() === each.toLowerCase()));
  const names = [...tactics.flatMap(([key, name]) => (isOwn(key) ? [name] : [])), ...others];
  return (
    <>
      <ol className="kill-chain" aria-label="Kill chain">
        {tactics.map(([key, name]) => (
          <li key={key} title={name} className={isOwn(key) ? 'own' : undefined}>
            <span className="hidden">{isOwn(key) ? `${name}: in this alert` : name}</span>
          </li>
        ))}
      </ol>
      <p>{names.length === 0 ? 'The detector named no tactic.' : names.join(', ')}</p>
    </>
  );
}
