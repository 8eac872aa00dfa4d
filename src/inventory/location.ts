/**
 * Azure locations: names, and which ones the product lists.
 *
 * Owns: normalising a location and the list of `GET /subscriptions/{id}/locations`.
 */

/** `West Europe` and `westeurope` are the same place; answers use the second form. */
export function normalLocation(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, '');
}
