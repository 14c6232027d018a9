/** Each task as commands and callers see it, deleted ones too: also the snapshot that loading starts from. */
export const TASKS = { name: 'TASKS', version: 10 } as const;
