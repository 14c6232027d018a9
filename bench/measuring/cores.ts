/** What the cores did in a stretch, from /proc (Linux only): the processor time of threads and processes, and the rest. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const TICKS_PER_SECOND = 100;

export interface Processes {
  readonly service: number;
  readonly server: number;
}

/** Processor time in a stretch, of all threads, milliseconds. */
export interface Spent {
  readonly serviceMs: number;
  readonly serverMs: number;
}

/** Counts from now on. Null elsewhere than on Linux. */
export function watchProcessorTime({ service, server }: Processes): () => Spent | null {
  const spent = () => {
    try {
      return { service: statOf(service).ticks, server: statOf(server).ticks };
    } catch {
      return null;
    }
  };
  const before = spent();
  return () => {
    const after = spent();
    if (before === null || after === null) return null;
    const ms = (ticks: number) => (ticks / TICKS_PER_SECOND) * 1_000;
    return { serviceMs: ms(after.service - before.service), serverMs: ms(after.server - before.server) };
  };
}

/** Of two processes since each was started. Throws elsewhere than on Linux. */
export function spentSinceStart({ service, server }: Processes): Spent {
  const ms = (id: number) => (statOf(id).ticks / TICKS_PER_SECOND) * 1_000;
  return { serviceMs: ms(service), serverMs: ms(server) };
}

interface Ticks {
  readonly atMs: number;
  readonly main: number;
  readonly rest: number;
  readonly projector: number;
  readonly server: number;
  /** Of all cores together. */
  readonly idle: number;
}

/** Counts from now on; what it answers says it for the time since, as shares of one core. Null elsewhere than on Linux. */
export function watchCores(of: Processes): () => string | null {
  const before = ticks(of);
  return () => {
    const after = ticks(of);
    if (before === null || after === null) return null;
    const seconds = (after.atMs - before.atMs) / 1000;
    const share = (name: 'main' | 'rest' | 'projector' | 'server' | 'idle') =>
      `${Math.round(((after[name] - before[name]) / TICKS_PER_SECOND / seconds) * 100)} %`;
    return (
      `main thread ${share('main')}, REST's ${share('rest')}, projector's ${share('projector')}, ` +
      `nats-server ${share('server')}, ` +
      `idle ${share('idle')} of ${cpus().length * 100} %`
    );
  };
}

function ticks({ service, server }: Processes): Ticks | null {
  try {
    const threads = readdirSync(`/proc/${service}/task`).map((id) => statOf(service, id));
    const main = threads.find(({ id }) => id === String(service))?.ticks ?? 0;
    const named = (name: string) => threads.find((thread) => thread.name === name)?.ticks ?? 0;
    const [rest, projector] = [named('api'), named('projector')];
    const [, , , , idle = 0, waiting = 0] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
      .split(/ +/)
      .map(Number);
    return {
      atMs: performance.now(),
      main,
      rest,
      projector,
      server: statOf(server).ticks,
      idle: idle + waiting,
    };
  } catch {
    return null;
  }
}

function statOf(
  process: number,
  thread?: string,
): { readonly id: string; readonly name: string; readonly ticks: number } {
  const folder = thread === undefined ? `/proc/${process}` : `/proc/${process}/task/${thread}`;
  const text = readFileSync(`${folder}/stat`, 'utf8');
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  // After the name, which may hold anything: state is the first, user and system time the twelfth and thirteenth.
  const values = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { id: thread ?? String(process), name, ticks: Number(values[11]) + Number(values[12]) };
}
