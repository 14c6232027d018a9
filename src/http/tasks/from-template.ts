/**
 * A task from a template: what the caller gives, beside `template_id` or within `customization`, over what the
 * template says.
 */

import type { z } from '@hono/zod-openapi';
import { configFaults } from '../../application/faults/template-faults.ts';
import type { OutsideChecks, TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { GivenFields, TemplateUse } from '../../application/use-cases/task-from-template.ts';
import { taskScheduleFrom } from '../../domain/schedule/parse/schedules.ts';
import { parseTemplateId } from '../../domain/shared/ids.ts';
import { type Json, type JsonObject, objectOrNull } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { atTypeTerms } from '../../domain/template/access.ts';
import type { TemplateState } from '../../domain/template/state.ts';
import { mergedConfig, missingFields, TASK_FIELDS } from '../../domain/template/use.ts';
import { covers } from '../../domain/user/tier.ts';
import { type LimitsOf, subscriptionRequired, type TierOf } from '../auth/tier.ts';
import { MAX_CONFIG_BYTES } from '../router/fields.ts';
import type { Inspected, UserCall } from '../router/route.ts';
import { type Fault, Problem } from '../server/problem.ts';
import type { TemplatesPort } from '../templates/handlers.ts';
import { dueFaults, dueParts } from './due-date.ts';
import {
  type CalendarsToFollow,
  inspectSchedule,
  orAsked,
  outsideFaults,
  reminderFaults,
  scheduleReadingOf,
} from './inspect.ts';
import type { Customization, TemplateTaskBody } from './schemas.ts';
import { tierFaults } from './tier-faults.ts';
import { triggerParts } from './trigger-field.ts';

export interface TemplateUseDeps {
  readonly templates: TemplatesPort;
  readonly catalog: TaskTypeCatalog;
  readonly tierOf: TierOf;
  readonly limitsOf: LimitsOf;
  readonly taskTypeTerms: TaskTypeTerms;
  readonly outsideChecks: OutsideChecks;
  readonly calendars: CalendarsToFollow;
}

export async function inspectTemplateUse(
  deps: TemplateUseDeps,
  call: UserCall,
  body: Json | undefined,
): Promise<Inspected<TemplateUse | null>> {
  const members = objectOrNull(body) ?? {};
  const id = typeof members.template_id === 'string' ? parseTemplateId(members.template_id) : null;
  const stored = id === null ? null : ((await deps.templates.get(id))?.state ?? null);
  if (stored === null || !stored.is_active) return refused(new Problem('TEMPLATE_NOT_FOUND'));
  const template = atTypeTerms(stored, deps.taskTypeTerms);
  const tier = await deps.tierOf(call.caller);
  const { required_subscription_level: required } = template;
  if (!covers(tier, required)) return refused(subscriptionRequired(required, tier));

  const given = new Given(members);
  const { schedule: one = null, schedules: several = null } = given.fields;
  const schedule = await inspectSchedule(
    { schedule: one, schedules: several },
    scheduleReadingOf(deps, call),
  );
  const config = given.config === null ? null : mergedConfig(template, given.config);
  const faults = [
    ...given.repeated(),
    ...typeFaults(members, template),
    ...given.placed(schedule.faults),
    ...given.placed(await tierFaults(deps.limitsOf, call.caller, schedule.found)),
    ...given.placed(reminderFaults({ ...given.fields, task_type: template.task_type })),
    ...given.placed(dueFaults(given.fields, null)),
    ...(config === null ? [] : fieldFaults(template, given, config, deps.catalog)),
  ];
  const asked = schedule.found && taskScheduleFrom(schedule.found.all, null);
  const use = { template, config: config ?? {}, schedule: asked };
  return orAsked({ faults, found: use }, async () => {
    const found = await outsideFaults(template.task_type, use.config, deps.outsideChecks, call);
    return found.map(({ loc: [, , ...path], ...fault }) => ({
      ...fault,
      loc: [...given.placeOf('config'), ...path],
    }));
  });
}

function refused(problem: Problem): Inspected<null> {
  return { faults: [], problem, found: null };
}

/** The fields of a body with those of its `customization`. */
class Given {
  readonly fields: JsonObject;
  /** Null where it is no object: the body's schema says so. */
  readonly config: JsonObject | null;
  readonly #own: JsonObject;
  readonly #customization: JsonObject;

  constructor(body: JsonObject) {
    this.#own = body;
    this.#customization = objectOrNull(body.customization) ?? {};
    this.fields = { ...this.#customization, ...body };
    this.config = this.fields.config === undefined ? {} : objectOrNull(this.fields.config);
  }

  /** Where a field is, or would be. */
  placeOf(name: string): readonly string[] {
    const isInside = !Object.hasOwn(this.#own, name) && Object.hasOwn(this.#customization, name);
    return isInside ? ['body', 'customization', name] : ['body', name];
  }

  /** Faults of `["body", <field>, …]`, where the field really is. */
  placed(faults: readonly Fault[]): Fault[] {
    return faults.map((fault) => {
      const [, name = '', ...rest] = fault.loc;
      return { ...fault, loc: [...this.placeOf(String(name)), ...rest] };
    });
  }

  repeated(): Fault[] {
    return Object.keys(this.#customization)
      .filter((name) => Object.hasOwn(this.#own, name))
      .map((name) => ({
        loc: ['body', 'customization', name],
        type: 'conflict',
        ...says`is given beside customization too`,
      }));
  }
}

/** `POST /tasks` may name the type too: then it is the template's. */
function typeFaults({ task_type }: JsonObject, template: TemplateState): Fault[] {
  if (task_type === undefined || task_type === template.task_type) return [];
  const said = says`must be that of the template, ${{ expected: template.task_type }}`;
  return [{ loc: ['body', 'task_type'], type: 'conflict', ...said }];
}

/** One row for each required field that is missing, and one for each fault of the merged config. */
function fieldFaults(
  template: TemplateState,
  given: Given,
  config: JsonObject,
  catalog: TaskTypeCatalog,
): Fault[] {
  if (Buffer.byteLength(JSON.stringify(config)) > MAX_CONFIG_BYTES) {
    const said = says`must be at most ${{ maximum_kib: MAX_CONFIG_BYTES / 1024 }} KiB with what the template says`;
    return [{ loc: given.placeOf('config'), type: 'too_large', ...said }];
  }
  const schedule = given.fields.schedule ?? given.fields.schedules ?? null;
  const fields = { ...given.fields, schedule };
  const missing = missingFields(template, { fields, config: given.config ?? {} });
  const isMissing = new Set(missing.filter((name) => !TASK_FIELDS.has(name)));
  const ofConfig = configFaults(template, config, catalog).filter(
    ({ path }) => !isMissing.has(String(path[0])),
  );
  return [
    ...missing.map((name) => ({
      loc: TASK_FIELDS.has(name) ? given.placeOf(name) : [...given.placeOf('config'), name],
      type: 'missing',
      ...says`is required by the template`,
    })),
    ...ofConfig.map(({ path, ...fault }) => ({ ...fault, loc: [...given.placeOf('config'), ...path] })),
  ];
}

/** What a body says of the task, within `customization` or beside it. */
export function givenFieldsOf(body: z.output<typeof TemplateTaskBody>): GivenFields {
  const all: z.output<typeof Customization> = { ...body.customization, ...body };
  const { trigger = null, due_date, due_timezone, ...given } = all;
  return { ...given, ...triggerParts(trigger), ...dueParts({ due_date, due_timezone }) };
}
