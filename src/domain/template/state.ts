import type { Snapshot } from '../shared/event.ts';
import type { Sequence, TemplateId } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { TemplateContent } from './events.ts';

export interface TemplateState extends TemplateContent {
  readonly template_id: TemplateId;
  /** Log sequence of its publication: the integer id that REST shows. */
  readonly id: Sequence;
  /** Only active templates can be found and used (BR-TPL-003). */
  readonly is_active: boolean;
  /** Version of the shipped template that it last took over; null for an administrator's own. */
  readonly shipped_version: number | null;
  /** An administrator has changed or retired it: it is theirs now, and shipped versions leave it alone. */
  readonly is_customised: boolean;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

export type TemplateSnapshot = Snapshot<TemplateState>;
