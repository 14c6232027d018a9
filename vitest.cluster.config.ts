import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const FOLDER = 'test/system';

/** System tests that a running set-up of three servers and two instances cannot serve, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'audit-key.test.ts': 'changes the key in a data folder of its own, and kills its instance',
  'cluster.test.ts': 'starts and stops deploy/cluster.mjs itself',
  'cluster-faults.test.ts': 'kills the servers of a cluster of its own',
  'deleted-user.test.ts': 'kills its instance and its server at instants of its own',
  'erasure.test.ts': 'looks into the files of its server, and starts an instance on keys from a backup',
  'fair-places.test.ts': 'starts an instance with few places',
  'fair-shares.test.ts': 'measures the thread of the one instance that it asks',
  'lost-events.test.ts': 'damages the store of a service of its own',
  'kill.test.ts': 'kills the embedded nats-server too',
  'meanwhile/secrets.ts':
    'wants instances that log everything, with secrets of its own, and kills their server',
  'moving.test.ts': 'moves a log, and a backup, from one server to another',
  'restored.test.ts': 'moves its log from one server to another',
  'rotation.test.ts': 'replaces SECRETS_KEY, and looks into the files of its server',
  'start-before-effect.test.ts': 'freezes the one server',
  'stopped-server.test.ts': 'stops, freezes and changes the one server',
  'stored-data.test.ts': 'starts the service on a data folder of its own',
  'store-full.test.ts': 'wants a server with a small store',
  'traces.test.ts': 'wants an instance with a collector of traces and a Consul agent of its own',
  'two-instances.test.ts': 'needs to know which of two instances leads, and stops that one alone',
};
/** Single tests by name. */
const TESTS_LEFT_OUT: Readonly<Record<string, string>> = {
  'in less than 3 s': 'measures a start; here that of the set-up, which waits first, would be part of it',
};

const left = Object.entries({ ...LEFT_OUT, ...TESTS_LEFT_OUT });
for (const [what, why] of left) console.info(`left out: ${what}: ${why}`);

/** The system tests against the set-up of deploy/cluster.mjs: `npm run test:cluster`. */
export default defineConfig({
  test: {
    include: readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !Object.hasOwn(LEFT_OUT, file))
      .map((file) => join(FOLDER, file)),
    testNamePattern: new RegExp(`^(?!.*(${Object.keys(TESTS_LEFT_OUT).join('|')}))`),
    globalSetup: 'test/support/cluster/cluster-set-up.ts',
    // All share one set-up, which some of them kill.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 45_000 } },
  },
});
