import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EventPage,
  type EventPageQuery,
  PAGE_BYTES,
  TaskEventPages,
} from '../../../../src/application/queries/history/task-event-pages.ts';
import type { RecordedTaskEvent } from '../../../../src/domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence } from '../../../../src/domain/shared/ids.ts';
import { creations, play, steps } from '../../../support/histories/history.ts';
import { CLOSE, ReadHistory } from '../../../support/log/read-history.ts';

const histories = fc.tuple(creations, steps).map(([creation, all]) => play(creation, all).events);
const numberOf = ({ meta }: RecordedTaskEvent) => String(meta.sequence);

function pagesOf(events: readonly RecordedTaskEvent[], late: number) {
  const read = new ReadHistory(events, CLOSE, Math.min(late, events.length));
  const pages = new TaskEventPages(read.log, read.views);
  return (query: Partial<EventPageQuery>, textOf = numberOf) =>
    pages.of(
      read.task,
      { order: 'asc', after: NO_SEQUENCE, before: null, types: null, limit: 500, ...query },
      textOf,
    );
}

async function all(
  page: ReturnType<typeof pagesOf>,
  query: Partial<EventPageQuery> & Pick<EventPageQuery, 'order'>,
): Promise<number[]> {
  const found: number[] = [];
  for (let part: EventPage | null = null; part === null || part.has_more; ) {
    const from: Partial<EventPageQuery> =
      part === null ? {} : query.order === 'asc' ? { after: part.next_after } : { before: part.next_before };
    part = await page({ ...query, ...from });
    found.push(...part.texts.map(Number));
  }
  return found;
}

describe('pages of events', { timeout: 60_000 }, () => {
  test('join without gap or repeat, in either order, of all types or some, wherever the milestones are', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.nat(7),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.nat(40),
        fc.option(fc.nat(40)),
        async (events, late, limit, some, after, before) => {
          const types = some
            ? new Set([events.at(-1)?.type ?? 'task.created', 'task.updated' as const])
            : null;
          const page = pagesOf(events, late);
          const bounds = { after: after as Sequence, before: before as Sequence | null, types, limit };
          const wanted = events
            .filter(({ type }) => types?.has(type) ?? true)
            .map(({ meta }) => Number(meta.sequence))
            .filter((sequence) => sequence > after && (before === null || sequence < before));
          expect(await all(page, { order: 'asc', ...bounds })).toEqual(wanted);
          expect(await all(page, { order: 'desc', ...bounds })).toEqual(wanted.toReversed());
        },
      ),
      { numRuns: 150 },
    );
  });

  test('lead from any page to the newer and to the older events', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(30), async (events, before) => {
        const page = pagesOf(events, 0);
        const newest = await page({ order: 'desc', before: (before + 1) as Sequence, limit: 2 });
        const newer = await all(page, { order: 'asc', after: newest.next_after });
        const older =
          newest.next_before === null ? [] : await all(page, { order: 'asc', before: newest.next_before });
        expect([...older, ...newest.texts.map(Number).reverse(), ...newer]).toEqual(
          events.map(({ meta }) => meta.sequence),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('hold so many bytes and no more, but one event in any case', async () => {
    const { events } = play(
      {},
      Array.from({ length: 20 }, (_, n) => ({
        after: 1,
        do: 'update' as const,
        changes: { name: `new ${n}` },
        status: null,
      })),
    );
    const page = pagesOf(events, 4);
    for (const order of ['asc', 'desc'] as const) {
      const large = await page({ order }, (event) => numberOf(event).padEnd(PAGE_BYTES / 4));
      expect(large.texts).toHaveLength(4);
      expect(large.has_more).toBe(true);
      const larger = await page({ order }, (event) => numberOf(event).padEnd(PAGE_BYTES + 1));
      expect(larger.texts).toHaveLength(1);
      const found: number[] = [];
      for (let part: EventPage | null = null; part === null || part.has_more; ) {
        const from: Partial<EventPageQuery> =
          part === null ? {} : order === 'asc' ? { after: part.next_after } : { before: part.next_before };
        part = await page({ order, ...from }, (event) => numberOf(event).padEnd(PAGE_BYTES / 2 + 1));
        found.push(...part.texts.map(Number));
      }
      const wanted = events.map(({ meta }) => Number(meta.sequence));
      expect(found).toEqual(order === 'asc' ? wanted : wanted.reverse());
    }
  });
});
