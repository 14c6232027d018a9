import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { checkAdvisories } from '../../../src/app/start/nats-access.ts';
import { UnfitServer } from '../../../src/jetstream/connection/connection.ts';
import { createLogger } from '../../../src/observability/logging.ts';

function logging() {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, logger: createLogger({ level: 'info', format: 'json' }, sink) };
}

describe('a nats-server of known advisories', () => {
  it('lets no devices in: below 2.12.12 and 2.14.3', () => {
    const { logger } = logging();
    for (const version of ['2.12.0', '2.12.11', '2.13.4', '2.14.0', '2.14.2', '', '2.14.2-preview.1']) {
      expect(() => checkAdvisories(version, true, logger), version).toThrow(UnfitServer);
    }
    for (const version of ['2.12.12', '2.12.40', '2.14.3', '2.15.0', '2.15.1', '3.0.0']) {
      expect(() => checkAdvisories(version, true, logger), version).not.toThrow();
    }
  });

  it('is warned of where there are none', () => {
    const { lines, logger } = logging();
    checkAdvisories('2.12.11', false, logger);
    checkAdvisories('2.15.1', false, logger);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('2.12.12, 2.14.3 or later');
  });
});
