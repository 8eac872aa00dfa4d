/**
 * The locations a subscription offers.
 *
 * Owns: the answer's members. Source: ARM reference 8.1.
 */
import { locations } from '#inventory';
import type { JsonObject } from '#foundation';

export function listLocations(subscriptionId: string): readonly JsonObject[] {
  const idOf = (name: string): string => `/subscriptions/${subscriptionId}/locations/${name}`;
  return locations.map((entry) => ({
    id: idOf(entry.name),
    name: entry.name,
    type: 'Region',
    displayName: entry.displayName,
    regionalDisplayName: `(${entry.geographyGroup}) ${entry.displayName}`,
    metadata: {
      regionType: 'Physical',
      regionCategory: 'Recommended',
      geographyGroup: entry.geographyGroup,
      longitude: entry.longitude,
      latitude: entry.latitude,
      physicalLocation: entry.physicalLocation,
      pairedRegion: entry.paired === undefined ? [] : [{ name: entry.paired, id: idOf(entry.paired) }],
    },
  }));
}
