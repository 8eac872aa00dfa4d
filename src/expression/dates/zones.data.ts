/**
 * Windows time zone ids that the published mapping no longer lists but old definitions name.
 * Source: the registry of Windows time zones; expression reference 10.
 */
export const obsoleteWindowsZones: Readonly<Record<string, string>> = {
  'Kamchatka Standard Time': 'Asia/Kamchatka',
  'Mid-Atlantic Standard Time': 'Etc/GMT+2',
};
