import type { TaskTypeDescription } from '../../application/ports/task-types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';

const channels: JsonObject = {
  title: 'Channels',
  description: 'Where to notify you, by the names that your notification service knows.',
  type: 'array',
  items: { title: 'Channel', type: 'string', minLength: 1, maxLength: 64 },
  maxItems: 20,
  examples: [['email']],
};

export const todoDescription: TaskTypeDescription = {
  title: 'To-do',
  description: 'One thing to do, once or again and again, with a due date if you like.',
  config_schema: { type: 'object', properties: {}, additionalProperties: false },
  example: {},
};

export const reminderDescription: TaskTypeDescription = {
  title: 'Reminder',
  description: 'Tells you something at the time that you choose.',
  config_schema: {
    type: 'object',
    properties: {
      reminder_message: {
        title: 'Message',
        description: 'What you are told.',
        type: 'string',
        minLength: 1,
        maxLength: 2_000,
        examples: ['Call the dentist'],
      },
      channels,
    },
    required: ['reminder_message'],
    additionalProperties: false,
  },
  example: { reminder_message: 'Call the dentist' },
};

export const calendarEventDescription: TaskTypeDescription = {
  title: 'Calendar event',
  description: 'An event with its title and time. It shows in your calendar feed.',
  config_schema: {
    type: 'object',
    properties: {
      event_title: {
        title: 'Title',
        description: 'What the event is called.',
        type: 'string',
        minLength: 1,
        maxLength: 255,
        examples: ['Team lunch'],
      },
      event_time: {
        title: 'Begins',
        description: 'Date and time with an offset.',
        type: 'string',
        format: 'date-time',
        examples: ['2027-02-01T12:00:00+01:00'],
      },
      duration_minutes: {
        title: 'Minutes',
        description: 'How long it lasts.',
        type: 'integer',
        minimum: 1,
        maximum: 525_600,
        examples: [60],
      },
      location: {
        title: 'Place',
        description: 'Where it is, in any words.',
        type: 'string',
        minLength: 1,
        maxLength: 255,
        examples: ['12 Mill Lane'],
      },
      channels,
    },
    required: ['event_title', 'event_time'],
    additionalProperties: false,
  },
  example: { event_title: 'Team lunch', event_time: '2027-02-01T12:00:00Z', duration_minutes: 60 },
};
