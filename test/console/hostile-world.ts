/** Somebody who has written hostile texts wherever the service takes any, and every screen that shows them. */
import { JetStreamDeadLetters } from '../../src/jetstream/queues/dead-letters.ts';
import { failure, success } from '../support/histories/history.ts';
import { BOB, type Stack, signed } from '../support/parts/stack.ts';
import { HOSTILE_TEXTS } from './hostile-text.ts';

/** All of them, where there is room for that; and a word without an end. */
const ALL = HOSTILE_TEXTS.join('\n');
const LONG = 'x'.repeat(10_000);
/** Where there is room for one line: what runs, what turns the direction, what nobody sees. */
const LINE =
  '"><img src=x onerror=window.ran=1>\u202eevil\u202c a\u200bb\u2066c </title><script>window.ran=1</script>';
const TAGS = [...HOSTILE_TEXTS.map((text) => text.trim()).filter((text) => text.length <= 64)].slice(0, 49);

export interface HostileScreen {
  readonly path: string;
  /** Of the page once it is loaded. */
  readonly selector: string;
}

const ADMIN = { sub: BOB, roles: ['admin', 'auditor'] };

export async function hostileScreens(stack: Stack): Promise<readonly HostileScreen[]> {
  const headers = { authorization: `Bearer ${await signed(ADMIN)}` };
  const post = async (path: string, body: object) => {
    const answer = await stack.call('POST', `/api/v1/${path}`, { user: null, headers, body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  const today = new Date(Date.now() + 60_000).toISOString();
  // A few at once: a caller takes turns with itself.
  for (let from = 0; from < HOSTILE_TEXTS.length; from += 20) {
    const bodies = HOSTILE_TEXTS.slice(from, from + 20).map((text) => {
      return { name: text.trim(), task_type: 'todo', tags: ['hostile'], due_date: today };
    });
    await Promise.all(bodies.map((body) => post('tasks', body)));
  }
  const calendar = await post('calendars', { name: LINE, dates: ['2036-12-25'] });
  const task = await post('tasks', {
    name: LINE,
    description: `${ALL}\n${LONG}`.slice(0, 10_000),
    task_type: 'reminder',
    tags: TAGS,
    config: { reminder_message: ALL },
    metadata: { ...Object.fromEntries(HOSTILE_TEXTS.map((text) => [`as ${text}`, text])), long: LONG },
    due_date: today,
    schedules: [
      { id: 'a', type: 'daily', run_time: '07:00', exclude_calendars: [calendar.calendar_id] },
      { id: 'b', type: 'daily', run_time: '08:00' },
    ],
  });
  const id = task.task_id;
  await post('templates', {
    template_id: 'tpl_hostile',
    name: LINE,
    description: `${ALL}\n${LONG}`.slice(0, 10_000),
    category: 'productivity',
    task_type: 'reminder',
    default_config: { reminder_message: ALL },
    config_schema: {
      type: 'object',
      title: LINE,
      properties: { reminder_message: { type: 'string', title: LINE, description: ALL, examples: [ALL] } },
    },
  });
  const runs: string[] = [];
  for (const outcome of [
    { ...success, summary: ALL, result: { [ALL]: ALL, long: LONG } },
    { ...failure, code: LINE, message: ALL, details: { [LINE]: ALL } },
  ]) {
    const data = { trigger_data: { [LINE]: ALL } };
    const answer = await stack.call('POST', `/api/v1/tasks/${id}/execute`, {
      user: null,
      headers: { ...headers, Prefer: 'wait=0' },
      body: data,
    });
    await stack.work(BOB, id, answer.body.execution_id, outcome);
    runs.push(answer.body.execution_id);
  }
  await stack.call('PATCH', `/api/v1/tasks/${id}`, {
    user: null,
    headers,
    body: { priority: 'low', reason: ALL },
  });
  await post(`tasks/${id}/pause`, { reason: ALL });
  await new JetStreamDeadLetters(stack.nc).bury({
    place: { stream: 'INBOX', consumer: 'inbox', sequence: 1 },
    subject: 'user.deleted',
    messageId: LINE,
    body: Buffer.from(JSON.stringify({ [LINE]: ALL })),
    deliveries: 5,
    reason: ALL,
  });
  return [
    { path: 'today', selector: '[data-task]' },
    { path: 'tasks?tag=hostile', selector: '[data-index="9"] a' },
    { path: 'tasks?sort=-updated_at', selector: '[data-index="0"] a' },
    { path: `tasks/${id}`, selector: '.runs' },
    { path: `tasks/${id}?tab=settings`, selector: '.facts' },
    { path: `tasks/${id}?tab=webhook`, selector: '.webhook' },
    { path: `tasks/${id}/edit`, selector: '.schedule-preview' },
    { path: `tasks/${id}/history`, selector: '.as-of dd' },
    ...runs.map((run) => ({ path: `tasks/${id}/runs/${run}`, selector: '.facts' })),
    { path: 'runs', selector: '.runs' },
    { path: 'calendar', selector: '.day li' },
    { path: 'calendar?view=week', selector: '.day li' },
    { path: 'calendars', selector: 'main li h2' },
    { path: `calendars?id=${calendar.calendar_id}`, selector: '.calendar-form' },
    { path: 'templates', selector: '.card' },
    { path: 'new?template=tpl_hostile', selector: '.task-form' },
    { path: 'analytics', selector: '[aria-label="By task"] tbody th' },
    { path: 'operate', selector: 'main code' },
    { path: 'dead-letters', selector: '.letter' },
    { path: 'audit', selector: '.runs, table' },
  ];
}

/** Whose screens they are. */
export const hostileToken = () => signed(ADMIN);

/**
 * Run in the page. What is wrong with it: something ran, is an element that somebody wrote, leads out of the web, or
 * turns or hides what is around it. What stands in fields is as it was written.
 */
export const HARM = `(() => {
  const found = [];
  if ('ran' in window) found.push('it ran');
  const made = document.querySelector('bdi > *:not(.hidden-char, a), main :is(script, iframe, object, embed, base, meta, style, math, form form)');
  if (made !== null) found.push('made of text: ' + made.outerHTML.slice(0, 120));
  for (const link of document.querySelectorAll('a')) {
    const { protocol } = new URL(link.getAttribute('href'), document.baseURI);
    if (!['http:', 'https:'].includes(protocol)) found.push('leads to ' + protocol);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.parentElement.closest('textarea') === null && /[\\u200b\\u202a-\\u202e\\u2060-\\u2069\\ufeff]/.test(text.data)) {
      found.push('not shown as it is: ' + text.parentElement.outerHTML.slice(0, 160));
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    const out = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth);
    found.push(['as wide as', document.documentElement.scrollWidth, ...out.slice(-2).map(({ outerHTML }) => outerHTML.slice(0, 120))].join(' '));
  }
  return [...new Set(found)];
})()`;
