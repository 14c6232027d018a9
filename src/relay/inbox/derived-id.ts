import { createHash } from 'node:crypto';
import { parseTaskId, type TaskId } from '../../domain/shared/ids.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The one task id that these texts lead to: 128 bits of their SHA-256, written as a ULID is. */
export function derivedTaskId(...texts: readonly string[]): TaskId {
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest();
  let bits = BigInt(`0x${digest.subarray(0, 16).toString('hex')}`);
  let text = '';
  for (let at = 0; at < 26; at++) {
    text = `${ALPHABET[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  const taskId = parseTaskId(`tsk_${text}`);
  if (taskId === null) throw new RangeError(`no task id: ${text}`);
  return taskId;
}
