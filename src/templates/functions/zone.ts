/**
 * Availability zones: names of a location's physical zones and the numbers a subscription calls them by.
 *
 * Owns: that mapping, the same for every subscription here: zone 1 of `westeurope` is `westeurope-az1`.
 */
import { isJsonArray, type Json } from '#foundation';
import { badArguments, type EvaluationStop, isStop } from '../stop.ts';
import { plain, type PlainFunction } from './function.ts';

type Mapping = (location: string, zone: string) => string | undefined;

const logical: Mapping = (location, zone) => {
  const [, of, number] = /^(.*)-az(\d+)$/i.exec(zone) ?? [];
  return of?.toLowerCase() === location.toLowerCase() ? number : undefined;
};

const physical: Mapping = (location, zone) => (/^\d+$/.test(zone) ? `${location.toLowerCase()}-az${zone}` : undefined);

function mapped(name: string, map: Mapping, location: Json | undefined, zone: Json | undefined) {
  const found = typeof location === 'string' && typeof zone === 'string' ? map(location, zone) : undefined;
  return found ?? badArguments(name, `the location has no such zone.`);
}

function ofOne(name: string, map: Mapping): PlainFunction {
  return plain(name, 3, 3, ([, location, zone]) => mapped(name, map, location, zone));
}

function ofMany(name: string, map: Mapping): PlainFunction {
  return plain(name, 3, 3, ([, location, zones]): Json | EvaluationStop => {
    if (!isJsonArray(zones)) return badArguments(name, 'an array of zones is expected.');
    const all: Json[] = [];
    for (const zone of zones) {
      const found = mapped(name, map, location, zone);
      if (isStop(found)) return found;
      all.push(found);
    }
    return all;
  });
}

/** Arguments: a subscription id, a location, a zone or zones. */
export const zoneFunctions: readonly PlainFunction[] = [
  ofOne('toLogicalZone', logical),
  ofMany('toLogicalZones', logical),
  ofOne('toPhysicalZone', physical),
  ofMany('toPhysicalZones', physical),
];
