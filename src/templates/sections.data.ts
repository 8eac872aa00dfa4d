/** The sections a template may have, how much they may hold, and the types of parameters. Source: template reference 2, 6, 18. */
/** Lower case. */
export const sectionNames: ReadonlySet<string> = new Set([
  '$schema',
  'contentversion',
  'languageversion',
  'definitions',
  'apiprofile',
  'metadata',
  'parameters',
  'functions',
  'variables',
  'resources',
  'outputs',
]);

/** Source: template reference 18. */
export const sectionLimits = [
  ['parameters', 256],
  ['variables', 256],
  ['outputs', 64],
] as const;

/** Lower case. */
export const parameterTypes: ReadonlySet<string> = new Set([
  'string',
  'securestring',
  'int',
  'bool',
  'object',
  'secureobject',
  'array',
]);
