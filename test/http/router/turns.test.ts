import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { expect, test, vi } from 'vitest';
import { NOT_MEASURED } from '../../../src/application/ports/measures.ts';
import { NOT_TRACED } from '../../../src/application/ports/traces.ts';
import { authentication } from '../../../src/http/auth/auth.ts';
import { jsonBody } from '../../../src/http/router/responses.ts';
import { Router } from '../../../src/http/router/route.ts';
import { json } from '../../../src/http/server/answer.ts';
import { ClientAddresses } from '../../../src/http/server/client-address.ts';
import { testClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { silent } from '../../support/parts/run.ts';
import { ALICE, AUTH, BOB, DOOR_SECRET, tokenOf } from '../../support/parts/stack.ts';

const DEAR_MS = 300;

/** An API with a call that costs much and one that costs nothing; both stay in hand until they are let go. */
function api() {
  const app = new OpenAPIHono();
  const clock = testClock;
  const router = new Router(app, {
    authenticate: authentication(AUTH, { clock, logger: silent }),
    clock,
    logger: silent,
    rateLimits: { callers: null, failures: null },
    addresses: new ClientAddresses([]),
    measures: NOT_MEASURED,
    traces: NOT_TRACED,
    monitoring: { isOpen: true, token: null },
  });
  const inHand: { readonly who: string; readonly letGo: () => void }[] = [];
  const known = new Set<string>();
  const mount = (path: string, costMs: number, isAside = false) =>
    router.user(createRoute({ method: 'get', path, summary: 'S', responses: {} }), {
      handle: async ({ caller, aside }) => {
        // The first tells what the next are likely to cost.
        if (!known.has(path)) spin(costMs);
        known.add(path);
        const held = () =>
          new Promise<void>((letGo) => inHand.push({ who: `${caller.actor} ${caller.userId}`, letGo }));
        await (isAside ? aside(held) : held());
        return json(200, {});
      },
    });
  mount('/dear', DEAR_MS);
  mount('/cheap', 0);
  mount('/waits', DEAR_MS, true);
  const body = jsonBody(z.looseObject({}), true);
  router.user(
    createRoute({ method: 'post', path: '/save', summary: 'S', request: { body }, responses: {} }),
    {
      handle: async ({ caller }) => {
        await new Promise<void>((letGo) => inHand.push({ who: `${caller.actor} ${caller.userId}`, letGo }));
        return json(200, {});
      },
    },
  );
  router.user(createRoute({ method: 'get', path: '/steps', summary: 'S', responses: {} }), {
    // As many turns of the loop as a read and a write of the log take.
    handle: async () => {
      await loopTurns(5);
      return json(200, {});
    },
  });
  const ask = async (path: string, headers: Record<string, string>) => app.request(path, { headers });
  const save = async (text: string, headers: Record<string, string>) => {
    const sent = { 'content-type': 'application/json', 'content-length': `${text.length}`, ...headers };
    return app.request('/save', { method: 'POST', headers: sent, body: text });
  };
  /** A large body that comes in pieces; `taken` counts those that have been taken in. */
  const saveInPieces = (pieces: number, headers: Record<string, string>, onTaken: () => void) => {
    const sent = { taken: 0 };
    const piece = new TextEncoder().encode(`"${'x'.repeat(1_000)}",`);
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent.taken === pieces) return controller.close();
          sent.taken++;
          onTaken();
          controller.enqueue(piece);
        },
      },
      { highWaterMark: 0 },
    );
    const request = { 'content-type': 'application/json', 'transfer-encoding': 'chunked', ...headers };
    const init = { method: 'POST', headers: request, body, duplex: 'half' } as RequestInit;
    return { sent, answer: Promise.resolve(app.request('/save', init)) };
  };
  const bearer = async (user: typeof ALICE) => ({ Authorization: `Bearer ${await tokenOf(user)}` });
  const letGo = () => {
    for (const one of inHand.splice(0)) one.letGo();
  };
  /** Asks once, so that it is known what it costs. */
  const teach = async (path: string, headers: Record<string, string>) => {
    const answer = ask(path, headers);
    await eventually(async () => inHand.length > 0);
    letGo();
    await answer;
  };
  return { ask, save, saveInPieces, bearer, inHand, letGo, teach };
}

async function allOf<T>(answers: readonly Promise<T>[], letGo: () => void): Promise<T[]> {
  const letting = setInterval(letGo, 5);
  return Promise.all(answers).finally(() => clearInterval(letting));
}

