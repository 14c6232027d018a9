// A read model of one's own in SQLite: a row a task, made of one's events and kept up to date. The place in the stream
// is kept in the same transaction as the rows, so each event has its effect exactly once, whenever this is killed.
// The database is node:sqlite where Node has it, else @photostructure/sqlite, which has the same interface
// (npm install @photostructure/sqlite@1): TASK_SERVICE_URL=http://127.0.0.1:8211 TASK_SERVICE_TOKEN=... node examples/read-model.mjs tasks.db
// See docs/event-stream.md.
import { setTimeout as delay } from 'node:timers/promises';

const { DatabaseSync } = await import('node:sqlite').catch(() => import('@photostructure/sqlite'));
const { TASK_SERVICE_URL = 'http://127.0.0.1:8211', TASK_SERVICE_TOKEN } = process.env;
const [file = 'tasks.db'] = process.argv.slice(2);

const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
db.exec(`CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, name TEXT, type TEXT, status TEXT, edits INTEGER, runs INTEGER);
         CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);
         INSERT OR IGNORE INTO place VALUES (1, '0')`);
const statement = {
  place: db.prepare('SELECT id FROM place'),
  remember: db.prepare('UPDATE place SET id = ?'),
  add: db.prepare("INSERT INTO tasks VALUES (?, ?, ?, 'open', 0, 0)"),
  rename: db.prepare('UPDATE tasks SET name = ? WHERE id = ?'),
  edit: db.prepare('UPDATE tasks SET edits = edits + 1 WHERE id = ?'),
  status: db.prepare('UPDATE tasks SET status = ? WHERE id = ?'),
  run: db.prepare('UPDATE tasks SET runs = runs + 1 WHERE id = ?'),
  remove: db.prepare('DELETE FROM tasks WHERE id = ?'),
};

/** What is wanted here of an event; one that is not known changes nothing. Adding twice would be wrong, and never happens. */
function apply({ type, subject: id, data }) {
  if (type === 'task.created') statement.add.run(id, data.personal.name, data.task_type);
  if (type === 'task.updated') statement.edit.run(id);
  if (type === 'task.updated' && 'name' in data.personal) statement.rename.run(data.personal.name, id);
  if (data.status?.to !== undefined) statement.status.run(data.status.to, id);
  if (type === 'task.execution_completed') statement.run.run(id);
  if (type === 'task.deleted') statement.remove.run(id);
}

/** Frames that came together, and where they end: all of it, or nothing. */
function take(frames) {
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const { id, event, data } of frames) {
      if (event?.startsWith('task.')) apply(JSON.parse(data).event);
      if (id !== undefined) statement.remember.run(id);
    }
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

for (;;) {
  try {
    const response = await fetch(`${TASK_SERVICE_URL}/api/v1/events/stream?after=0`, {
      headers: { authorization: `Bearer ${TASK_SERVICE_TOKEN}`, 'last-event-id': statement.place.get().id },
    });
    if (response.status === 409) {
      console.error(
        `what is kept here is of a log that has lost events since: delete the database, and begin anew`,
      );
      process.exit(1);
    }
    if (!response.ok) throw new Error(`the service answers ${response.status}`);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop();
      take(frames.map((frame) => Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s)))));
      console.log(
        `${statement.place.get().id} ${db.prepare('SELECT count(*) AS tasks FROM tasks').get().tasks} tasks`,
      );
    }
  } catch (error) {
    console.error(`${error.message}; again in a second`);
  }
  await delay(1_000);
}
