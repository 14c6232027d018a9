/** Commands on templates. They are rare, so every try decides on what the log has at that moment. */
import { type Ask, decideAsked } from '../../domain/shared/decider.ts';
import type { Rejection } from '../../domain/shared/decision.ts';
import type { EventId, TemplateId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type TemplateCommand, templateDecider } from '../../domain/template/decider.ts';
import type { RecordedTemplateEvent, TemplateEvent } from '../../domain/template/events.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import type { Clock, CommandContext, Ids } from '../ports/clock.ts';
import type { TemplateLog } from '../ports/log/log.ts';
import type { TemplateCatalogue } from '../queries/template-catalogue.ts';
import { type Attempted, lockedPosition, transact } from './transact.ts';

export interface TemplateTarget {
  readonly templateId: TemplateId;
  /** Id for the event; a new one where it is absent. */
  readonly eventId?: EventId | undefined;
  /** The command was tried before with this `eventId`: its event is looked for first, and is the answer. */
  readonly mayExist?: boolean | undefined;
  /** As of when it is asked; absent: whenever it is decided. */
  readonly now?: Instant | undefined;
}

/** Where it is a function, asked again on every newer state. */
export type AskedOfTemplate = Ask<TemplateSnapshot | null, TemplateCommand>;

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

interface StoredTemplate {
  readonly snapshot: TemplateSnapshot;
  readonly event: RecordedTemplateEvent;
}

export class TemplateCommands {
  readonly #options: TemplateCommandsOptions;

  constructor(options: TemplateCommandsOptions) {
    this.#options = options;
  }

  /** Throws OutcomeUnknown, LogUnavailable, LogRefused, and what `asked` throws. */
  async execute(
    target: TemplateTarget,
    context: CommandContext,
    asked: AskedOfTemplate,
  ): Promise<TemplateResult> {
    const { catalogue, clock } = this.#options;
    const retryUntil = clock.monotonicMs() + RETRY_FOR_MS;
    const result = await transact<TemplateSnapshot | null, TemplateEvent, StoredTemplate>({
      seen: undefined,
      load: () => catalogue.get(target.templateId),
      earlier: () => this.#earlierResult(target),
      decide: (before) => decideAsked(templateDecider, before, asked, target.now ?? clock.now()),
      append: (before, event) => this.#append(target, context, before, event),
      mayRetry: () => clock.monotonicMs() <= retryUntil,
    });
    switch (result.kind) {
      case 'stored':
        return { kind: 'done', ...result.stored };
      case 'nothing':
        return result.known === null
          ? { kind: 'rejected', rejection: { code: 'TEMPLATE_NOT_FOUND' } }
          : { kind: 'done', snapshot: result.known, event: null };
      case 'rejected':
        return { kind: 'rejected', rejection: result.rejection };
      case 'conflict':
        return result;
    }
  }

  async #append(
    { templateId, eventId }: TemplateTarget,
    context: CommandContext,
    before: TemplateSnapshot | null,
    event: TemplateEvent,
  ): Promise<Attempted<StoredTemplate>> {
    const { log, clock, ids } = this.#options;
    const time = clock.now();
    const after = lockedPosition(before);
    const id = eventId ?? ids.eventId(time);
    const appended = await log.append({ templateId, eventId: id, time, event, context, after });
    if (appended.kind === 'conflict') return appended;
    return { kind: 'stored', stored: withEvent(before, appended.event) };
  }

  async #earlierResult({ templateId, eventId, mayExist }: TemplateTarget): Promise<StoredTemplate | null> {
    if (mayExist !== true || eventId === undefined) return null;
    let before = templateDecider.initial;
    for (const event of await this.#options.log.readTemplate(templateId)) {
      if (event.meta.id === eventId) return withEvent(before, event);
      before = templateDecider.evolve(before, event);
    }
    return null;
  }
}

function withEvent(before: TemplateSnapshot | null, event: RecordedTemplateEvent): StoredTemplate {
  const snapshot = templateDecider.evolve(before, event);
  if (snapshot === null) throw new Error('a template is never nothing again');
  return { snapshot, event };
}
