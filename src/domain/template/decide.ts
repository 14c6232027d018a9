/**
 * What administrators ask of the catalogue, and what the service itself does with the templates that it ships.
 * Values are valid in themselves already (see `faults.ts`).
 */
import { type Decision, decided, NOTHING, rejected } from '../shared/decision.ts';
import type { Revision } from '../shared/ids.ts';
import { sameJson } from '../shared/json.ts';
import type { TemplateChanges, TemplateContent, TemplateEvent } from './events.ts';
import type { TemplateSnapshot, TemplateState } from './state.ts';

/** BR-TPL-001: an id is taken for ever, also by a template that is retired. */
export function publishTemplate(
  before: TemplateSnapshot | null,
  content: TemplateContent,
  is_active: boolean,
): Decision<TemplateEvent> {
  if (before !== null) return rejected({ code: 'TEMPLATE_EXISTS' });
  return decided({ type: 'template.published', data: { content, is_active, shipped_version: null } });
}

/** `ifMatch`: the revision that the change is based on, null for any. */
export function changeTemplate(
  before: TemplateSnapshot | null,
  asked: TemplateChanges,
  ifMatch: Revision | null,
): Decision<TemplateEvent> {
  if (before === null) return rejected({ code: 'TEMPLATE_NOT_FOUND' });
  if (ifMatch !== null && ifMatch !== before.revision) return stale(before);
  const changes = realChanges(before.state, asked);
  const changed_fields = namesOf(changes);
  if (changed_fields.length === 0) return NOTHING;
  return decided({ type: 'template.changed', data: { changed_fields, changes, shipped_version: null } });
}

export function retireTemplate(
  before: TemplateSnapshot | null,
  ifMatch: Revision | null,
): Decision<TemplateEvent> {
  if (before === null) return rejected({ code: 'TEMPLATE_NOT_FOUND' });
  if (!before.state.is_active) return NOTHING;
  if (ifMatch !== null && ifMatch !== before.revision) return stale(before);
  return decided({ type: 'template.retired', data: {} });
}

/** A template as a build ships it. Whoever changes what it says raises the version. */
export interface ShippedTemplate {
  readonly version: number;
  readonly content: TemplateContent;
}

/**
 * What a starting service does about a template that it ships: publishes it where there is none of that id, and
 * takes over a newer version. It leaves alone what an administrator has made, changed or retired, and what a newer
 * build has published: so builds may start in any order, side by side, any number of times.
 */
export function shipTemplate(
  before: TemplateSnapshot | null,
  { version, content }: ShippedTemplate,
): Decision<TemplateEvent> {
  if (before === null) {
    return decided({
      type: 'template.published',
      data: { content, is_active: true, shipped_version: version },
    });
  }
  const { is_customised, shipped_version } = before.state;
  if (is_customised || shipped_version === null || version <= shipped_version) return NOTHING;
  const changes = realChanges(before.state, content);
  const changed_fields = namesOf(changes);
  if (changed_fields.length === 0) return NOTHING;
  return decided({ type: 'template.changed', data: { changed_fields, changes, shipped_version: version } });
}

function stale(before: TemplateSnapshot) {
  return rejected({ code: 'REVISION_MISMATCH', current: before.revision });
}

function realChanges(state: TemplateState, asked: TemplateChanges): TemplateChanges {
  const fields = Object.keys(asked) as (keyof TemplateChanges)[];
  const changed = fields.filter(
    (field) => asked[field] !== undefined && !sameJson(asked[field], state[field]),
  );
  return Object.fromEntries(changed.map((field) => [field, asked[field]]));
}

/** As REST names them. */
function namesOf(changes: TemplateChanges): string[] {
  return Object.keys(changes)
    .map((name) => (name === 'credits_per_run_micros' ? 'credits_per_run' : name))
    .sort();
}
