import type { TaskTypeDescription } from '../../application/ports/task-types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { MOST_SOURCES } from './sources.ts';

const sources: JsonObject = {
  title: 'Feeds',
  description: 'URLs of feeds, or names of feeds that the service knows. Without: all that it knows.',
  type: 'array',
  items: { title: 'Feed', type: 'string', minLength: 1, maxLength: 2_048 },
  minItems: 1,
  maxItems: MOST_SOURCES,
  examples: [['https://blog.example/feed.xml']],
};

export const dailyNewsDescription: TaskTypeDescription = {
  title: 'News digest',
  description: 'Tells you what is new in the feeds since the last run.',
  config_schema: {
    type: 'object',
    properties: {
      categories: {
        title: 'Categories',
        description: 'Only items of these. Without: all.',
        type: 'array',
        items: { title: 'Category', type: 'string', minLength: 1, maxLength: 64 },
        minItems: 1,
        maxItems: 50,
        examples: [['technology', 'science']],
      },
      sources,
      limit: {
        title: 'At most',
        description: 'Items in one digest, the newest first.',
        type: 'integer',
        minimum: 1,
        maximum: 100,
        default: 20,
        examples: [20],
      },
    },
    additionalProperties: false,
  },
  example: { categories: ['technology'], limit: 10 },
};

export const newsMonitorDescription: TaskTypeDescription = {
  title: 'News monitor',
  description: 'Watches feeds for your words and tells you of each item that has one, once.',
  config_schema: {
    type: 'object',
    properties: {
      keywords: {
        title: 'Words',
        description: 'Whole words, in any case.',
        type: 'array',
        items: { title: 'Word or words', type: 'string', minLength: 1, maxLength: 100 },
        minItems: 1,
        maxItems: 100,
        examples: [['solar power']],
      },
      match: {
        title: 'Match',
        description: 'Whether any of the words is enough, or an item must have all of them.',
        enum: ['any', 'all'],
        default: 'any',
        examples: ['any'],
      },
      exclude: {
        title: 'Without',
        description: 'Items with any of these words are passed over.',
        type: 'array',
        items: { title: 'Word or words', type: 'string', minLength: 1, maxLength: 100 },
        maxItems: 100,
        examples: [['advertisement']],
      },
      sources,
    },
    required: ['keywords'],
    additionalProperties: false,
  },
  example: { keywords: ['solar power'] },
};
