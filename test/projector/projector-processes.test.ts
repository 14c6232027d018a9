import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { verifyViews } from '../../src/application/queries/verify.ts';
import type { Sequence, TaskId, UserId } from '../../src/domain/shared/ids.ts';
import { provision } from '../../src/jetstream/provisioning/provision.ts';
import { everyMinute } from '../support/histories/history.ts';
import { connected } from '../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../support/nats/nats-server.ts';
import { watchViews } from '../support/nats/watched-views.ts';
import { type TaskParts, taskParts } from '../support/parts/task-parts.ts';
import { bundled } from '../support/processes/bundled.ts';

const USER = 'usr_1' as UserId;
const PROGRAM = await bundled(join(import.meta.dirname, 'projecting-process.ts'));
const LEASE_TTL_MS = 400;

/** A process that stands for projecting. */
class ProjectingProcess {
  readonly #child: ChildProcess;
  #checkpoint = -1;
  #leads = false;
  #onLine: (() => void) | null = null;

  constructor(server: TestNatsServer, secretsKey: Uint8Array, lease: 'leased' | 'unleased') {
    const key = Buffer.from(secretsKey).toString('base64');
    const args = [
      server.servers,
      server.user,
      server.pass,
      key,
      lease === 'leased' ? String(LEASE_TTL_MS) : 'none',
    ];
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const [what, value] = line.split(' ');
      if (what === 'checkpoint') this.#checkpoint = Number(value);
      if (what === 'state') this.#leads = value === 'projecting';
      this.#onLine?.();
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves once it has moved a checkpoint beyond this. */
  movedBeyond(checkpoint: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onLine = () => {
        if (!this.#leads || this.#checkpoint <= checkpoint) return;
        this.#onLine = null;
        resolve();
      };
      this.#onLine();
    });
  }
}

async function scene() {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const secretsKey = randomBytes(32);
  const watched = await watchViews(nc);
  const parts = taskParts(nc, secretsKey);
  const project = (lease: 'leased' | 'unleased' = 'leased') =>
    new ProjectingProcess(server, secretsKey, lease);
  return { watched, parts, project };
}

/** Between two writes of one writer: the processes are to project all the time, and to be started beside it too. */
const PACE_MS = 10;

/** Changes, runs and new tasks without end, until told to stop. */
function keepWriting({ person }: TaskParts): () => Promise<void> {
  let writing = true;
  const writers = Array.from({ length: 4 }, async () => {
    const tasks: TaskId[] = [];
    for (let n = 0; writing; n++) {
      if (n % 10 === 0) tasks.push(await person.create(USER, { schedule: everyMinute }));
      const taskId = tasks[n % tasks.length] as TaskId;
      if (n % 3 === 0) await person.run(USER, taskId);
      else await person.rename(USER, taskId, `name ${n}`);
      await delay(PACE_MS);
    }
  });
  return async () => {
    writing = false;
    await Promise.all(writers);
  };
}

/** The one that moves the checkpoint beyond where the log is now. */
async function leading(
  parts: TaskParts,
  processes: readonly ProjectingProcess[],
): Promise<ProjectingProcess> {
  const end = (await parts.follower.lastSequence()) as number;
  return Promise.race(processes.map((each) => each.movedBeyond(end).then(() => each)));
}

async function projectedToTheEnd(parts: TaskParts, processes: readonly ProjectingProcess[]): Promise<void> {
  const end = (await parts.follower.lastSequence()) as Sequence;
  await Promise.race(processes.map((each) => each.movedBeyond(end - 1)));
}

it('a projector that is stopped in mid-step and resumed after another took over takes no value back', async () => {
  const { watched, parts, project } = await scene();
  const processes = [project(), project()];
  const stopWriting = keepWriting(parts);
  for (let turns = 0; turns < 2; turns++) {
    const leader = await leading(parts, processes);
    const other = processes.find((each) => each !== leader);
    // At any point of a step.
    await delay(Math.random() * 20);
    leader.signal('SIGSTOP');
    await other?.movedBeyond((await parts.follower.lastSequence()) as number);
    leader.signal('SIGCONT');
  }
  await stopWriting();
  await projectedToTheEnd(parts, processes);
  expect(watched.goneBack).toEqual([]);
  expect((await verifyViews(parts)).differences).toEqual([]);
}, 180_000);

it('of two projectors that both believe to lead, stopped and resumed in turn, neither takes a value back', async () => {
  const { watched, parts, project } = await scene();
  const processes = [project('unleased'), project('unleased')];
  const stopWriting = keepWriting(parts);
  await Promise.all(processes.map((each) => each.movedBeyond(50)));
  for (let turns = 0; turns < 4; turns++) {
    const [stopped, other] = turns % 2 === 0 ? processes : processes.toReversed();
    await delay(Math.random() * 20);
    stopped?.signal('SIGSTOP');
    await other?.movedBeyond(((await parts.follower.lastSequence()) as number) + 100);
    stopped?.signal('SIGCONT');
    await stopped?.movedBeyond((await parts.follower.lastSequence()) as number);
  }
  await stopWriting();
  await projectedToTheEnd(parts, processes);
  expect(watched.goneBack).toEqual([]);
  expect((await verifyViews(parts)).differences).toEqual([]);
}, 180_000);

it('a projector that is killed at any point leaves nothing behind that the next one does not put right', async () => {
  const { watched, parts, project } = await scene();
  const stopWriting = keepWriting(parts);
  let running = project();
  await running.movedBeyond(50);
  for (let kills = 0; kills < 2; kills++) {
    const next = project();
    await delay(Math.random() * 20);
    running.signal('SIGKILL');
    running = next;
    await running.movedBeyond((await parts.follower.lastSequence()) as number);
  }
  await stopWriting();
  await projectedToTheEnd(parts, [running]);
  expect(watched.goneBack).toEqual([]);
  expect((await verifyViews(parts)).differences).toEqual([]);
}, 180_000);
