/**
 * Naming rules of the containers and of resources nobody else knows.
 *
 * Owns: the checks. Source: ARM reference 8.2; the published naming rules of Azure resources.
 */
import { type Fault, fault } from '#foundation';

/** 1 to 90 letters, digits, `_ - . ( )`, not ending in a dot. */
export function checkGroupName(name: string): Fault | undefined {
  if (/^[-\p{L}\p{N}_.()]{1,90}$/u.test(name) && !name.endsWith('.')) return undefined;
  return fault(
    'InvalidParameter',
    `The provided resource group name '${name.slice(0, 120)}' has these invalid characters or is too long, or ends in a ` +
      `period. The name takes 1 to 90 letters, digits, '_', '-', '.', '(' and ')'.`,
    { target: 'resourceGroupName' },
  );
}

/** Up to 260 characters without those that Azure forbids in any resource name. */
export function checkResourceName(name: string): Fault | undefined {
  if (name.length <= 260 && !/[<>%&?#\\/:*|"]/.test(name) && !/[. ]$/.test(name)) return undefined;
  return fault(
    'InvalidResourceName',
    `The resource name '${name.slice(0, 120)}' is too long, ends in a period or space, or contains one of '<>%&?#\\/:*|"'.`,
  );
}
