import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readShipped, type ShippedEntry } from '../../../src/app/start/shipped-templates.ts';
import { configFaults, templateFaults } from '../../../src/application/faults/template-faults.ts';
import { parseSchedule } from '../../../src/domain/schedule/parse/parse.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { TASK_TYPES } from '../../../src/domain/task/status.ts';
import { DEFAULT_TASK_TYPE_TERMS } from '../../../src/domain/task/type-terms.ts';
import { mergedConfig, missingFields } from '../../../src/domain/template/use.ts';
import { FromTemplateBody } from '../../../src/http/tasks/schemas.ts';
import { createExecutors } from '../../../src/task-types/all.ts';
import { ExecutorCatalog } from '../../../src/task-types/catalog.ts';
import { providers } from '../../support/parts/providers.ts';
import { untitledIn } from '../../support/schema-notes.ts';

const catalog = new ExecutorCatalog(createExecutors(providers()));
const NOW = instantOf(Date.UTC(2026, 10, 23));
const DIGESTS: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'shipped-templates.digests.json'), 'utf8'),
);

let shipped: readonly ShippedEntry[];
beforeAll(async () => {
  shipped = await readShipped();
});

describe('the catalogue that is shipped', () => {
  it('has at least 20 templates, of every task type, each id once', () => {
    const ids = shipped.map(({ template_id }) => template_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(20);
    expect(new Set(shipped.map(({ content }) => content.task_type))).toEqual(new Set(TASK_TYPES));
  });

  it('has those that people know, at their tiers', () => {
    const tiers = new Map<string, string>(
      shipped.map(({ template_id, content }) => [template_id, content.required_subscription_level]),
    );
    const known = {
      free: ['tpl_todo_basic', 'tpl_reminder_simple', 'tpl_daily_weather'],
      basic: ['tpl_daily_news', 'tpl_calendar_event'],
      pro: ['tpl_price_tracker', 'tpl_news_monitor', 'tpl_weather_alert'],
      enterprise: ['tpl_custom_webhook', 'tpl_data_backup'],
    };
    for (const [tier, ids] of Object.entries(known)) {
      for (const id of ids) expect([id, tiers.get(id)]).toEqual([id, tier]);
    }
  });

  it('asks for what its task types ask for: a template gates nothing that a task without one does not', () => {
    for (const { template_id, content } of shipped) {
      const { required_subscription_level: tier, credits_per_run_micros } = content;
      expect([template_id, { tier, credits_per_run_micros }]).toEqual([
        template_id,
        DEFAULT_TASK_TYPE_TERMS[content.task_type],
      ]);
    }
  });

  it('has no fault, so that its defaults fit their task types', () => {
    const faults = shipped.map(({ template_id, content }) => [template_id, templateFaults(content, catalog)]);
    expect(faults.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  it('gives with each template an example that makes a task, and a schedule that can be used', () => {
    for (const { template_id, content } of shipped) {
      const { example, suggested_schedule } = content.metadata as Record<string, Record<string, never>>;
      const body = FromTemplateBody.safeParse({ template_id, ...example });
      expect([template_id, body.error]).toEqual([template_id, undefined]);
      const given = { fields: example ?? {}, config: example?.config ?? {} };
      expect([template_id, missingFields(content, given)]).toEqual([template_id, []]);
      const faults = configFaults(content, mergedConfig(content, given.config), catalog);
      expect([template_id, faults]).toEqual([template_id, []]);
      for (const schedule of [example?.schedule, suggested_schedule]) {
        if (schedule === undefined) continue;
        expect([template_id, parseSchedule(schedule, NOW)]).toMatchObject([template_id, { ok: true }]);
      }
    }
  });

  it('says of everything in a config what it is, for who fills it in', () => {
    const untitled = shipped.map(({ template_id, content }) => [
      template_id,
      untitledIn(content.config_schema),
    ]);
    expect(untitled.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  it('raises the version of what it says anew: services only take over newer versions', () => {
    // To be written again by hand with a changed template, never for an unchanged version.
    const now = Object.fromEntries(shipped.map((entry) => [entry.template_id, digestOf(entry)]));
    expect(now).toEqual(DIGESTS);
  });
});

function digestOf({ version, content }: ShippedEntry): string {
  return `${version}.${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)}`;
}
