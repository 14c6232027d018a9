/**
 * All templates, current. They are few: read once from the view, then kept, with the newer events folded on top. As
 * long as the log's leader knows of no newer one, a question costs one small read.
 */
import { NO_SEQUENCE, type Sequence, type TemplateId } from '../../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../domain/template/events.ts';
import { advanceTemplate } from '../../domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import { ReadCoalescer } from '../../kernel/read-coalescer.ts';
import type { TemplateLog } from '../ports/log/log.ts';
import type { Views } from '../ports/views.ts';

export type Templates = ReadonlyMap<TemplateId, TemplateSnapshot>;

interface Kept {
  readonly templates: Templates;
  /** Every event up to this is folded in. */
  readonly upTo: Sequence;
}

export class TemplateCatalogue {
  readonly #log: TemplateLog;
  readonly #views: Pick<Views, 'templates'>;
  readonly #reads = new ReadCoalescer<Templates>();
  #kept: Kept | null = null;

  constructor(log: TemplateLog, views: Pick<Views, 'templates'>) {
    this.#log = log;
    this.#views = views;
  }

  /** Every template with every event that was in the log when this was called, retired ones too. Throws LogUnavailable. */
  all(): Promise<Templates> {
    return this.#reads.read('', () => this.#read());
  }

  /** As `all`; null where there never was one. */
  async get(templateId: TemplateId): Promise<TemplateSnapshot | null> {
    return (await this.all()).get(templateId) ?? null;
  }

  async #read(): Promise<Templates> {
    const last = await this.#log.lastOfCatalogue();
    const known = this.#kept ?? (await this.#fromView());
    this.#kept = last <= known.upTo ? known : await this.#withTail(known);
    return this.#kept.templates;
  }

  async #fromView(): Promise<Kept> {
    const { upTo, values } = await this.#views.templates();
    return { templates: new Map(values.map((value) => [value.state.template_id, value])), upTo };
  }

  async #withTail(known: Kept): Promise<Kept> {
    const tail = await this.#log.readCatalogue(known.upTo);
    const folded = fold(known.templates, tail);
    if (folded !== null) return { templates: folded, upTo: tail.at(-1)?.meta.sequence ?? known.upTo };
    // The view is not this log's.
    const whole = await this.#log.readCatalogue(NO_SEQUENCE);
    const anew = fold(new Map(), whole);
    if (anew === null) throw new Error('the log of the templates has a gap');
    return { templates: anew, upTo: whole.at(-1)?.meta.sequence ?? NO_SEQUENCE };
  }
}

/** Null where the events do not follow what is known. */
function fold(templates: Templates, events: readonly RecordedTemplateEvent[]): Templates | null {
  const folded = new Map(templates);
  for (const event of events) {
    const next = advanceTemplate(folded.get(event.meta.template_id) ?? null, event);
    if (next === null) return null;
    folded.set(event.meta.template_id, next);
  }
  return folded;
}
