import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A program that says it is nats-server of a version, and can do nothing else. */
export function fakeNatsServer(version: string): string {
  return `#!/bin/sh\necho "nats-server: v${version}"\n`;
}

export function writeExecutable(file: string, content: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o755 });
  return file;
}
