/** What people call a principal or user. */
import { raise } from '#foundation';

/** @throws TocsinError `InvalidParameter`. */
export function checkDisplayName(name: string): void {
  if (name.trim() !== '' && name.length <= 256) return;
  raise('InvalidParameter', "The member 'displayName' must be 1 to 256 characters long.", { target: 'displayName' });
}
