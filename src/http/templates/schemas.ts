/** Templates as administrators send them and as everybody sees them. */

import { z } from '@hono/zod-openapi';
import { refusing } from '../../application/faults/issue-said.ts';
import { NO_CREDITS } from '../../domain/shared/credits.ts';
import { parseTemplateId, type TemplateId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { TASK_TYPES } from '../../domain/task/status.ts';
import { TEMPLATE_CATEGORIES } from '../../domain/template/events.ts';
import { TIERS } from '../../domain/user/tier.ts';
import { credits, description, flag, jsonObject, name, tags } from '../router/fields.ts';
import { fault } from '../router/validation.ts';

const MAX_DOCUMENT_BYTES = 64 * 1024;
const MAX_FIELDS = 50;
const MAX_FIELD_NAME = 100;
const EMPTY: JsonObject = {};
const ANY_OBJECT: JsonObject = { type: 'object' };

const category = z.enum(TEMPLATE_CATEGORIES);
const taskType = z.enum(TASK_TYPES);
const tier = z.enum(TIERS);
const document = jsonObject(MAX_DOCUMENT_BYTES);
const fieldNames = z
  .array(z.string().min(1).max(MAX_FIELD_NAME))
  .max(MAX_FIELDS)
  .refine((names) => new Set(names).size === names.length, refusing(says`names a field twice`));
const configSchema = document.openapi({
  description:
    'JSON Schema 2020-12 of the whole config: type, properties, required, additionalProperties, items, enum, const, anyOf, oneOf, the bounds of text, numbers and lists, format, and patterns without groups.',
});

export const templateId = z
  .string()
  .transform((text, context): TemplateId => {
    const id = parseTemplateId(text);
    if (id !== null) return id;
    fault(
      context,
      'invalid_id',
      says`must be tpl_ and ${{ minimum: 1 }} to ${{ maximum: 60 }} lower-case letters, digits and _`,
    );
    return z.NEVER;
  })
  .openapi({ type: 'string', pattern: '^tpl_[a-z0-9][a-z0-9_]{0,59}$', example: 'tpl_daily_weather' });

/** What a template says, as `TemplateContent` with credits in credits. */
export const contentFields = {
  name,
  description: description.nullable().default(null),
  category,
  task_type: taskType,
  default_config: document.default(EMPTY),
  required_fields: fieldNames.default([]),
  optional_fields: fieldNames.default([]),
  config_schema: configSchema.default(ANY_OBJECT),
  required_subscription_level: tier.default('free'),
  credits_per_run: credits.default(NO_CREDITS),
  tags: tags.default([]),
  metadata: document.default(EMPTY),
};

export const CreateTemplateBody = z
  .strictObject({
    template_id: templateId.optional().openapi({ description: 'Made by the service where it is left out.' }),
    ...contentFields,
    is_active: z.boolean().default(true),
  })
  .openapi('CreateTemplate', {
    example: {
      template_id: 'tpl_team_weather',
      name: 'Weather at the office',
      category: 'productivity',
      task_type: 'daily_weather',
      default_config: { units: 'metric' },
      required_fields: ['location'],
      optional_fields: ['units'],
      config_schema: {
        type: 'object',
        properties: { location: { type: 'string' }, units: { enum: ['metric', 'imperial'] } },
        required: ['location'],
        additionalProperties: false,
      },
    },
  });

export const UpdateTemplateBody = z
  .strictObject({
    name: name.optional(),
    description: description.nullable().optional(),
    category: category.optional(),
    task_type: taskType.optional(),
    default_config: document.optional(),
    required_fields: fieldNames.optional(),
    optional_fields: fieldNames.optional(),
    config_schema: configSchema.optional(),
    required_subscription_level: tier.optional(),
    credits_per_run: credits.optional(),
    tags: tags.optional(),
    metadata: document.optional(),
    is_active: z.boolean().optional(),
  })
  .openapi('UpdateTemplate', { example: { credits_per_run: 0.25 } });

export const IMMUTABLE_TEMPLATE_FIELDS: ReadonlySet<string> = new Set(['template_id', 'id', 'created_at']);

export const ListTemplatesQuery = z.strictObject({
  category: category.optional(),
  task_type: taskType.optional(),
  subscription_level: tier
    .optional()
    .openapi({ description: "Only what this tier may use; never more than the caller's own may." }),
  include_locked: flag
    .optional()
    .openapi({ description: 'Also those above that tier, marked `locked`: nobody of it can use them.' }),
});

export const TemplateParams = z.object({
  template_id: z.string().openapi({ example: 'tpl_daily_weather' }),
});

const instant = z.string().openapi({ format: 'date-time' });
const object = z.looseObject({});

const shownFields = {
  id: z.int().openapi({ description: 'Log sequence of its publication.' }),
  template_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  category,
  task_type: taskType,
  default_config: object,
  required_fields: z.array(z.string()),
  optional_fields: z.array(z.string()),
  config_schema: object,
  required_subscription_level: tier,
  credits_per_run: z.number(),
  tags: z.array(z.string()),
  metadata: object,
  is_active: z.boolean(),
  created_at: instant,
  updated_at: instant,
};

export const TemplateSchema = z.strictObject(shownFields).openapi('Template');

export const ListedTemplateSchema = z
  .strictObject({
    ...shownFields,
    locked: z.boolean().openapi({ description: "Above the tier that was asked for, or the caller's own." }),
  })
  .openapi('ListedTemplate');

export const RetiredSchema = z
  .strictObject({ message: z.string(), template_id: z.string() })
  .openapi('RetiredTemplate');
