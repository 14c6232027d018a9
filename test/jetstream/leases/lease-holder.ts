/**
 * A process that stands for a lease and, while it leads, does something that only a leader may do every 10 ms. Prints a
 * line for each: `lead <term> <ms>`, `work <term> <ms>`, `end <term> <ms>`, with the machine's monotonic clock.
 * Arguments: servers, user, password, lease name, TTL in ms.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { machineMs, testClock } from '../../support/clock.ts';

const [servers = '', user = '', pass = '', name = '', ttl = ''] = process.argv.slice(2);
const nc = await connectNats({ servers, user, pass, name: 'lease-holder' });
const lease = new JetStreamLease(nc, testClock, { name, holder: 'child', ttlMs: Number(ttl) });

function print(what: string, term: number): void {
  process.stdout.write(`${what} ${term} ${machineMs()}\n`);
}

await lease.run(async ({ term, signal, holds }) => {
  print('lead', term);
  while (!signal.aborted) {
    if (holds()) print('work', term);
    await delay(10);
  }
  print('end', term);
}, new AbortController().signal);
