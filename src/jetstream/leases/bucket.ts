/** The bucket LEASES: one key for each lease, for each worker (`worker.`) and for each instance (`instance.`). */

/** Its stream. */
export const LEASES_STREAM = 'KV_LEASES';
/** What its subjects begin with; a key follows. */
export const LEASES_PREFIX = '$KV.LEASES.';
/** What keys that are no lease of a leader begin with. */
export const WORKER_KEYS = 'worker.';
export const INSTANCE_KEYS = 'instance.';

/** The name of a worker or an instance as one token of a subject. */
export function subjectTokenOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_');
}
