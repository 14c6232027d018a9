/** The templates that a projector's next events follow: kept from the last ones, or folded from the log. */
import type { TemplateLog } from '../application/ports/log/log.ts';
import type { TemplateId } from '../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../domain/template/events.ts';
import { advanceTemplate } from '../domain/template/evolve.ts';
import type { TemplateSnapshot } from '../domain/template/state.ts';
import { LogBroken } from '../jetstream/log/follow/log-message.ts';

export class TemplateFolds {
  readonly #log: Pick<TemplateLog, 'readTemplate'>;
  readonly #kept = new Map<TemplateId, TemplateSnapshot>();

  constructor(log: Pick<TemplateLog, 'readTemplate'>) {
    this.#log = log;
  }

  /** The template with the event in it. Throws LogBroken, LogUnavailable. */
  async with(event: RecordedTemplateEvent): Promise<TemplateSnapshot> {
    const { template_id, revision, sequence } = event.meta;
    const known = this.#kept.get(template_id) ?? null;
    const before = known ?? (revision === 1 ? null : await this.#before(event));
    const folded = advanceTemplate(before, event);
    if (folded === null) {
      throw new LogBroken(`${event.type} at ${sequence} does not follow what ${template_id} was`);
    }
    this.#kept.set(template_id, folded);
    return folded;
  }

  async #before(event: RecordedTemplateEvent): Promise<TemplateSnapshot | null> {
    let before: TemplateSnapshot | null = null;
    for (const earlier of await this.#log.readTemplate(event.meta.template_id)) {
      if (earlier.meta.sequence < event.meta.sequence) before = advanceTemplate(before, earlier);
    }
    return before;
  }
}

/** Roughly, as JSON. */
export function templateBytes({ state }: TemplateSnapshot): number {
  return JSON.stringify(state).length;
}
