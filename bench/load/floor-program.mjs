// The least that a create can cost with this HTTP server, this language and this store: `npm run bench -- floor` runs it.
// Hono, JSON, zod, one token, one event in nats-server with its fsync, many of them in one batch. With LEVEL=whole also what
// the design cannot do without: a sealed part, a hash chain, a value of a view and a message to others, these two once a
// second in batches.
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { connect, headers, nuid } from '@nats-io/transport-node';
import { Hono } from 'hono';
import { jwtVerify } from 'jose';
import { z } from 'zod';

const { SERVERS, NATS_USER: user, NATS_PASS: pass, SECRET, LEVEL } = process.env;
const BATCH_FROM = 24;
const MOST_IN_BATCH = 256;
const nc = await connect({ servers: SERVERS, user, pass });
const api = async (subject, config) =>
  JSON.parse((await nc.request(`$JS.API.${subject}`, JSON.stringify(config))).string());
const stream = (name, more = {}) =>
  api(`STREAM.CREATE.${name}`, {
    name,
    subjects: [`${name}.>`],
    storage: 'file',
    allow_atomic: true,
    ...more,
  });
await stream('FLOOR_LOG');
await stream('FLOOR_VIEWS', { max_msgs_per_subject: 1 });
await stream('FLOOR_TOLD');

const key = new TextEncoder().encode(SECRET);
const sealingKey = randomBytes(32);
const text = z.string().max(10_000);
const Task = z.strictObject({
  name: text.min(1),
  task_type: z.enum(['todo', 'reminder']),
  description: text,
  tags: z.array(text).max(20),
  metadata: z.record(z.string(), z.json()),
});

/** One batch: all messages or none, once they are on disk. */
async function batch(messages) {
  const id = nuid.next();
  let answer;
  for (const [at, [subject, body]] of messages.entries()) {
    const h = headers();
    h.set('Nats-Batch-Id', id);
    h.set('Nats-Batch-Sequence', `${at + 1}`);
    if (at < messages.length - 1) nc.publish(subject, body, { headers: h });
    else {
      h.set('Nats-Batch-Commit', '1');
      answer = await nc.request(subject, body, { headers: h, timeout: 5_000 });
    }
  }
  const { error } = answer.json();
  if (error) throw new Error(error.description);
}

/** Appends that wait together: few are published one by one, more share a batch, while which the next gather. */
const waiting = [];
let isUnderWay = false;
const append = (subject, body) =>
  new Promise((stored, failed) => {
    waiting.push({ subject, body, stored, failed });
    if (waiting.length === 1) setImmediate(commit);
  });
async function commit() {
  if (isUnderWay || waiting.length === 0) return;
  const some = waiting.splice(0, MOST_IN_BATCH);
  if (some.length < BATCH_FROM) {
    for (const { subject, body, stored, failed } of some)
      nc.request(subject, body, { timeout: 5_000 }).then(stored, failed);
    return;
  }
  isUnderWay = true;
  const done = batch(some.map(({ subject, body }) => [subject, body]));
  await done.then(
    () => {
      for (const one of some) one.stored();
    },
    (error) => {
      for (const one of some) one.failed(error);
    },
  );
  isUnderWay = false;
  setImmediate(commit);
}

const views = [];
const told = [];
let previous = '';
const isWhole = LEVEL === 'whole';
if (isWhole)
  setInterval(async () => {
    for (const all of [views, told]) while (all.length > 0) await batch(all.splice(0, 250));
  }, 1_000);

function sealed(content) {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealingKey, iv);
  const body = Buffer.concat([iv, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return body.toString('base64');
}

const app = new Hono();
app.post('/api/v1/tasks', async (c) => {
  const token = (c.req.header('authorization') ?? '').slice('Bearer '.length);
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
  const task = Task.parse(JSON.parse(await c.req.text()));
  const id = nuid.next();
  const now = new Date().toISOString();
  const at = `${payload.sub}.${id}`;
  const event = { specversion: '1.0', id, type: 'task.created', time: now, subject: at, data: task };
  if (!isWhole) await append(`FLOOR_LOG.${at}`, JSON.stringify(event));
  else {
    const body = JSON.stringify({ ...event, prevhash: previous, data: sealed(JSON.stringify(task)) });
    previous = createHash('sha256').update(body).digest('hex');
    await append(`FLOOR_LOG.${at}`, body);
    views.push([`FLOOR_VIEWS.${at}`, sealed(JSON.stringify({ ...task, id, now, status: 'active' }))]);
    told.push([`FLOOR_TOLD.${at}`, JSON.stringify({ ...event, data: { id, user: payload.sub } })]);
  }
  return c.json({ task_id: id, created_at: now, ...task }, 201);
});
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  console.log(JSON.stringify({ port })),
);