/** Works for so long, milliseconds. */
function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

async function loopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('what is dear goes one at a time while somebody else asks, and nobody else waits for it', async () => {
  const { ask, bearer, inHand, letGo, teach } = api();
  const [alice, bob] = [await bearer(ALICE), await bearer(BOB)];
  await teach('/dear', alice);
  const cheap = ask('/cheap', bob);
  await eventually(async () => inHand.length === 1);
  const dear = Array.from({ length: 7 }, () => ask('/dear', alice));
  await eventually(async () => inHand.length === 2);
  const door = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET };
  const byService = ask('/cheap', { ...door, 'X-User-ID': ALICE });
  await eventually(async () => inHand.length === 3);
  expect(inHand.map(({ who }) => who)).toEqual([
    `user:${BOB} ${BOB}`,
    `user:${ALICE} ${ALICE}`,
    `service:internal ${ALICE}`,
  ]);
  const answers = await allOf([cheap, byService, ...dear], letGo);
  expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200));
});

test('who has more waiting than five seconds of work is told when to come back', async () => {
  const { ask, bearer, inHand, letGo, teach } = api();
  const [alice, bob] = [await bearer(ALICE), await bearer(BOB)];
  await teach('/dear', alice);
  const cheap = ask('/cheap', bob);
  await eventually(async () => inHand.length === 1);
  const statuses: number[] = [];
  let refused: Response | null = null;
  const dear = Array.from({ length: 30 }, async () => {
    const answer = await ask('/dear', alice);
    statuses.push(answer.status);
    if (answer.status === 429) refused ??= answer;
  });
  await eventually(async () => statuses.length > 0 && inHand.length === 2);
  expect(statuses.every((status) => status === 429)).toBe(true);
  const problem = refused as unknown as Response;
  expect(Number(problem.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
  expect(await problem.json()).toMatchObject({ status: 429, error_code: 'RATE_LIMITED' });
  await allOf(dear, letGo);
  expect((await cheap).status).toBe(200);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(5);
});

test('a request that only waits holds up none of the same caller', async () => {
  const { ask, bearer, inHand, letGo, teach } = api();
  const [alice, bob] = [await bearer(ALICE), await bearer(BOB)];
  await teach('/waits', alice);
  const cheap = ask('/cheap', bob);
  await eventually(async () => inHand.length === 1);
  const answers = [cheap, ...Array.from({ length: 7 }, () => ask('/waits', alice))];
  await eventually(async () => inHand.length === 8);
  letGo();
  for (const answer of answers) expect((await answer).status).toBe(200);
});

test('large bodies of a caller are taken in one at a time while somebody else asks', async () => {
  const { ask, save, bearer, inHand, letGo } = api();
  const [alice, bob] = [await bearer(ALICE), await bearer(BOB)];
  const large = JSON.stringify({ text: 'x'.repeat(70_000) });
  const others = [ask('/cheap', bob)];
  await eventually(async () => inHand.length === 1);
  const saved = Array.from({ length: 3 }, () => save(large, alice));
  await eventually(async () => inHand.length === 2);
  await loopTurns(20);
  expect(inHand).toHaveLength(2);
  // What is small waits for none of them but its own caller's.
  others.push(ask('/cheap', bob), save('{}', bob));
  await eventually(async () => inHand.length === 4);
  const answers = await allOf([...saved, ...others], letGo);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
});

test('a large body is taken in in stretches that give way to who comes meanwhile', async () => {
  const { ask, saveInPieces, bearer } = api();
  const [alice, bob] = [await bearer(ALICE), await bearer(BOB)];
  // That somebody else is there, and that what they ask is cheap, is known by what they asked before.
  for (let count = 0; count < 12; count++) await ask('/steps', bob);
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  try {
    // Each piece takes as long to take in as a stretch may be.
    const { sent, answer } = saveInPieces(500, alice, () => vi.advanceTimersByTime(6));
    while (sent.taken < 3) await loopTurns(1);
    const before = sent.taken;
    const answered = ask('/steps', bob);
    expect((await answered).status).toBe(200);
    // Without giving way it is one for each turn of the loop.
    expect(sent.taken - before).toBeLessThanOrEqual(3);
    expect(sent.taken).toBeLessThan(500);
    expect((await answer).status).toBe(400);
  } finally {
    vi.useRealTimers();
  }
});
