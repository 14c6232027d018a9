import type { TaskTypeDescription } from '../../application/ports/task-types.ts';
import { BACKUP_PARTS, MAX_BACKUPS_KEPT } from '../../application/ports/user-backups.ts';

export const dataBackupDescription: TaskTypeDescription = {
  title: 'Data backup',
  description: 'Puts your tasks, executions and events into one sealed archive.',
  config_schema: {
    type: 'object',
    properties: {
      scope: {
        title: 'What',
        description: 'Only an archive with the events can be restored.',
        anyOf: [
          { title: 'All, or one part', enum: ['all', ...BACKUP_PARTS] },
          { title: 'Several parts', type: 'array', items: { enum: [...BACKUP_PARTS] }, minItems: 1 },
        ],
        default: 'all',
        examples: ['all'],
      },
      keep: {
        title: 'Keep',
        description: 'Archives of this task; older ones are removed.',
        type: 'integer',
        minimum: 1,
        maximum: MAX_BACKUPS_KEPT,
        default: 7,
        examples: [7],
      },
    },
    additionalProperties: false,
  },
  example: { keep: 7 },
};
