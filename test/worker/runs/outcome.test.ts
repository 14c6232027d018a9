import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/domain/shared/json.ts';
import { OutboundError } from '../../../src/outbound/egress.ts';
import { ExecutionFailure } from '../../../src/task-types/executor.ts';
import { completed, failed } from '../../../src/worker/runs/outcome.ts';

const CAP = 256 * 1024;
const bytes = (value: Json) => Buffer.byteLength(JSON.stringify(value));

describe('a result', () => {
  test('that fits is kept as it is', () => {
    const result = { text: 'x'.repeat(CAP - 11) };
    expect(bytes(result)).toBe(CAP);
    expect(completed({ result, summary: null }, 3)).toMatchObject({
      result,
      result_truncated: false,
      api_calls_made: 3,
      tokens_used: 0,
      credits_micros: null,
    });
  });

  test.each<[string, Json]>([
    ['one byte too large', { text: 'x'.repeat(CAP - 10) }],
    ['a long text', 'y'.repeat(CAP)],
    ['a text of characters that JSON escapes', '\u0001"\\'.repeat(CAP)],
    ['a text of four-byte characters', '🦆'.repeat(CAP)],
    ['a list of many', Array.from({ length: 100_000 }, (_, n) => n)],
  ])('%s is cut to text of at most 256 KiB, and not much less', (_what, result) => {
    const outcome = completed({ result, summary: null }, 0);
    if (outcome.kind !== 'completed') throw new Error('not completed');
    expect(outcome.result_truncated).toBe(true);
    expect(bytes(outcome.result)).toBeLessThanOrEqual(CAP);
    expect(bytes(outcome.result)).toBeGreaterThan(CAP * 0.9);
    expect(String(outcome.result).isWellFormed()).toBe(true);
    const whole = typeof result === 'string' ? result : JSON.stringify(result);
    expect(whole.startsWith(String(outcome.result))).toBe(true);
  });

  test('that is not JSON is no result', () => {
    expect(() => completed({ result: undefined as unknown as Json, summary: null }, 0)).toThrow(TypeError);
  });

  test('has a summary of at most 1,000 characters', () => {
    const outcome = completed({ result: null, summary: `${'x'.repeat(999)}🦆` }, 0);
    expect(outcome).toMatchObject({ summary: 'x'.repeat(999) });
  });
});

describe('a failure', () => {
  test('of an executor keeps its code, details, tokens, and whether to try again', () => {
    const error = new ExecutionFailure('PROVIDER_ERROR', 'no', {
      retryable: true,
      details: { status: 500 },
      tokens_used: 7,
    });
    expect(failed(error, 2)).toEqual({
      unexpected: false,
      outcome: {
        kind: 'failed',
        code: 'PROVIDER_ERROR',
        message: 'no',
        details: { status: 500 },
        retryable: true,
        tokens_used: 7,
        api_calls_made: 2,
      },
    });
  });

  test('of the HTTP client keeps its code', () => {
    const { outcome, unexpected } = failed(new OutboundError('EGRESS_REFUSED', 'no'), 0);
    expect(outcome).toMatchObject({ code: 'EGRESS_REFUSED', retryable: false });
    expect(unexpected).toBe(false);
  });

  test.each([new TypeError('secret thing is undefined'), 'a text', null, undefined])(
    'that nobody meant (%s) is EXECUTOR_ERROR and says nothing of the inside',
    (error) => {
      const { outcome, unexpected } = failed(error, 1);
      expect(outcome).toMatchObject({ code: 'EXECUTOR_ERROR', retryable: false, api_calls_made: 1 });
      expect(JSON.stringify(outcome)).not.toContain('secret');
      expect(unexpected).toBe(true);
    },
  );

  test('has a message of at most 2,000 characters and details of at most 64 KiB', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1_990, maxLength: 2_100 }), (message) => {
        const error = new ExecutionFailure('X', message, {
          retryable: false,
          details: { much: 'x'.repeat(65_536) },
        });
        const { outcome } = failed(error, 0);
        if (outcome.kind !== 'failed') throw new Error('not failed');
        expect(outcome.message.length).toBeLessThanOrEqual(2_000);
        expect(outcome.message.isWellFormed()).toBe(true);
        expect(outcome.details).toEqual({ details_omitted: true });
      }),
      { numRuns: 30 },
    );
  });
});
