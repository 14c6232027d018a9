import { hash } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import { revisionFor } from '../../application/commands/if-match.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { checkSignature } from '../../application/use-cases/hook-signature.ts';
import { issueNewWebhook } from '../../application/use-cases/issue-webhook.ts';
import { parseWebhookToken, type WebhookToken } from '../../application/use-cases/webhook-token.ts';
import { evolveExecution } from '../../domain/execution/evolve.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { opensWebhook } from '../../domain/task/decide/trigger.ts';
import type { HookTerms } from '../../domain/task/state.ts';
import { type Caller, WEBHOOK_ACTOR } from '../auth/auth.ts';
import { executionOf } from '../executions/representation.ts';
import { taskIdOf, WEBHOOKS_PATH } from '../router/paths.ts';
import { etagOf, ifMatchOf } from '../router/preconditions.ts';
import type { Call, Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { RateLimiter } from '../server/rate-limit.ts';
import { readHookBody } from './hook-body.ts';
import { shownHeaders } from './hook-headers.ts';
import * as routes from './routes.ts';

type WebhookTerms = z.output<typeof routes.WebhookTermsSchema>;

/** Calls of one URL. */
const CALLS = { requests: 60, windowSeconds: 60 };

export interface WebhookHandlersDeps {
  readonly queries: Pick<TaskQueries, 'task'>;
  readonly writes: Writes;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Whether the user's account is gone. Throws LogUnavailable. */
  readonly isDeleted: (userId: UserId) => Promise<boolean>;
  readonly executionTimeoutSeconds: number;
  /** What the URLs begin with; no trailing slash. */
  readonly publicUrl: () => string;
}

export function mountWebhooks(router: Router, deps: WebhookHandlersDeps): void {
  const handlers = new WebhookHandlers(deps);
  router.user(routes.issueWebhookRoute, { handle: (call, { body }) => handlers.issue(call, body) });
  router.user(routes.revokeWebhookRoute, { handle: (call) => handlers.revoke(call) });
  router.user(routes.callWebhookRoute, {
    authenticate: (call) => handlers.callerOf(call),
    readBody: readHookBody,
    handle: (call, { body }) => handlers.run(call, body),
  });
}

class WebhookHandlers {
  readonly #deps: WebhookHandlersDeps;
  readonly #calls: RateLimiter;

  constructor(deps: WebhookHandlersDeps) {
    this.#deps = deps;
    this.#calls = new RateLimiter('webhook', CALLS, deps.clock);
  }

  issue(call: UserCall, { with_headers, verify }: WebhookTerms): Promise<Answer> {
    const request = {
      userId: call.caller.userId,
      taskId: taskIdOf(call),
      ifMatch: ifMatchOf(call.request.headers.get('if-match')),
      withHeaders: with_headers,
      verify: verify === undefined ? null : { scheme: verify.scheme, secret: verify.secret ?? null },
    };
    return this.#deps.writes.perform(call, async (write) => {
      const { token, secret, snapshot } = await issueNewWebhook(write, request);
      const url = `${this.#deps.publicUrl()}${WEBHOOKS_PATH}/${token}`;
      return json(201, secret === null || verify?.secret !== undefined ? { url } : { url, secret }, {
        ETag: etagOf(snapshot.revision),
        'Event-Sequence': String(snapshot.sequence),
        'Cache-Control': 'no-store',
      });
    });
  }

  revoke(call: UserCall): Promise<Answer> {
    const taskId = taskIdOf(call);
    const ifMatch = ifMatchOf(call.request.headers.get('if-match'));
    return this.#deps.writes.perform(call, async (write) => {
      const { snapshot } = await write.execute(taskId, (state) => ({
        type: 'revoke_webhook',
        data: { if_match: revisionFor(ifMatch, state) },
      }));
      const headers = { ETag: etagOf(snapshot.revision), 'Event-Sequence': String(snapshot.sequence) };
      return { status: 204, headers, body: null };
    });
  }

  /** The owner of the task that the token runs. Throws 429 and, whatever is wrong with the token, one 404. */
  async callerOf(call: Call): Promise<Caller> {
    const { userId, taskId, hash } = tokenOf(call);
    this.#calls.check(hash);
    const { queries, isDeleted } = this.#deps;
    const task = await queries.task(userId, taskId);
    if (!opensWebhook(task?.state ?? null, hash) || (await isDeleted(userId))) {
      throw new Problem('WEBHOOK_NOT_FOUND');
    }
    // Only now: what is no token at all would else drive those that are out of what the limiter remembers.
    this.#calls.take(hash);
    return { userId, actor: WEBHOOK_ACTOR, roles: [], subscriptionLevel: null };
  }

  async run(call: UserCall, body: JsonObject): Promise<Answer> {
    const { taskId, hash: token_hash } = tokenOf(call);
    // Its terms belong to the token: another token, other terms, and `requestByWebhook` refuses this one.
    const terms = (await this.#deps.queries.task(call.caller.userId, taskId))?.state.hook_terms;
    const delivery = deliveryOf(call, terms);
    const trigger_data = terms?.with_headers === true ? { headers: shownHeaders(call.request), body } : body;
    // A name of the webhook's own: who has its URL must not meet the keys of its owner.
    const given = call.idempotencyKey ?? delivery;
    const key = given === null ? null : `webhook ${token_hash} ${given}`;
    return this.#deps.writes.perform({ ...call, idempotencyKey: key }, async (write) => {
      const data = {
        execution_id: write.newExecutionId(),
        trigger_data,
        default_timeout_seconds: this.#deps.executionTimeoutSeconds,
        token_hash,
      };
      const { event } = await write.execute(taskId, { type: 'request_by_webhook', data });
      if (event === null) throw new Error('a requested execution left no event');
      const execution = executionOf(evolveExecution(null, event));
      return json(202, execution, { 'Event-Sequence': String(event.meta.sequence) });
    });
  }
}

function tokenOf(call: Call): WebhookToken {
  const token = parseWebhookToken(call.params.token ?? '');
  if (token === null) throw new Problem('WEBHOOK_NOT_FOUND');
  return token;
}

/** What the sender of a signed call calls it; null where nothing need be signed, or it does not say. Throws 403. */
function deliveryOf(call: UserCall, terms: HookTerms | undefined): string | null {
  if (terms?.verify == null) return null;
  const { request, bodyBytes, now } = call;
  const checked = checkSignature(terms.verify, { headers: request.headers, body: bodyBytes, now });
  if (checked.kind === 'refused') {
    throw new Problem('WEBHOOK_SIGNATURE_INVALID', { detail: `The call is refused: ${checked.why}.` });
  }
  return checked.delivery === null ? null : `delivery ${hash('sha256', checked.delivery)}`;
}
