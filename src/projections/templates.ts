/**
 * Each template as commands and callers see it, retired ones too, under its id. Its values are snapshots that
 * `advanceTemplate` makes.
 */
export const TEMPLATES = { name: 'TEMPLATES', version: 1 } as const;
