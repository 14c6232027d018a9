// How many bytes a task and an execution take in each stream, measured on a running service that does nothing else:
//   TOKEN=$(npm run --silent task-service -- token) node deploy/bytes.mjs [URL] [TASKS]
const [url = 'http://127.0.0.1:8211', count = '500'] = process.argv.slice(2);
const TASKS = Number(count);
const SETTLED_MS = 2_000;
const headers = { authorization: `Bearer ${process.env.TOKEN}`, 'content-type': 'application/json' };

/** @param {string} path @param {object} [body] */
async function post(path, body) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body ?? {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Bytes by stream, once the views have caught up. @returns {Promise<Map<string, number>>} */
async function bytes() {
  await new Promise((done) => setTimeout(done, SETTLED_MS));
  const text = await (await fetch(`${url}/metrics`)).text();
  const found = text.matchAll(/^task_service_stream_bytes\{stream="(\w+)"\} (\d+)$/gm);
  return new Map([...found].map(([, name, value]) => [name, Number(value)]));
}

/** @param {string} what @param {Map<string, number>} before @param {Map<string, number>} after */
function print(what, before, after) {
  for (const [name, value] of after) {
    const each = Math.round((value - (before.get(name) ?? 0)) / TASKS);
    if (each !== 0) console.log(`${what.padEnd(10)} ${name.padEnd(20)} ${each} bytes`);
  }
}

const empty = await bytes();
const ids = [];
for (let made = 0; made < TASKS; made++) {
  const { task_id } = await post('/tasks', {
    name: `Water the plants on the balcony ${made}`,
    description: 'Every second day in summer, not when it has rained.',
    task_type: 'todo',
    schedule: { type: 'daily', run_time: '08:00', timezone: 'Europe/Berlin' },
    tags: ['home'],
  });
  ids.push(task_id);
}
const withTasks = await bytes();
print('task', empty, withTasks);
for (const id of ids) await post(`/tasks/${id}/execute`);
print('execution', withTasks, await bytes());
