import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { natsServer } from '../../support/nats/nats-server.ts';
import { SECRET, SECRETS_KEY, startService, tokenFor } from '../../support/processes/service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { httpReceiver, json } from '../../support/world/http-receiver.ts';

const made = () => randomBytes(18).toString('hex');

/** Everything that nobody may see in an answer or in the log, by what it is. */
const SECRETS = {
  AUTH_JWT_SECRET: SECRET,
  SECRETS_KEY: SECRETS_KEY,
  INTERNAL_SERVICE_SECRET: made(),
  'query of AUTH_JWKS_URL': made(),
  'query of NEWS_FEEDS': made(),
  'bearer token of nobody': made(),
  'API key': made(),
  'secret tried at the door': made(),
  'webhook signing secret': `whsec_${randomBytes(24).toString('base64')}`,
  'webhook authorization': made(),
  'webhook API key': made(),
  'query of a webhook': made(),
  'what a person writes': made(),
  'part of a broken body': made(),
};

type Task = { task_id: string };

test('no secret is in any answer or in the log at its fullest, whatever fails', async () => {
  const nats = await natsServer({ empty: true });
  // Every service there is answers with all that it was sent, as an error.
  const echo = await httpReceiver(({ headers, body, path }, response) =>
    json(response, 500, { headers, body, path, error: `cannot ${path} ${JSON.stringify(headers)} ${body}` }),
  );
  const service = await startService({
    NATS_URL: nats.servers,
    NATS_USER: nats.user,
    NATS_PASSWORD: nats.pass,
    DATA_DIR: temporaryFolder(),
    LOG_LEVEL: 'trace',
    EGRESS_ALLOW: echo.host,
    INTERNAL_SERVICE_SECRET: SECRETS.INTERNAL_SERVICE_SECRET,
    AUTH_SERVICE_URL: echo.url,
    AUTH_JWKS_URL: `${echo.url}/keys?token=${SECRETS['query of AUTH_JWKS_URL']}`,
    NEWS_FEEDS: `echo=${echo.url}/rss?token=${SECRETS['query of NEWS_FEEDS']}`,
  });
  const token = await tokenFor('ann');
  const answers: string[] = [];
  const send = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    answers.push(`${response.status} ${JSON.stringify([...response.headers])}\n${text}`);
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const ann = { authorization: `Bearer ${token}` };
  const door = { 'x-internal-service': 'true', 'x-internal-service-secret': SECRETS.INTERNAL_SERVICE_SECRET };

  await strangers();
  await tasks();
  await brokenBodies();
  await nats.kill9();
  await Promise.all([send('GET', '/api/v1/tasks', ann), send('GET', '/health/detailed', {})]);

  const log = JSON.stringify(service.log()) + service.errors();
  expect(log).toContain('"level":"debug"');
  const statuses = new Set(answers.map((answer) => Number(answer.slice(0, 3))));
  for (const status of [200, 201, 400, 401, 404, 422, 503]) expect(statuses).toContain(status);
  const forbidden: Record<string, string> = { ...SECRETS, 'bearer token': token, NATS_PASSWORD: nats.pass };
  for (const [what, secret] of Object.entries(forbidden)) {
    // What Ann wrote is hers to read.
    const isHers = what === 'what a person writes' || what === 'query of a webhook';
    const shown = isHers ? [] : answers.filter((answer) => answer.includes(secret));
    expect([what, shown]).toEqual([what, []]);
    expect([what, log.includes(secret)]).toEqual([what, false]);
  }
  for (const answer of answers)
    expect(answer).not.toMatch(/\n\s+at |\.ts:\d+|\.js:\d+|node_modules|node:internal/);

  async function strangers(): Promise<void> {
    const stranger = `Bearer ${SECRETS['bearer token of nobody']}`;
    await send('GET', '/api/v1/tasks', { authorization: stranger });
    await send('GET', '/api/v1/tasks', { authorization: `${stranger} ${stranger}` });
    await send('GET', '/api/v1/tasks', { 'x-api-key': SECRETS['API key'] });
    await send('GET', '/api/v1/tasks', { 'x-api-key': `${SECRETS['API key']} and more` });
    const tried = { ...door, 'x-internal-service-secret': SECRETS['secret tried at the door'] };
    await send('GET', '/api/v1/tasks', tried);
    await send('GET', '/api/v1/tasks', { ...door, 'x-user-id': '' });
    await send('GET', '/api/v1/tasks', { ...door, 'x-user-id': 'bea' });
    await send('GET', '/api/v1/nowhere', ann);
    const raw = await malformed(service.url, `GET / HTTP/1.1\r\nAuthorization: ${stranger}\r\n:\r\n\r\n`);
    answers.push(raw.replace('HTTP/1.1 ', ''));
  }

  async function tasks(): Promise<void> {
    const config = {
      script_type: 'webhook',
      url: `${echo.url}/hook?key=${SECRETS['query of a webhook']}`,
      secret: SECRETS['webhook signing secret'],
      headers: {
        Authorization: `Bearer ${SECRETS['webhook authorization']}`,
        'X-API-Key': SECRETS['webhook API key'],
      },
    };
    const body = { name: SECRETS['what a person writes'], task_type: 'custom', config };
    const { status, body: task } = await send('POST', '/api/v1/tasks', ann, body);
    expect(status).toBe(201);
    const path = `/api/v1/tasks/${(task as Task).task_id}`;
    const run = await send('POST', `${path}/execute`, { ...ann, prefer: 'wait=10' }, {});
    expect(run.body).toMatchObject({ status: 'failed', error_details: { status: 500 } });
    const sent = echo.requests.find(({ path: at }) => at.startsWith('/hook'));
    expect(sent?.headers.authorization).toBe(config.headers.Authorization);
    await send('PATCH', path, ann, { config: { ...config, url: 'https://127.0.0.1:1/' } });
    await send('POST', `${path}/execute`, { ...ann, prefer: 'wait=10' }, {});
    await send('PATCH', path, ann, { config: { ...config, secret: '***', method: 'NONE' } });
    for (const more of ['', '/executions', '/events']) await send('GET', `${path}${more}`, ann);
    const news = await send('POST', '/api/v1/tasks', ann, { name: 'News', task_type: 'daily_news' });
    const newsPath = `/api/v1/tasks/${(news.body as Task).task_id}`;
    await send('POST', `${newsPath}/execute`, { ...ann, prefer: 'wait=10' }, {});
    await send('GET', `${newsPath}/executions`, ann);
  }

  async function brokenBodies(): Promise<void> {
    const part = SECRETS['part of a broken body'];
    await send('POST', '/api/v1/tasks', ann, `{"name": "${part}`);
    await send('POST', '/api/v1/tasks', { ...ann, 'content-type': `text/${part}` }, part);
    await send('POST', '/api/v1/tasks', ann, { name: '', task_type: part, config: { secret: part } });
    await send('GET', '/api/v1/tasks?limit=none', { ...ann, traceparent: part, 'x-request-id': `a ${part}` });
  }
}, 60_000);

/** The answer to bytes that are no HTTP request. */
function malformed(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
  });
}
