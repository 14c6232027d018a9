// A task that a message runs. Publishes as any program of yours would; with the nats command line it is
//   nats pub events.demo.orders.paid '{"order": 7, "total": 120}'
// Plain Node: TASK_SERVICE_URL=http://127.0.0.1:8211 TASK_SERVICE_TOKEN=... TASK_SERVICE_USER=demo \
//   NATS_URL=nats://127.0.0.1:4222 NATS_USER=... NATS_PASSWORD=... node examples/event-trigger.mjs
// See docs/triggers.md.
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';

const {
  TASK_SERVICE_URL = 'http://127.0.0.1:8211',
  TASK_SERVICE_TOKEN,
  TASK_SERVICE_USER = 'demo',
} = process.env;

async function call(method, path, body) {
  const response = await fetch(`${TASK_SERVICE_URL}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${TASK_SERVICE_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

const task = await call('POST', '/tasks', {
  name: 'Send the big ones by courier',
  task_type: 'todo',
  trigger: { type: 'event', subject: 'orders.paid', filter: { total: { gte: 100 } } },
});

const nc = await connect({
  servers: (process.env.NATS_URL ?? 'nats://127.0.0.1:4222').split(','),
  user: process.env.NATS_USER,
  pass: process.env.NATS_PASSWORD,
});
// Asking for the stream's answer tells that the message is kept; `nc.publish` would do as well.
for (const order of [
  { order: 6, total: 80 },
  { order: 7, total: 120 },
]) {
  await nc.request(`events.${TASK_SERVICE_USER}.orders.paid`, JSON.stringify(order));
}
await nc.close();

for (;;) {
  const [run] = await call('GET', `/tasks/${task.task_id}/executions?status=completed`);
  if (run !== undefined) {
    console.log(
      `${run.execution_id} ${run.status}, triggered by ${JSON.stringify(run.trigger_data.payload)}`,
    );
    break;
  }
  await delay(100);
}
