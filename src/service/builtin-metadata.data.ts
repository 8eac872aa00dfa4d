/**
 * Built-in recommendations that automations and policies name by their keys.
 *
 * Owns: keys, names, policies and severities, which are Azure's; the descriptions are our own. Not the whole list of Azure:
 * metadata of any other key is known from the events that carry it.
 * Source: domain reference 12; public API specification (assessmentMetadata).
 */

export interface BuiltinAssessment {
  readonly key: string;
  readonly displayName: string;
  /** GUID of the built-in policy behind it; absent where there is none. */
  readonly policy?: string;
  readonly severity: 'High' | 'Medium' | 'Low';
  readonly category: 'Compute' | 'Networking' | 'Data' | 'IdentityAndAccess' | 'AppServices' | 'Container';
  readonly description: string;
  readonly remediation: string;
}

const findings = 'Look at the findings of the resource and resolve each of them.';

export const builtinAssessments: readonly BuiltinAssessment[] = [
  {
    key: '82e20e14-edc5-4373-bfc4-f13121257c37',
    displayName: 'SQL databases should have vulnerability findings resolved',
    policy: '0ae3ce53-64af-403f-a055-70dd5d1949e5',
    severity: 'High',
    category: 'Data',
    description: 'The vulnerability assessment of the database has findings.',
    remediation: findings,
  },
  {
    key: 'f97aa83c-9b63-4f9a-99f6-b22c4398f936',
    displayName: 'SQL servers on machines should have vulnerability findings resolved',
    severity: 'High',
    category: 'Data',
    description: 'The vulnerability assessment of an SQL server on the machine has findings.',
    remediation: findings,
  },
  {
    key: 'dbd0cb49-b563-45e7-9724-889e799fa648',
    displayName: 'Container registry images should have vulnerability findings resolved (powered by Qualys)',
    policy: '34e146a3-860e-4224-a069-6f2fc1a59659',
    severity: 'High',
    category: 'Compute',
    description: 'Images in the registry hold known vulnerabilities.',
    remediation: findings,
  },
  {
    key: '1195afff-c881-495e-9bc5-1486211ae03f',
    displayName: 'Machines should have vulnerability findings resolved',
    policy: '1f63b2a1-781d-4d7c-a572-0f444afea97f',
    severity: 'Low',
    category: 'Compute',
    description: 'The vulnerability assessment of the machine has findings.',
    remediation: findings,
  },
  {
    key: '4ab6e3c5-74dd-8b35-9ab9-f61b30875b27',
    displayName: 'System updates should be installed on your machines',
    policy: 'c06ff584-b055-48b5-aad3-7b14d4ce09ae',
    severity: 'High',
    category: 'Compute',
    description: 'Security updates of the operating system are missing on the machine.',
    remediation: 'Install the missing updates.',
  },
  {
    key: '1c5de8e1-f68d-6a17-e0d2-ec259c42768c',
    displayName: 'Secure transfer to storage accounts should be enabled',
    policy: '050655c4-ad4b-4e55-a083-d4b049d775f8',
    severity: 'High',
    category: 'Data',
    description: 'The storage account takes requests that are not encrypted.',
    remediation: 'Require secure transfer in the configuration of the storage account.',
  },
  {
    key: 'bc303248-3d14-44c2-96a0-55f5c326b5fe',
    displayName: 'Management ports should be closed on your virtual machines',
    policy: '22730e10-96f6-4aac-ad84-9383d35b5917',
    severity: 'Medium',
    category: 'Networking',
    description: 'Ports for remote management of the machine are open to the internet.',
    remediation: 'Restrict the inbound rules that allow management ports, or deny them.',
  },
  {
    key: '805651bc-6ecd-4c73-9b55-97a19d0582d0',
    displayName: 'Management ports of virtual machines should be protected with just-in-time network access control',
    severity: 'High',
    category: 'Networking',
    description: 'Ports for remote management of the machine are open all the time.',
    remediation: 'Open the ports on request only, for a limited time.',
  },
  {
    key: '88bbc99c-e5af-ddd7-6105-6150b2bfa519',
    displayName: 'Diagnostic logs in Key Vault should be enabled',
    severity: 'Low',
    category: 'IdentityAndAccess',
    description: 'Nobody can tell afterwards who read the secrets of the vault.',
    remediation: 'Send the diagnostic logs of the vault somewhere and keep them.',
  },
  {
    key: '94290b00-4d0c-d7b4-7cea-064a9554e681',
    displayName: 'MFA should be enabled on accounts with owner permissions on your subscription',
    severity: 'High',
    category: 'IdentityAndAccess',
    description: 'An account that owns the subscription signs in with a password alone.',
    remediation: 'Require a second factor from these accounts.',
  },
  {
    key: '151e82c5-5341-a74b-1eb0-bc38d2c84bb5',
    displayName: 'MFA should be enabled on accounts with read permissions on your subscription',
    severity: 'Medium',
    category: 'IdentityAndAccess',
    description: 'An account that can read the subscription signs in with a password alone.',
    remediation: 'Require a second factor from these accounts.',
  },
  {
    key: '7b3d4796-9400-2904-692b-4a5ede7f0a1e',
    displayName: 'CORS should not allow every resource to access Function Apps',
    severity: 'Low',
    category: 'AppServices',
    description: 'Scripts of any web site may call the function app.',
    remediation: 'Allow the origins that need it.',
  },
  {
    key: '1f655fb7-63ca-4980-91a3-56dbc2b715c6',
    displayName:
      'Vulnerabilities in security configuration on your Linux machines should be remediated (powered by Guest Configuration)',
    severity: 'Low',
    category: 'Compute',
    description: 'The machine does not fulfil its security baseline.',
    remediation: findings,
  },
  {
    key: 'd57a4221-a804-52ca-3dea-768284f06bb7',
    displayName:
      'Virtual machines should encrypt temp disks, caches, and data flows between Compute and Storage resources',
    severity: 'High',
    category: 'Compute',
    description: 'Disks of the machine can be read by whoever gets hold of them.',
    remediation: 'Turn encryption on, at the host or in the machine.',
  },
  {
    key: '21300918-b2e3-0346-785f-c77ff57d243b',
    displayName: 'Install endpoint protection solution on virtual machine scale sets',
    policy: '26a828e1-e88f-464e-bbb3-c134a282b9de',
    severity: 'Medium',
    category: 'Compute',
    description: 'Machines of the scale set have no protection against malware.',
    remediation: 'Install a solution for endpoint protection.',
  },
];
