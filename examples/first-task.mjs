// Creates a reminder that is due in three seconds, waits for its run, and shows the run and the task's history.
// Plain Node: node examples/first-task.mjs, with TASK_SERVICE_URL and TASK_SERVICE_TOKEN as `npm start` prints them.
import { setTimeout as delay } from 'node:timers/promises';

const base = `${process.env.TASK_SERVICE_URL ?? 'http://127.0.0.1:8211'}/api/v1`;
const token = process.env.TASK_SERVICE_TOKEN;

async function call(method, path, body) {
  const response = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.detail}`);
  return answer;
}

const task = await call('POST', '/tasks', {
  name: 'Say hello',
  task_type: 'reminder',
  config: { reminder_message: 'Hello from your first task.' },
  schedule: { type: 'once', run_time: new Date(Date.now() + 3000).toISOString() },
});
console.log(`${task.task_id} is ${task.status} for ${task.next_run_time}`);

let run;
while (run?.completed_at == null) {
  await delay(250);
  [run] = await call('GET', `/tasks/${task.task_id}/executions`);
}
console.log(`${run.execution_id} ${run.status}, ${run.late_by_ms} ms after its slot:`, run.result);

const { events } = await call('GET', `/tasks/${task.task_id}/events`);
for (const { sequence, event } of events) {
  console.log(`${sequence}  ${event.time}  ${event.type.padEnd(26)} by ${event.actor}`);
}
