/** Why a task ran or did not, from all of its events: what answers from the middle of a history are held against. */
import type { UnopenedTaskEvent } from '../../../src/domain/shared/event.ts';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import { runAfter, type UnfinishedRun } from '../../../src/domain/task/ledger/progress.ts';
import type { SlotRange, SlotRecord } from '../../../src/domain/task/ledger/slot-fates.ts';
import { SlotLedger } from '../../../src/domain/task/ledger/slot-ledger.ts';
import {
  explainWhy,
  minuteFrom,
  type RunThen,
  slotBefore,
  type Why,
} from '../../../src/domain/task/ledger/why.ts';
import type { SchedulingState } from '../../../src/domain/task/state.ts';

const ALL = { from: instantOf(0), to: instantOf(Date.UTC(9999, 0, 1)) };

export class WhyAt {
  readonly #minute: SlotRange;
  readonly #ledger = new SlotLedger(ALL);
  #was: SchedulingState | null = null;
  #createdAt: Instant | null = null;
  #run: UnfinishedRun | null = null;
  #ran: RunThen | null = null;

  constructor(at: Instant) {
    this.#minute = minuteFrom(at);
  }

  add(event: UnopenedTaskEvent): void {
    const { time } = event.meta;
    this.#ledger.add(event);
    const state = this.#ledger.state as SchedulingState;
    this.#createdAt ??= time;
    if (time <= this.#minute.from) this.#was = state;
    const run = runAfter(this.#run, event, state);
    if (run?.execution_id !== this.#run?.execution_id && time >= this.#minute.from) {
      this.#ran = this.#ranThen(time) ?? this.#ran;
    }
    this.#run = run;
  }

  explain(now: Instant): Why {
    const { from: at } = this.#minute;
    const before = slotBefore({ at, now, was: this.#was });
    return explainWhy({
      at,
      now,
      created_at: this.#createdAt as Instant,
      task: this.#ledger.state as SchedulingState,
      was: this.#was,
      slot: this.#slotIn(this.#minute, now),
      ran: this.#ranThen(null) ?? this.#ran,
      before: before === null ? null : this.#slotIn({ from: before, to: before }, now),
    });
  }

  #ranThen(ended_at: Instant | null): RunThen | null {
    if (this.#run === null || this.#run.started_at === null) return null;
    const { started_at, ...run } = this.#run;
    return started_at > this.#minute.to ? null : { ...run, started_at, ended_at };
  }

  #slotIn(range: SlotRange, now: Instant): SlotRecord | null {
    for (const slot of this.#ledger.slots(now, null, range)) return slot;
    return null;
  }
}
