/** Asks outside about configs while their task is being made, for as long as somebody who waits for an answer has. */
import { LRUCache } from 'lru-cache';
import type { ConfigFault, OutsideChecks } from '../application/ports/task-types.ts';
import type { JsonObject } from '../domain/shared/json.ts';
import type { TaskType } from '../domain/task/status.ts';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import type { Executors, OutsideQuestion } from './executor.ts';

/** For whoever waits for their task to be made. */
const PATIENCE_MS = 1_500;
/** Questions under way at once; what comes beyond is not asked. */
const MAX_ASKED = 16;
const KEPT_ANSWERS = 1_000;
/** Places do not go; one that is not known may be by tomorrow, or was misspelt. */
const KEPT_MS = { right: 24 * 3_600_000, wrong: 60_000 };

export class AnsweredOutside implements OutsideChecks {
  readonly #executors: Executors;
  readonly #outbound: Pick<OutboundHttp, 'calls'>;
  readonly #answers = new LRUCache<string, readonly ConfigFault[]>({ max: KEPT_ANSWERS });
  readonly #patienceMs: number;
  #asked = 0;

  /** `patienceMs`: milliseconds that an answer may take. */
  constructor(executors: Executors, outbound: Pick<OutboundHttp, 'calls'>, patienceMs = PATIENCE_MS) {
    this.#executors = executors;
    this.#outbound = outbound;
    this.#patienceMs = patienceMs;
  }

  async faultsOf(taskType: TaskType, config: JsonObject): Promise<readonly ConfigFault[]> {
    const executor = this.#executors[taskType];
    if (executor.questionOf === undefined) return [];
    const parsed = executor.parseConfig(config);
    const question = parsed.ok ? executor.questionOf(parsed.config) : null;
    if (question === null) return [];
    return this.#answers.get(question.key) ?? this.#ask(question);
  }

  async #ask({ key, ask }: OutsideQuestion): Promise<readonly ConfigFault[]> {
    if (this.#asked >= MAX_ASKED) return [];
    this.#asked++;
    try {
      const faults = await ask(this.#outbound.calls({ signal: AbortSignal.timeout(this.#patienceMs) }));
      this.#answers.set(key, faults, { ttl: faults.length === 0 ? KEPT_MS.right : KEPT_MS.wrong });
      return faults;
    } catch {
      return [];
    } finally {
      this.#asked--;
    }
  }
}
