/** Entry file of `#access`: whether an identity may do an operation at a scope. */
export * from './built-in-roles.data.ts';
export * from './decide.ts';
export * from './refusal.ts';
export * from './roles.ts';
