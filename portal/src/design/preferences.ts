/** How this browser shows the portal. */
import { keptCell } from '../data/store.ts';

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly times: 'local' | 'utc';
  readonly density: 'compact' | 'comfortable';
}

export const preferences = keptCell<Preferences>('tocsin.preferences', {
  theme: 'system',
  times: 'local',
  density: 'compact',
});
