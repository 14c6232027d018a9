// A worker for tasks of type `custom` with {"script_type": "nats", "worker": "count-words", "payload": {"text": "..."}}.
// Plain Node: NATS_URL=nats://127.0.0.1:4222 NATS_USER=... NATS_PASSWORD=... node examples/nats-worker.mjs
// Any language with a NATS client will do: subscribe to taskworkers.<name>, answer JSON. See docs/custom-workers.md.
import { connect } from '@nats-io/transport-node';

const NAME = 'count-words';
const nc = await connect({
  servers: (process.env.NATS_URL ?? 'nats://127.0.0.1:4222').split(','),
  user: process.env.NATS_USER,
  pass: process.env.NATS_PASSWORD,
  name: `worker ${NAME}`,
});

// The same execution is asked for again when the service lost the answer: the work is not done twice.
const answers = new Map();

async function answerOf(request) {
  const { execution_id, payload } = request;
  const known = answers.get(execution_id);
  if (known !== undefined) return known;
  const answer = await work(payload);
  answers.set(execution_id, answer);
  if (answers.size > 1_000) answers.delete(answers.keys().next().value);
  return answer;
}

async function work(payload) {
  if (typeof payload?.text !== 'string') {
    return { error: { code: 'NO_TEXT', message: 'payload.text must be text', retryable: false } };
  }
  const words = payload.text.split(/\s+/).filter((word) => word !== '').length;
  return { result: { words }, summary: `${words} words` };
}

// One queue group: however many of these run, each request goes to one of them.
const requests = nc.subscribe(`taskworkers.${NAME}`, { queue: NAME });
process.once('SIGTERM', () => nc.drain());
process.once('SIGINT', () => nc.drain());
await nc.flush();
console.log(`waiting for requests on taskworkers.${NAME}`);

for await (const message of requests) {
  answerOf(message.json()).then(
    (answer) => message.respond(JSON.stringify(answer)),
    (error) => {
      console.error(error);
      message.respond(JSON.stringify({ error: { message: 'the worker broke down', retryable: true } }));
    },
  );
}
