/** The names of the tabs of *Assign policy*: a contract, portal reference 12. */
import type { AssignTab } from '../../model/policy-assignment.ts';

export const tabNames: Readonly<Record<AssignTab, string>> = {
  basics: 'Basics',
  parameters: 'Parameters',
  remediation: 'Remediation',
  messages: 'Non-compliance messages',
  review: 'Review + create',
};
