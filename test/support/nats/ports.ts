import { freePorts, type PortRange } from '../../../deploy/nats-nodes.mjs';

const LOWEST = 20_000;
/** Of each of the processes that run tests, of which there are at most three, and of the one that sets them up. */
const SHARE = 3_000;

/**
 * Where this process takes its ports from. They are its own: a server that a test has stopped finds them free when it
 * is started again, however many servers other tests have started meanwhile.
 */
export function portRange(): PortRange {
  const from = LOWEST + SHARE * (Number(process.env.VITEST_POOL_ID ?? 0) % 4);
  return { from, to: from + SHARE };
}

/** That many free loopback ports. */
export function testPorts(count: number): Promise<number[]> {
  return freePorts(count, portRange());
}
