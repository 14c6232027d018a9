import { expect, test } from 'vitest';
import type { LogFollower } from '../../src/application/ports/log/following.ts';
import {
  NO_HASH,
  NO_SEQUENCE,
  type Revision,
  type Sequence,
  type TemplateId,
} from '../../src/domain/shared/ids.ts';
import { instantOf } from '../../src/domain/shared/instant.ts';
import type { RecordedTemplateEvent } from '../../src/domain/template/events.ts';
import { TaskViews } from '../../src/projections/task-views.ts';
import type { AnalyticsValues } from '../../src/projector/analytics-values.ts';
import { ProjectionRun } from '../../src/projector/projection-run.ts';
import type { TaskFolds } from '../../src/projector/task-folds.ts';
import { TemplateFolds } from '../../src/projector/template-folds.ts';
import { sampleTemplateEvents } from '../support/histories/templates.ts';
import { NO_KEYS } from '../support/parts/no-keys.ts';

/** A template's first event, of about 190 KB. */
function published(n: number): RecordedTemplateEvent {
  const [event] = sampleTemplateEvents;
  if (event?.type !== 'template.published') throw new Error('a template that is published');
  const content = { ...event.data.content, metadata: { text: 'x'.repeat(190_000) } };
  return {
    type: event.type,
    data: { ...event.data, content },
    meta: {
      template_id: `tpl_large_${n}` as TemplateId,
      revision: 1 as Revision,
      sequence: n as Sequence,
      time: instantOf(0),
      hash: NO_HASH,
    } as RecordedTemplateEvent['meta'],
  };
}

test('templates that come together and fill more than one step are all committed, the checkpoint last', async () => {
  const templates = Array.from({ length: 50 }, (_, n) => published(n + 1));
  const through = templates.length as Sequence;
  const end = new AbortController();
  const checkpoints: Sequence[] = [];
  let messages = 0;
  const run = new ProjectionRun({
    from: { sequence: NO_SEQUENCE, values: NO_SEQUENCE, at: 0 },
    views: new TaskViews(1),
    folds: { before: async () => new Map(), keep: () => {} } as unknown as TaskFolds,
    analytics: {} as AnalyticsValues,
    templates: new TemplateFolds({ readTemplate: async () => [] }),
    keys: NO_KEYS,
    commit: async (step, lock) => {
      messages += step.writes(lock).length - 1;
      return lock + 1;
    },
    onCheckpoint: (checkpoint) => {
      checkpoints.push(checkpoint);
      if (checkpoint === through) end.abort();
    },
    onSeen: () => {},
  });
  const follower = {
    followOpened: async (_after, onEvents, { signal }) => {
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await onEvents([], through, { templates, destinations: [], calendars: [] });
      await ended;
    },
  } as Pick<LogFollower, 'followOpened'> as LogFollower;
  await run.follow(follower, end.signal);
  expect(messages).toBe(templates.length);
  // What was committed before all are in it says no more than what was there.
  expect(checkpoints.slice(0, -1).every((checkpoint) => checkpoint === NO_SEQUENCE)).toBe(true);
  expect(checkpoints.at(-1)).toBe(through);
});
