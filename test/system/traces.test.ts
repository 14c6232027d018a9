/** Traces whole: the built service, a collector of OpenTelemetry beside it, and a webhook at the end of the way. */
import { expect, test } from 'vitest';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type CollectedSpan, collector } from '../support/world/collector.ts';
import { consulAgent } from '../support/world/consul-agent.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = `00-${TRACE}-00f067aa0ba902b7-01`;

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
  const agent = await consulAgent();
  const service = await startService({
    DATA_DIR: temporaryFolder(),
    EGRESS_ALLOW: world.host,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    CONSUL_HTTP_ADDR: agent.host,
  });
  const caller = new Caller(service.url, await tokenFor('ada'));
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
  expect(run.status).toBe(201);
  await world.received(2);
  const received = (path: string) => world.requests.find((request) => request.path.startsWith(path));
  const [registered] = agent.services.values();
  expect(registered?.Check.HTTP).toBe(`${service.url}/health/ready`);
  expect(await service.end('SIGTERM')).toBe(0);
  expect(agent.services.size).toBe(0);

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
  expect(asked.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.response.status_code': 201 });
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
  expect(received('/hand')?.headers.traceparent).toBe(`00-${TRACE}-${did[1]?.spanId}-01`);
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
  expect(received('/slot')?.headers.traceparent).toMatch(new RegExp(`^00-${fired.traceId}-[0-9a-f]{16}-01$`));
});
