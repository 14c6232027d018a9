import { describe, expect, test } from 'vitest';
import type { AttemptOutcome } from '../../src/domain/task/commands.ts';
import { webhookSecrets } from '../../src/task-types/custom/webhook-config.ts';
import { ExecutionFailure } from '../../src/task-types/executor.ts';
import { maskedOutcome } from '../../src/task-types/masked-outcome.ts';
import { completed, failed } from '../../src/worker/runs/outcome.ts';

const CONFIG = {
  secret: 'whsec_c2VjcmV0c2VjcmV0',
  headers: { Authorization: 'Bearer top-secret-token', 'X-API-Key': 'short', Accept: 'application/json' },
};

function shown(outcome: AttemptOutcome) {
  return maskedOutcome(outcome, CONFIG, webhookSecrets(CONFIG));
}

describe('what a run leaves behind', () => {
  test('has no secret of the config in it, wherever a receiver put it', () => {
    const result = {
      body: [
        { 'top-secret-token': 1, deep: { note: 'you sent Bearer top-secret-token to application/json' } },
      ],
      text: `signed with ${CONFIG.secret}!`,
    };
    expect(shown(completed({ result, summary: 'got top-secret-token' }, 1))).toMatchObject({
      result: {
        body: [{ '***': 1, deep: { note: 'you sent *** to application/json' } }],
        text: 'signed with ***!',
      },
      summary: 'got ***',
    });
    const details = { headers: { authorization: 'Bearer top-secret-token' }, status: 500 };
    const error = new ExecutionFailure('X', 'refused top-secret-token', { retryable: false, details });
    expect(shown(failed(error, 1).outcome)).toMatchObject({
      message: 'refused ***',
      details: { headers: { authorization: '***' }, status: 500 },
    });
  });

  test('stays as it is where a secret is too short to be told from words', () => {
    const outcome = completed({ result: { text: 'short of breath', n: [1, null, true] }, summary: null }, 1);
    expect(shown(outcome)).toEqual(outcome);
  });

  test('has no secret in it where JSON is kept as text', () => {
    const secret = 'Digest key="a/b+c", path="\\here"';
    const config = { headers: { Authorization: secret } };
    const body = `{"a":${JSON.stringify(secret)},"b":${JSON.stringify(secret).replaceAll('/', '\\/')}`;
    const outcome = completed({ result: { body }, summary: null }, 1);
    const { result } = maskedOutcome(outcome, config, webhookSecrets(config)) as { result: unknown };
    expect(result).toEqual({ body: '{"a":"***","b":"***"' });
  });

  test.each([
    ['a URL', 'https://a.example/?q=', encodeURIComponent],
    [
      'a URL in small letters',
      '?q=',
      (secret: string) => encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase()),
    ],
    ['a form', 'a=1&b=', (secret: string) => new URLSearchParams({ '': secret }).toString().slice(1)],
    [
      'HTML',
      '<p>',
      (secret: string) =>
        secret
          .replace(/&/g, '&amp;')
          .replace(/</g, '&lt;')
          .replace(/>/g, '&gt;')
          .replace(/"/g, '&quot;')
          .replace(/'/g, '&#39;'),
    ],
  ])('has no secret in it as it stands in %s', (_, before, write) => {
    const secret = `Digest key="a/b+c", it's="<x>&\\here"`;
    const config = { headers: { Authorization: secret } };
    const outcome = completed({ result: { body: `${before}${write(secret)}|` }, summary: null }, 1);
    const { result } = maskedOutcome(outcome, config, webhookSecrets(config)) as { result: unknown };
    expect(result).toEqual({ body: `${before}***|` });
  });

  test('is masked also where a secret is no well-formed text', () => {
    const config = { headers: { Authorization: 'half of a pair: \ud83d' } };
    const outcome = completed({ result: { body: 'half of a pair: \ud83d' }, summary: null }, 1);
    expect(maskedOutcome(outcome, config, webhookSecrets(config))).toMatchObject({ result: { body: '***' } });
  });

  test('is nothing but *** where secrets are too many to look for, and is had at once', () => {
    const names = Array.from({ length: 10_000 }, (_, n) => `key-${n}`);
    const config = { headers: Object.fromEntries(names.map((name) => [name, name.padStart(10, 'x')])) };
    const paths = webhookSecrets(config);
    const outcome = completed({ result: { body: Array(10_000).fill('some text') }, summary: 'done' }, 1);
    const started = performance.now();
    expect(maskedOutcome(outcome, config, paths)).toMatchObject({ summary: '***' });
    // What is guarded against took ten seconds.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
