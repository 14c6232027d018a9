/** Traces whole: the built service, a collector of OpenTelemetry beside it, and a webhook at the end of the way. */
import { expect, onTestFinished, test } from 'vitest';
import { type CollectedSpan, collector } from '../support/collector.ts';
import { httpReceiver } from '../support/http-receiver.ts';
import { Caller, type ServiceProcess, startService, tokenFor } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = `00-${TRACE}-00f067aa0ba902b7-01`;

async function running(env: Record<string, string>): Promise<{ service: ServiceProcess; caller: Caller }> {
  const service = await startService({ DATA_DIR: temporaryFolder(), ...env });
  onTestFinished(async () => void (await service.end('SIGKILL')));
  return { service, caller: new Caller(service.url, await tokenFor('ada')) };
}

function webhookTask(url: string, more: object = {}): object {
  return { name: 'Tell', task_type: 'custom', config: { script_type: 'webhook', url }, ...more };
}

function only(spans: readonly CollectedSpan[], fits: (span: CollectedSpan) => boolean): CollectedSpan {
  const found = spans.filter(fits);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0] as CollectedSpan;
}

test('a run that a person asks for is one trace, from the request to the receiver of its webhook; a slot begins another, linked to the creation', async () => {
  const sink = await collector();
  const world = await httpReceiver();
  const { service, caller } = await running({
    EGRESS_ALLOW: world.host,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  const soon = new Date(Date.now() + 1_000).toISOString();
  const traced = { traceparent: CALLER };
  const byHand = await caller.call<{ task_id: string }>(
    'POST',
    '/tasks',
    webhookTask(`${world.url}/hand?key=secret`),
  );
  const schedule = { type: 'once', run_time: soon };
  const slotted = webhookTask(`${world.url}/slot`, { schedule });
  const timed = await caller.call<{ task_id: string }>('POST', '/tasks', slotted, traced);
  expect([byHand.status, timed.status]).toEqual([201, 201]);
  const run = await caller.call('POST', `/tasks/${byHand.body.task_id}/execute`, {}, traced);
  expect(run.status).toBe(202);
  const hooked = await world.received(2);
  expect(await service.end('SIGTERM')).toBe(0);

  const spans = sink.spans();
  const of = (task: { readonly body: { readonly task_id: string } }) => (span: CollectedSpan) =>
    span.attributes['task_service.task_id'] === task.body.task_id;
  const named = (name: string) => (span: CollectedSpan) => span.name === name;
  const child = (parent: CollectedSpan) => (span: CollectedSpan) => span.parent === parent.spanId;
  expect(sink.requests[0]?.headers['x-key']).toBe('a b');
  expect(spans[0]?.resource).toMatchObject({
    'service.name': 'task-service',
    'deployment.environment.name': 'test',
  });

  const asked = only(spans, named('POST /api/v1/tasks/{task_id}/execute'));
  expect(asked).toMatchObject({ traceId: TRACE, parent: '00f067aa0ba902b7', kind: 2, failed: false });
  expect(asked.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.response.status_code': 202 });
  const requested = only(spans, child(asked));
  expect(requested.attributes).toMatchObject({
    'messaging.system': 'nats',
    'messaging.destination.name': 'TASK_LOG',
    'task_service.event_type': 'task.execution_requested',
  });
  const executed = only(spans, child(requested));
  expect(executed).toMatchObject({ name: 'execute custom', kind: 5, traceId: TRACE });
  expect(executed.attributes).toMatchObject({ 'task_service.outcome': 'completed' });
  const did = spans.filter(child(executed));
  expect(did.map((span) => span.attributes['task_service.event_type'] ?? span.name)).toEqual([
    'task.execution_started',
    'POST',
    'task.execution_completed',
  ]);
  const called = world.requests.find(({ path }) => path.startsWith('/hand'));
  expect(called?.headers.traceparent).toBe(`00-${TRACE}-${did[1]?.spanId}-01`);
  expect(did[1]?.attributes).toMatchObject({
    'server.address': '127.0.0.1',
    'http.response.status_code': 200,
  });
  // What stands in a path or a query may be a secret.
  expect(JSON.stringify(spans)).not.toContain('secret');

  const made = only(
    spans,
    (span) => of(timed)(span) && span.attributes['task_service.event_type'] === 'task.created',
  );
  expect(made.traceId).toBe(TRACE);
  const fired = only(spans, (span) => of(timed)(span) && span.name === 'fire task.execution_requested');
  expect(fired.parent).toBe('');
  expect(fired.traceId).not.toBe(TRACE);
  expect(fired.links).toEqual([`${TRACE}-${made.spanId}`]);
  expect(hooked.headers.traceparent).toMatch(new RegExp(`^00-${fired.traceId}-[0-9a-f]{16}-01$`));
});

test('without a collector the trace of the caller goes on into the events and to the receiver, and none is made up', async () => {
  const world = await httpReceiver();
  const { caller } = await running({ EGRESS_ALLOW: world.host });
  const traced = { traceparent: CALLER };
  const create = () => caller.call<{ task_id: string }>('POST', '/tasks', webhookTask(world.url));
  const [one, other] = [await create(), await create()];
  await caller.call('POST', `/tasks/${one.body.task_id}/execute`, {}, traced);
  expect((await world.received(1)).headers.traceparent).toBe(CALLER);
  await caller.call('POST', `/tasks/${other.body.task_id}/execute`, {}, { traceparent: 'no trace' });
  expect((await world.received(2)).headers.traceparent).toBeUndefined();
  const { body } = await caller.call<{ events: { type: string; traceparent?: string }[] }>(
    'GET',
    `/tasks/${one.body.task_id}/events`,
  );
  const traces = body.events.map(({ type, traceparent }) => [type, traceparent ?? null]);
  expect(traces.slice(0, 3)).toEqual([
    ['task.created', null],
    ['task.execution_requested', CALLER],
    ['task.execution_started', CALLER],
  ]);
});
