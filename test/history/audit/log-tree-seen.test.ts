import { expect, test } from 'vitest';
import type { StoredEntry, StoredLog, StoredTiles } from '../../../src/application/ports/log/audit.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import { LogTree } from '../../../src/history/audit/log-tree.ts';
import { LogMessage } from '../../../src/jetstream/log/follow/log-message.ts';
import { SeenDigests } from '../../../src/jetstream/log/follow/seen-digests.ts';

const EVENTS = 1_000;
const entries: StoredEntry[] = Array.from({ length: EVENTS }, (_, at) => ({
  sequence: (at + 1) as Sequence,
  subject: `tasklog.u${at % 7}.tsk_${at % 100}`,
  body: Buffer.from(`{"event":${at}}`),
}));
const message = ({ subject, sequence, body }: StoredEntry) => new LogMessage(subject, sequence, body);

/** Of the first so many events; counts how many were read. */
function log(size: number): StoredLog & { read: number } {
  return {
    read: 0,
    lastSequence: async () => size as Sequence,
    async *pages(_filter, after, through) {
      const page = entries.slice(after, Math.min(through, size));
      this.read += page.length;
      if (page.length > 0) yield page;
    },
  };
}

function tiles(): StoredTiles {
  const kept = new Map<string, Buffer>();
  return {
    get: async (level, index) => kept.get(`${level}/${index}`) ?? null,
    put: async (level, index, hashes) => void kept.set(`${level}/${index}`, hashes),
  };
}

async function rootOf(tree: LogTree): Promise<string> {
  await tree.keep(0, EVENTS, () => true);
  return (await tree.root(EVENTS)).toString('hex');
}

test('full tiles of what this process has seen are those of what is stored, and nothing is read for them', async () => {
  const seen = new SeenDigests();
  seen.add(entries.map(message));
  const asStored = await rootOf(new LogTree(log(EVENTS), tiles()));
  const read = log(EVENTS);
  expect(await rootOf(new LogTree(read, tiles(), seen))).toBe(asStored);
  // Only those that fill no tile.
  expect(read.read).toBe(EVENTS % 256);
});

test('what was not seen, or from before a gap, is read', async () => {
  const seen = new SeenDigests();
  seen.add(entries.slice(0, 300).map(message));
  seen.add(entries.slice(400).map(message));
  expect(seen.between(0 as Sequence, 300 as Sequence)).toBeNull();
  expect(seen.between(399 as Sequence, 401 as Sequence)).toBeNull();
  expect(seen.between(400 as Sequence, (EVENTS + 1) as Sequence)).toBeNull();
  expect(seen.between(400 as Sequence, 402 as Sequence)?.map(({ sequence }) => sequence)).toEqual([401, 402]);
  const asStored = await rootOf(new LogTree(log(EVENTS), tiles()));
  const read = log(EVENTS);
  expect(await rootOf(new LogTree(read, tiles(), seen))).toBe(asStored);
  expect(read.read).toBe(EVENTS);
});

test('no more is kept than a burst, whatever passes', () => {
  const seen = new SeenDigests();
  for (let at = 0; at < 40; at++) {
    seen.add(
      entries.map((entry) => message({ ...entry, sequence: (entry.sequence + at * EVENTS) as Sequence })),
    );
  }
  const last = (40 * EVENTS) as Sequence;
  expect(seen.between((last - 8_000) as Sequence, last)).toHaveLength(8_000);
  expect(seen.between((last - 17_000) as Sequence, last)).toBeNull();
});
