import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hash, Revision, Sequence } from '../../../src/domain/shared/ids.ts';
import { schedulingOf } from '../../../src/projections/schedule.ts';
import { SnapshotPacker } from '../../../src/scheduler/book/packed-snapshot.ts';
import { creations, play, steps } from '../../support/histories/history.ts';

describe('packed snapshot', () => {
  it('unpacks to what was packed, in every state that a task can reach', () => {
    const packer = new SnapshotPacker();
    fc.assert(
      fc.property(creations, steps, fc.nat(), (creation, all, sequence) => {
        for (const task of play(creation, all).states) {
          const snapshot = {
            sequence: sequence as Sequence,
            revision: task.revision as Revision,
            hash: sequence.toString(16).padStart(64, '0a') as Hash,
            state: schedulingOf(task),
          };
          const packed = Buffer.from(packer.pack(snapshot));
          expect(packer.unpack(packed, task.task_id, snapshot.sequence)).toEqual(snapshot);
        }
      }),
    );
  });
});
