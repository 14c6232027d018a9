// What a task was after each of its events, from its events alone: the log is all there is to know.
// Plain Node: TASK_SERVICE_URL=http://127.0.0.1:8211 TASK_SERVICE_TOKEN=... node examples/replay-task.mjs tsk_...
// See docs/history.md.
const { TASK_SERVICE_URL = 'http://127.0.0.1:8211', TASK_SERVICE_TOKEN } = process.env;
const [taskId] = process.argv.slice(2);

async function* eventsOf(id) {
  for (let after = 0, more = true; more; ) {
    const response = await fetch(`${TASK_SERVICE_URL}/api/v1/tasks/${id}/events?after=${after}&limit=500`, {
      headers: { authorization: `Bearer ${TASK_SERVICE_TOKEN}` },
    });
    const page = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${page.error_code}`);
    yield* page.events;
    after = page.next_after;
    more = page.has_more;
  }
}

/** A fold of one's own: only what is wanted here, and any event that it does not know leaves it as it was. */
function after(task, { type, time, data }) {
  switch (type) {
    case 'task.created':
      return { name: data.personal.name, type: data.task_type, runs: 0, since: time, status: 'open' };
    case 'task.updated':
      return { ...task, ...('name' in data.personal ? { name: data.personal.name } : {}) };
    case 'task.status_changed':
      return { ...task, status: data.status.to };
    case 'task.execution_completed':
      return { ...task, runs: task.runs + 1 };
    case 'task.deleted':
      return { ...task, status: 'deleted' };
    default:
      return task;
  }
}

let task = null;
for await (const { sequence, event } of eventsOf(taskId)) {
  task = after(task, event);
  console.log(`${sequence} ${event.time} ${event.type} ${JSON.stringify(task)}`);
}
