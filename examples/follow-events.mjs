// Follows one's events from where it was the last time, each once, although it or the service is stopped in between.
// The place is kept in a file, after what an event asks for has been done.
// Plain Node: TASK_SERVICE_URL=http://127.0.0.1:8211 TASK_SERVICE_TOKEN=... node examples/follow-events.mjs place
// See docs/event-stream.md.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const { TASK_SERVICE_URL = 'http://127.0.0.1:8211', TASK_SERVICE_TOKEN } = process.env;
const [file = 'place'] = process.argv.slice(2);

function remembered() {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '0';
  }
}

function remember(place) {
  writeFileSync(`${file}.next`, place);
  renameSync(`${file}.next`, file);
}

/** The frames of a stream: lines of `field: value`, ended by an empty line. */
async function* framesOf(body) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop();
    for (const frame of frames) {
      yield Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s)));
    }
  }
}

for (;;) {
  try {
    const response = await fetch(`${TASK_SERVICE_URL}/api/v1/events/stream?after=0`, {
      headers: { authorization: `Bearer ${TASK_SERVICE_TOKEN}`, 'last-event-id': remembered() },
    });
    if (response.status === 409) {
      console.error(
        `what is kept here is of a log that has lost events since: delete the file of the place, and begin anew`,
      );
      process.exit(1);
    }
    if (!response.ok) throw new Error(`the service answers ${response.status}`);
    for await (const { id, event, data } of framesOf(response.body)) {
      if (event?.startsWith('task.')) console.log(`${id} ${event} ${JSON.parse(data).event.subject}`);
      if (id !== undefined) remember(id);
    }
  } catch (error) {
    console.error(`${error.message}; again in a second`);
  }
  await delay(1_000);
}
