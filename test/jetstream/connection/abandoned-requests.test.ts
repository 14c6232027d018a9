import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import { failIfLeaderGone } from '../../../src/jetstream/connection/abandoned-requests.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer } from '../../support/nats/nats-server.ts';

const NEVER = new Promise<never>(() => {});
const advisory = (stream: string) => `$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.${stream}`;

describe('a request to a stream', () => {
  it('is given up when another server leads the stream, not when one leads another stream', async () => {
    const nc = await connected(await natsServer());
    const ofLog = failIfLeaderGone(nc, 'TASK_LOG', NEVER);
    const ofViews = Promise.race([failIfLeaderGone(nc, 'KV_VIEWS', NEVER), nc.flush().then(() => 'goes on')]);
    nc.publish(advisory('TASK_LOG'), '{}');
    await expect(ofLog).rejects.toBeInstanceOf(LogUnavailable);
    expect(await ofViews).toBe('goes on');
    expect(await failIfLeaderGone(nc, 'TASK_LOG', Promise.resolve('answer'))).toBe('answer');
  });

  it('is given up when the connection breaks, or what was sent without one is lost', async () => {
    const server = await natsServer();
    const nc = await connected(server);
    const isGivenUp = () =>
      expect(failIfLeaderGone(nc, 'TASK_LOG', NEVER)).rejects.toBeInstanceOf(LogUnavailable);
    const before = isGivenUp();
    await server.kill9();
    await before;
    const meanwhile = isGivenUp();
    await server.restart();
    await meanwhile;
  });

  it('is given up when the connection is closed', async () => {
    const nc = await connected(await natsServer());
    const asked = expect(failIfLeaderGone(nc, 'TASK_LOG', NEVER)).rejects.toBeInstanceOf(LogUnavailable);
    await nc.close();
    await asked;
  });
});
