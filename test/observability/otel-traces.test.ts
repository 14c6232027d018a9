import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OtelTraces } from '../../src/observability/otel-traces.ts';
import { tookOnOwnCores } from '../support/processes/waited-for-cores.ts';
import { collector, taken } from '../support/world/collector.ts';
import { json } from '../support/world/http-receiver.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SAMPLED = `00-${TRACE}-00f067aa0ba902b7-01`;
const NOT_SAMPLED = `00-${TRACE}-00f067aa0ba902b7-00`;
const QUICK = { sendAfter: 5, export: 300, farewell: 200 };

function tracesTo(endpoint: string, share = 1) {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  const config = { endpoint, headers: {}, resourceAttributes: { 'service.name': 'it' }, share };
  const traces = new OtelTraces({ config, version: '1', instance: 'one', logger: pino(sink), timing: QUICK });
  onTestFinished(() => traces.stop());
  return { traces, lines };
}

describe('spans', () => {
  it('reach the collector with their parents, links, attributes and failures', async () => {
    const sink = await collector();
    const { traces } = tracesTo(sink.url);
    const outer = traces.begin('outer', 'server', SAMPLED);
    const inner = traces.begin('inner', 'client', outer.traceparent);
    inner.set({ 'task_service.attempt': 2, 'messaging.system': 'nats' });
    inner.linkTo(SAMPLED);
    inner.end('TIMEOUT');
    outer.end();
    await traces.stop();
    const [first, second] = sink.spans();
    expect(first).toMatchObject({ name: 'inner', kind: 3, parent: second?.spanId, failed: true });
    expect(first).toMatchObject({ links: [`${TRACE}-00f067aa0ba902b7`], traceId: TRACE });
    expect(first?.attributes).toEqual({
      'task_service.attempt': 2,
      'messaging.system': 'nats',
      'error.type': 'TIMEOUT',
    });
    expect(second).toMatchObject({ name: 'outer', parent: '00f067aa0ba902b7', failed: false });
    expect(second?.resource).toMatchObject({ 'service.name': 'it', 'service.instance.id': 'one' });
  });

  it('are recorded of traces that are recorded by who began them, and of others by their share', async () => {
    const { traces } = tracesTo('http://127.0.0.1:9', 0);
    expect(traces.begin('a', 'server', SAMPLED).isRecorded).toBe(true);
    expect(traces.begin('b', 'server', NOT_SAMPLED)).toMatchObject({
      isRecorded: false,
      traceparent: NOT_SAMPLED,
    });
    // What follows is told that this trace is not recorded.
    const own = traces.begin('c', 'server', null);
    expect(own).toMatchObject({ isRecorded: false, traceparent: expect.stringMatching(/-00$/) });
    const { traces: all } = tracesTo('http://127.0.0.1:9');
    expect(all.begin('d', 'server', null).isRecorded).toBe(true);
  });
});

function manySpans(traces: OtelTraces, count: number): void {
  for (let n = 0; n < count; n++) traces.begin('many', 'internal', null).end();
}

describe('a collector that', () => {
  it('hangs gets no more than a queue of bounded length, and holds up no stop', async () => {
    const held: (() => void)[] = [];
    const sink = await collector((request, response) => {
      held.push(() => taken(request, response));
    });
    const { traces } = tracesTo(sink.url);
    manySpans(traces, 20_000);
    await sink.received(1);
    manySpans(traces, 20_000);
    expect(await tookOnOwnCores(() => traces.stop())).toBeLessThan(1_000);
    for (const answer of held) answer();
    expect(sink.spans().length).toBeLessThanOrEqual(8_192 + 512);
  });

  it('is down, refuses or fails costs a line of the log, and nothing else', async () => {
    const sink = await collector((_request, response) => json(response, 400, { code: 3 }));
    for (const endpoint of [sink.url, 'http://127.0.0.1:9']) {
      const { traces, lines } = tracesTo(endpoint);
      manySpans(traces, 2_000);
      await expect
        .poll(() => lines.map(({ msg }) => msg), { timeout: 5_000 })
        .toEqual(['traces are not taken']);
      expect(traces.begin('still', 'internal', null).isRecorded).toBe(true);
    }
  });

  it('answers 500 and then 200 gets the spans that came after', async () => {
    const sink = await collector((_request, response) => json(response, 500, {}));
    const { traces, lines } = tracesTo(sink.url);
    manySpans(traces, 1);
    await expect
      .poll(() => lines.map(({ msg }) => msg), { timeout: 5_000 })
      .toEqual(['traces are not taken']);
    sink.answer(taken);
    traces.begin('after', 'internal', null).end();
    await expect
      .poll(() => lines.map(({ msg }) => msg), { timeout: 5_000 })
      .toEqual(['traces are not taken', 'traces are taken again']);
    expect(sink.spans().at(-1)?.name).toBe('after');
  });
});
