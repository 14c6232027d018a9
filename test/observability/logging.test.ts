import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Logger } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createForwardingLogger,
  createLogger,
  type LoggedLines,
  type LoggingOptions,
} from '../../src/observability/logging.ts';

function logged(options: LoggingOptions, write: (logger: Logger) => void): string {
  const destination = new PassThrough();
  write(createLogger(options, destination));
  return String(destination.read() ?? '');
}

describe('the log', () => {
  test('is a line of JSON each, with level, time in UTC and message', () => {
    const line = logged({ level: 'info', format: 'json' }, (log) => log.info({ request_id: 'r1' }, 'done'));
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      request_id: 'r1',
      msg: 'done',
    });
    expect(line.endsWith('\n')).toBe(true);
  });

  test('can be read by people', () => {
    const text = logged({ level: 'info', format: 'readable' }, (log) =>
      log.child({ component: 'scheduler' }).warn({ lateness_ms: 12 }, 'late'),
    );
    expect(text).toMatch(/WARN: scheduler: late\n\s+lateness_ms: 12/);
  });

  test('leaves out what is below its level', () => {
    expect(logged({ level: 'warn', format: 'json' }, (log) => log.info('hidden'))).toBe('');
  });

  test.each(['json', 'readable'] as const)('never shows a secret, however deep (%s)', (format) => {
    const config = { auth: { jwtSecret: 'hunter1' }, list: [{ password: 'hunter2' }] };
    const text = logged({ level: 'info', format }, (log) => {
      log.info({ config, token: 'hunter3' }, 'started');
      log.info({ req: { headers: { Authorization: 'Bearer hunter4', accept: 'x/y' } } }, 'request');
      log.child({ secret: 'hunter5' }).info({ headers: { 'x-api-key': 'hunter6' } }, 'child');
    });
    expect(text).not.toContain('hunter');
    expect(text.match(/\*\*\*/g)).toHaveLength(6);
    expect(text).toContain('x/y');
    expect(config.auth.jwtSecret).toBe('hunter1');
  });

  test('shows errors with their stack', () => {
    const line = logged({ level: 'info', format: 'json' }, (log) => log.error({ err: new Error('broken') }));
    expect(JSON.parse(line).err).toMatchObject({
      message: 'broken',
      stack: expect.stringContaining('logging.test'),
    });
  });
});

describe('a thread whose lines another writes', () => {
  const forwarding = () => {
    const forwarded: LoggedLines[] = [];
    const { logger, flush } = createForwardingLogger('info', (lines) => forwarded.push(lines));
    const messages = () => forwarded.map(({ text, level }) => `${level} ${text.match(/(?<="msg":")[^"]+/g)}`);
    return { logger, flush, messages };
  };

  test('hands everyday lines over together, after a while', async () => {
    const { logger, messages } = forwarding();
    logger.info('one');
    await new Promise((resolve) => setImmediate(resolve));
    logger.info('two');
    expect(messages()).toEqual([]);
    await expect.poll(messages).toEqual(['30 one,two']);
    logger.info('three');
    await expect.poll(messages).toEqual(['30 one,two', '30 three']);
  });

  test('hands over at once what tells what is wrong, and all before it', () => {
    const { logger, messages } = forwarding();
    logger.info('everyday');
    logger.warn('wrong');
    expect(messages()).toEqual(['40 everyday,wrong']);
  });

  test('keeps no more than 64 KiB, and nothing at its end', () => {
    const { logger, flush, messages } = forwarding();
    for (let line = 0; line < 10; line++) logger.info({ line, x: 'x'.repeat(8_000) }, 'long');
    expect(messages()).toEqual([`30 ${Array(9).fill('long')}`]);
    flush();
    flush();
    expect(messages()).toEqual([`30 ${Array(9).fill('long')}`, '30 long']);
  });
});

test('lines that the disk has no room for are lost, and nothing else with them', async () => {
  const logging = join(import.meta.dirname, '..', '..', 'dist', 'observability', 'logging.js');
  const logs = `
    const { createLogger } = await import(${JSON.stringify(logging)});
    const logger = createLogger({ level: 'info', format: 'json' });
    for (let line = 0; line < 20; line++) {
      logger.info('a line');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    process.exit(3);`;
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, ['--input-type=module', '-e', logs], {
    stdio: ['ignore', full, 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    closeSync(full);
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, 'close')]);
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
});

test('everyday lines are written together, at the latest with the first that tells what is wrong', async () => {
  const logging = join(import.meta.dirname, '..', '..', 'dist', 'observability', 'logging.js');
  const logs = `
    const { createLogger } = await import(${JSON.stringify(logging)});
    const logger = createLogger({ level: 'info', format: 'json' });
    logger.info('everyday');
    await new Promise((resolve) => setImmediate(resolve));
    logger.info('too');
    logger.warn('wrong');
    setTimeout(() => logger.info('later'), 5);
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', logs], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages = async () => {
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const lines = chunk.toString().trimEnd().split('\n');
    return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  };
  expect(await messages()).toEqual(['everyday', 'too', 'wrong']);
  expect(await messages()).toEqual(['later']);
});
