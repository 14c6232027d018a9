/**
 * Commands on templates: load, decide, append under the lock, and again where the lock was lost. They are rare, so
 * every try decides on what the log has at that moment.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Decision, Rejection } from '../../domain/shared/decision.ts';
import { type EventId, NO_HASH, NO_REVISION, NO_SEQUENCE, type TemplateId } from '../../domain/shared/ids.ts';
import type { RecordedTemplateEvent, TemplateEvent } from '../../domain/template/events.ts';
import { advanceTemplate } from '../../domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import type { Clock, CommandContext, Ids, TemplateLog } from '../ports/ports.ts';
import type { TemplateCatalogue } from '../queries/template-catalogue.ts';

export interface TemplateTarget {
  readonly templateId: TemplateId;
  /** Id for the event; a new one where it is absent. */
  readonly eventId?: EventId | undefined;
  /** The command was tried before with this `eventId`: its event is looked for first, and is the answer. */
  readonly mayExist?: boolean | undefined;
}

/** Pure; asked again on every newer state. */
export type DecideTemplate = (before: TemplateSnapshot | null) => Decision<TemplateEvent>;

export type TemplateResult =
  | {
      readonly kind: 'done';
      readonly snapshot: TemplateSnapshot;
      /** Null: it was so already, nothing was appended. */
      readonly event: RecordedTemplateEvent | null;
    }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Others changed the template every time, for five seconds. */
  | { readonly kind: 'conflict' };

export interface TemplateCommandsOptions {
  readonly log: TemplateLog;
  readonly catalogue: TemplateCatalogue;
  readonly clock: Clock;
  readonly ids: Ids;
}

const RETRY_FOR_MS = 4_500;
const LONGEST_PAUSE_MS = 50;
const BEFORE_FIRST = { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };

export class TemplateCommands {
  readonly #options: TemplateCommandsOptions;

  constructor(options: TemplateCommandsOptions) {
    this.#options = options;
  }

  /** Throws OutcomeUnknown, LogUnavailable, LogRefused, and what `decide` throws. */
  async execute(
    target: TemplateTarget,
    context: CommandContext,
    decide: DecideTemplate,
  ): Promise<TemplateResult> {
    const { catalogue, clock } = this.#options;
    const retryUntil = clock.monotonicMs() + RETRY_FOR_MS;
    for (;;) {
      const earlier = await this.#earlierResult(target);
      if (earlier !== null) return earlier;
      const before = await catalogue.get(target.templateId);
      const decision = decide(before);
      if (decision.kind === 'rejected') return decision;
      if (decision.kind === 'nothing') {
        if (before === null) throw new Error('nothing to do for a template that does not exist');
        return { kind: 'done', snapshot: before, event: null };
      }
      const done = await this.#append(target, context, before, decision.event);
      if (done !== null) return done;
      if (clock.monotonicMs() > retryUntil) return { kind: 'conflict' };
      await delay(Math.random() * LONGEST_PAUSE_MS);
    }
  }

  async #append(
    { templateId, eventId }: TemplateTarget,
    context: CommandContext,
    before: TemplateSnapshot | null,
    event: TemplateEvent,
  ): Promise<TemplateResult | null> {
    const { log, clock, ids } = this.#options;
    const time = clock.now();
    const { sequence, revision, hash } = before ?? BEFORE_FIRST;
    const after = { sequence, revision, hash };
    const id = eventId ?? ids.eventId(time);
    const appended = await log.append({ templateId, eventId: id, time, event, context, after });
    return appended.kind === 'conflict' ? null : doneWith(before, appended.event);
  }

  async #earlierResult({ templateId, eventId, mayExist }: TemplateTarget): Promise<TemplateResult | null> {
    if (mayExist !== true || eventId === undefined) return null;
    let before: TemplateSnapshot | null = null;
    for (const event of await this.#options.log.readTemplate(templateId)) {
      if (event.meta.id === eventId) return doneWith(before, event);
      before = advanceTemplate(before, event);
    }
    return null;
  }
}

function doneWith(before: TemplateSnapshot | null, event: RecordedTemplateEvent): TemplateResult {
  const snapshot = advanceTemplate(before, event);
  if (snapshot === null) throw new Error(`${event.type} does not follow what ${event.meta.template_id} was`);
  return { kind: 'done', snapshot, event };
}
