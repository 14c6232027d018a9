/** Slots that share a fate, in the order in which events took them: see `slot-ledger.ts`. */
import { nominalSlotsFrom } from '../../schedule/slots.ts';
import type { TaskSchedule } from '../../schedule/types.ts';
import type { ExecutionId } from '../../shared/ids.ts';
import { type Instant, plusMs } from '../../shared/instant.ts';
import type { SkipsByVersion } from './skips-by-version.ts';
import { BY_OWNER, type SlotFate, type SlotPlace, type SlotRange, type SlotRecord } from './slot-fates.ts';

/** A fate that may still become another. */
export interface FateEntry {
  fate: SlotFate;
}

export interface SlotSpan {
  /** Of several schedules those with runs left. */
  readonly schedule: TaskSchedule;
  readonly version: number;
  /** Slots after this … */
  readonly after: Instant;
  /** … up to this one, inclusive. */
  readonly to: Instant;
  readonly entry: FateEntry;
}

export class SlotSpans {
  readonly #spans: SlotSpan[] = [];

  push(span: SlotSpan): void {
    this.#spans.push(span);
  }

  /** The fate that the run made, if it is in one. */
  ofRun(executionId: ExecutionId): FateEntry | undefined {
    return this.#spans.findLast(({ entry }) => runOf(entry) === executionId)?.entry;
  }

  /** The fate of the slots that end with this one. */
  upTo(version: number, slot: Instant): FateEntry | undefined {
    return this.#spans.findLast((span) => span.version === version && span.to === slot)?.entry;
  }

  /** Slots of this version of the schedule after `last` have no fate any more. */
  takeBack(version: number, last: Instant): void {
    for (let at = this.#spans.length - 1; at >= 0; at -= 1) {
      const span = this.#spans[at];
      if (span === undefined || span.version !== version || span.to <= last) return;
      if (span.after >= last) this.#spans.pop();
      else this.#spans[at] = { ...span, to: last };
    }
  }

  /** Slots of the range after a place, in order; each is worked out as it is taken. `last`: a span after all others. */
  *slots(
    last: SlotSpan | null,
    after: SlotPlace | null,
    range: SlotRange,
    skips: SkipsByVersion,
  ): Generator<SlotRecord, void, undefined> {
    for (const span of last === null ? this.#spans : [...this.#spans, last]) {
      const { version, schedule } = span;
      if (span.to < range.from || span.after >= range.to) continue;
      if (after !== null && version < after.schedule_version) continue;
      const seen = after !== null && version === after.schedule_version ? after.at : null;
      const start = range.from <= span.after ? span.after : plusMs(range.from, -1);
      for (const slot of nominalSlotsFrom(schedule, latest(start, seen))) {
        if (slot.at > span.to || slot.at > range.to) break;
        const fate: SlotFate = slot.excluded
          ? { fate: 'excluded', ...(slot.closing === undefined ? {} : { closing: slot.closing }) }
          : skips.has(version, slot.at)
            ? BY_OWNER
            : span.entry.fate;
        const { at, schedule_id } = slot;
        yield {
          at,
          schedule_version: version,
          ...(schedule_id === undefined ? {} : { schedule_id }),
          ...fate,
        };
      }
    }
  }
}

export function latest(first: Instant, ...others: readonly (Instant | null)[]): Instant {
  return others.reduce<Instant>((last, each) => (each !== null && each > last ? each : last), first);
}

function runOf({ fate }: FateEntry): ExecutionId | null {
  return fate.fate === 'fired' ? fate.run.execution_id : null;
}
