import { templateFaults } from '../../application/faults/template-faults.ts';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { TemplateCatalogue } from '../../application/queries/template-catalogue.ts';
import type { TemplateDone } from '../../application/use-cases/idempotent-writes.ts';
import { NO_REVISION, parseTemplateId, type TemplateId } from '../../domain/shared/ids.ts';
import type { Json } from '../../domain/shared/json.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { atTypeTerms } from '../../domain/template/access.ts';
import { type TemplateCommand, templateDecider } from '../../domain/template/decider.ts';
import type { TemplateChanges, TemplateContent } from '../../domain/template/events.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import { covers, lowerOf } from '../../domain/user/tier.ts';
import { hasPrivilege } from '../auth/auth.ts';
import { subscriptionRequired, type TierOf } from '../auth/tier.ts';
import { etagOf, ifMatchOf, isNotModified } from '../router/preconditions.ts';
import type { Call, Input, Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { type Fault, invalid, Problem } from '../server/problem.ts';
import { templateOf } from './representation.ts';
import * as routes from './routes.ts';
import { CreateTemplateBody, IMMUTABLE_TEMPLATE_FIELDS, UpdateTemplateBody } from './schemas.ts';

export interface TemplateHandlersDeps {
  readonly templates: TemplatesPort;
  readonly writes: Writes;
  readonly catalog: TaskTypeCatalog;
  readonly tierOf: TierOf;
  readonly taskTypeTerms: TaskTypeTerms;
}
export type TemplatesPort = Pick<TemplateCatalogue, 'all' | 'get'>;

type UpdateInput = Input<typeof routes.updateTemplateRoute, undefined>;

export function mountTemplates(router: Router, deps: TemplateHandlersDeps): void {
  const handlers = new TemplateHandlers(deps);
  router.user(routes.listTemplatesRoute, { handle: (call, { query }) => handlers.list(call, query) });
  router.user(routes.getTemplateRoute, { handle: (call) => handlers.get(call) });
  router.user(routes.createTemplateRoute, {
    validateAfterReplay: true,
    inspect: (_, body) => handlers.inspectCreate(body),
    handle: (call, { body }) => handlers.create(call, body),
  });
  router.user(routes.updateTemplateRoute, {
    validateAfterReplay: true,
    immutable: IMMUTABLE_TEMPLATE_FIELDS,
    inspect: (call, body) => handlers.inspectUpdate(call, body),
    handle: (call, { body }) => handlers.update(call, body),
  });
  router.user(routes.retireTemplateRoute, {
    handle: (call) => handlers.retire(call),
  });
}

const NO_FAULTS: { readonly faults: readonly Fault[]; readonly found: undefined } = {
  faults: [],
  found: undefined,
};

class TemplateHandlers {
  readonly #deps: TemplateHandlersDeps;

  constructor(deps: TemplateHandlersDeps) {
    this.#deps = deps;
  }

  /** BR-TPL-002, BR-TPL-003. */
  async list(
    call: UserCall,
    query: Input<typeof routes.listTemplatesRoute, undefined>['query'],
  ): Promise<Answer> {
    const { category, task_type, subscription_level, include_locked = false } = query;
    const own = await this.#deps.tierOf(call.caller);
    const tier = subscription_level === undefined ? own : lowerOf(own, subscription_level);
    const all = [...(await this.#deps.templates.all()).values()].map((one) => this.#offered(one));
    const isLocked = ({ state }: TemplateSnapshot) => !covers(tier, state.required_subscription_level);
    const shown = all.filter(
      (one) =>
        one.state.is_active &&
        (include_locked || !isLocked(one)) &&
        (category === undefined || one.state.category === category) &&
        (task_type === undefined || one.state.task_type === task_type),
    );
    return json(
      200,
      shown.sort(byCategoryAndName).map((one) => ({ ...templateOf(one), locked: isLocked(one) })),
    );
  }

  async get(call: UserCall): Promise<Answer> {
    const stored = await this.#deps.templates.get(templateIdOf(call));
    const template = stored && this.#offered(stored);
    const admin = hasPrivilege(call.caller, 'admin');
    if (template === null || !(template.state.is_active || admin)) throw new Problem('TEMPLATE_NOT_FOUND');
    const tier = await this.#deps.tierOf(call.caller);
    const { required_subscription_level: required } = template.state;
    if (!covers(tier, required) && !admin) throw subscriptionRequired(required, tier);
    const headers = { ETag: etagOf(template.revision), 'Cache-Control': 'private, no-cache' };
    if (isNotModified(call.request.headers.get('if-none-match'), template.revision)) {
      return { status: 304, headers, body: null };
    }
    return json(200, templateOf(template), headers);
  }

  #offered(template: TemplateSnapshot): TemplateSnapshot {
    return { ...template, state: atTypeTerms(template.state, this.#deps.taskTypeTerms) };
  }

  inspectCreate(body: Json | undefined) {
    const parsed = CreateTemplateBody.safeParse(body);
    if (!parsed.success) return NO_FAULTS;
    const { content } = contentOf(parsed.data);
    return { faults: faultsOf(content, this.#deps.catalog), found: undefined };
  }

  create(call: UserCall, body: Input<typeof routes.createTemplateRoute, undefined>['body']): Promise<Answer> {
    const { template_id, is_active, content } = contentOf(body);
    return this.#deps.writes.perform(call, async (write) => {
      const templateId = template_id ?? madeFrom(write.newTaskId());
      const done = await write.executeOnTemplate(templateId, {
        type: 'publish',
        data: { content, is_active },
      });
      return written(201, done, { Location: `${routes.TEMPLATES_PATH}/${templateId}` });
    });
  }

  async inspectUpdate(call: UserCall, body: Json | undefined) {
    const parsed = UpdateTemplateBody.safeParse(body);
    const before = await this.#deps.templates.get(templateIdOf(call));
    if (!parsed.success || before === null) return NO_FAULTS;
    return { faults: this.#faultsOf(before, changesOf(parsed.data)), found: undefined };
  }

  update(call: UserCall, body: UpdateInput['body']): Promise<Answer> {
    const templateId = templateIdOf(call);
    const changes = changesOf(body);
    const ifMatch = ifMatchIn(call);
    return this.#deps.writes.perform(call, async (write) => {
      const done = await write.executeOnTemplate(templateId, (before) => {
        const command: TemplateCommand = { type: 'change', data: { changes, if_match: ifMatch(before) } };
        const decision = templateDecider.decide(before, command, call.now);
        // Looked at again: it may have changed since it was inspected.
        const faults = before === null || decision.kind !== 'event' ? [] : this.#faultsOf(before, changes);
        if (faults.length > 0) throw invalid(faults);
        return command;
      });
      return written(200, done);
    });
  }

  retire(call: UserCall): Promise<Answer> {
    const templateId = templateIdOf(call);
    const ifMatch = ifMatchIn(call);
    return this.#deps.writes.perform(call, async (write) => {
      const { snapshot } = await write.executeOnTemplate(templateId, (before) => ({
        type: 'retire',
        data: { if_match: ifMatch(before) },
      }));
      const body = { message: 'Template retired successfully', template_id: templateId };
      return json(200, body, writtenHeaders(snapshot));
    });
  }

  #faultsOf({ state }: TemplateSnapshot, changes: TemplateChanges): readonly Fault[] {
    return faultsOf({ ...state, ...changes }, this.#deps.catalog);
  }
}

function faultsOf(content: TemplateContent, catalog: TaskTypeCatalog): Fault[] {
  return templateFaults(content, catalog).map(({ path, ...fault }) => ({ ...fault, loc: ['body', ...path] }));
}

function templateIdOf(call: Call): TemplateId {
  const id = parseTemplateId(call.params.template_id ?? '');
  if (id === null) throw new Problem('TEMPLATE_NOT_FOUND');
  return id;
}

/** `tpl_` and the ULID of a new id. */
function madeFrom(id: string): TemplateId {
  return `tpl_${id.slice(id.indexOf('_') + 1).toLowerCase()}` as TemplateId;
}

function contentOf(body: Input<typeof routes.createTemplateRoute, undefined>['body']) {
  const { template_id, is_active, credits_per_run: credits_per_run_micros, ...fields } = body;
  return { template_id, is_active, content: { ...fields, credits_per_run_micros } };
}

function changesOf({
  credits_per_run: credits_per_run_micros,
  ...fields
}: UpdateInput['body']): TemplateChanges {
  const asked = Object.entries({ ...fields, credits_per_run_micros });
  return Object.fromEntries(asked.filter(([, value]) => value !== undefined)) as TemplateChanges;
}

/** The one revision to hold an edit against: of several the current one, else one that never was. Null for any. */
function ifMatchIn(call: UserCall) {
  const asked = ifMatchOf(call.request.headers.get('if-match'));
  return (before: TemplateSnapshot | null) =>
    asked === null ? null : (asked.find((revision) => revision === before?.revision) ?? NO_REVISION);
}

function written(status: number, { snapshot }: TemplateDone, headers: Record<string, string> = {}): Answer {
  return json(status, templateOf(snapshot), { ...writtenHeaders(snapshot), ...headers });
}

function writtenHeaders({ revision, sequence }: TemplateSnapshot): Record<string, string> {
  return { ETag: etagOf(revision), 'Event-Sequence': String(sequence) };
}

function byCategoryAndName(a: TemplateSnapshot, b: TemplateSnapshot): number {
  const [x, y] = [a.state, b.state];
  return compare(x.category, y.category) || compare(x.name, y.name) || compare(x.template_id, y.template_id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
