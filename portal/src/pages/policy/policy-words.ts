/** Words and addresses that the policy pages share. */

/** `Built-in`, `Custom`. */
export const typeWord = (policyType: string): string => (/^builtin$/i.test(policyType) ? 'Built-in' : policyType);

export const definitionAddress = (id: string): string => `/policy/definitions${id}`;
export const assignmentAddress = (id: string): string => `/policy/assignments${id}`;
export const complianceAddress = (assignmentId: string): string => `/policy/compliance${assignmentId}`;
export const remediationAddress = (id: string): string => `/policy/remediation${id}`;
