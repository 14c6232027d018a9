/** A few tasks to try, for whoever starts the service the first time: over REST, as anybody would make them. */
import type { Logger } from 'pino';

/** What they are known by, in the console too. */
const TAG = 'sample';

const SAMPLES = [
  {
    name: 'Stretch your legs',
    description:
      'A reminder every five minutes: see its slots come by, pause it, and see what becomes of them.',
    task_type: 'reminder',
    config: { reminder_message: 'Time to stand up for a moment.' },
    schedule: { type: 'interval', interval_minutes: 5 },
  },
  {
    name: 'Water the plants',
    description: 'A to-do every Monday. Edit its time, and look at what that changes.',
    task_type: 'todo',
    priority: 'high',
    schedule: { type: 'weekly', weekdays: [1], run_time: '08:00' },
  },
  {
    name: 'Look at a failing run',
    description: 'Run it by hand: nobody answers under its address, so that it fails, and says why.',
    task_type: 'custom',
    config: { script_type: 'webhook', url: 'https://receiver.invalid/hook' },
    schedule: null,
  },
] as const;

/** Makes them for a user who never had a task; `token`: that user's. What fails is logged and costs nothing else. */
export async function makeSamples(url: string, token: string, logger: Logger): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    const known = await fetch(`${url}/api/v1/tasks?include_deleted=true&limit=1`, { headers });
    const { count } = (await known.json()) as { count?: number };
    if (count !== 0) return;
    for (const { schedule, ...sample } of SAMPLES) {
      const body = { ...sample, tags: [TAG], schedule: schedule && { ...schedule, timezone } };
      const made = await fetch(`${url}/api/v1/tasks`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      if (!made.ok) throw new Error(`${sample.name}: ${await made.text()}`);
    }
  } catch (err) {
    logger.warn({ err }, 'the sample tasks were not made');
  }
}
