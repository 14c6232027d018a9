/** A log with all that may stand in one, and what a command prints of moving it. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { NatsConnection } from '@nats-io/transport-node';
import { parseConfig } from '../../../src/app/config/config.ts';
import { exportTo } from '../../../src/cli/moving/export.ts';
import { importFrom } from '../../../src/cli/moving/import.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { entryLeaf } from '../../../src/history/audit/entry.ts';
import { parseEntryLine } from '../../../src/history/audit/lines.ts';
import { GrowingTree } from '../../../src/history/audit/merkle.ts';
import type { ExportManifest } from '../../../src/history/moving/manifest.ts';
import { hashOf } from '../../../src/jetstream/codec/codec.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { headersFrom } from '../../../src/jetstream/connection/atomic-batch.ts';
import type { LeaderMessage } from '../../../src/jetstream/connection/leader-read.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { readStream } from '../../../src/jetstream/log/log-pages.ts';
import type { TestNatsServer } from '../nats/nats-server.ts';
import { appendOf, landed, SECRETS, updateAfter } from './log-fixture.ts';

export function movingEnv(
  { servers, user, pass }: TestNatsServer,
  secretsKeys: readonly Buffer[] = [SECRETS],
) {
  return {
    NATS_URL: `nats://${servers}`,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SECRETS_KEY: secretsKeys.map((key) => key.toString('base64')).join(),
    AUTH_JWT_SECRET: 'a secret of the test',
  };
}

export async function exported(server: TestNatsServer, ...args: readonly string[]): Promise<string> {
  let printed = '';
  await exportTo(
    args,
    () => parseConfig(movingEnv(server)),
    (line) => {
      printed += line;
    },
  );
  return printed;
}

export async function imported(server: TestNatsServer, ...args: readonly string[]): Promise<string> {
  let printed = '';
  await importFrom(
    args,
    () => parseConfig(movingEnv(server)),
    (line) => {
      printed += line;
    },
  );
  return printed;
}

/** Tasks of several users, each changed `changes` times. */
export async function fillLog(nc: NatsConnection, users: number, changes: number): Promise<void> {
  const log = new JetStreamEventLog(nc, new UserKeys(nc, SECRETS), new GroupCommit(nc));
  await Promise.all(
    Array.from({ length: users }, async (_, at) => {
      let event = landed(await log.append(appendOf({ userId: `user-${at}` as UserId })));
      for (let change = 0; change < changes; change++) {
        event = landed(await log.append(updateAfter(event, `Änderung ${change} {"}{`)));
      }
    }),
  );
}

/** The next event of a task as bytes that are no one line of JSON: with line breaks, and with bytes that are no UTF-8. */
export async function appendOddBytes(nc: NatsConnection, of: LeaderMessage): Promise<void> {
  const before = JSON.parse(Buffer.from(of.body).toString()) as { revision: number; type: string };
  let prevhash: string = hashOf(of.body);
  let { revision } = before;
  for (const spoilt of [false, true]) {
    revision++;
    const id = `odd-${revision}`;
    const document = { ...before, id, revision, prevhash, odd: '@@' };
    const bytes = Buffer.from(JSON.stringify(document, null, 2).replace('\n', '\r\n'));
    if (spoilt) bytes.fill(0xff, bytes.indexOf('@@'), bytes.indexOf('@@') + 2);
    const headers = headersFrom({ 'Nats-Msg-Id': id, 'Event-Type': before.type });
    await nc.request(of.subject, bytes, { headers, timeout: 5_000 });
    prevhash = hashOf(bytes);
  }
}

export interface StoredEvent {
  readonly sequence: number;
  readonly subject: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

export async function storedLog(nc: NatsConnection): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const message of readStream(nc, { stream: 'TASK_LOG', subject: 'tasklog.>' })) {
    const { sequence, subject, body, header } = message;
    const hex = Buffer.from(body).toString('hex');
    events.push({ sequence, subject, id: header('Nats-Msg-Id'), type: header('Event-Type'), body: hex });
  }
  return events;
}

export function manifestIn(folder: string): ExportManifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
}

export function partsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.gz'));
}

/** Its lines changed; where `isHonest`, the manifest says so, with the root that these lines have. */
export function changeLines(
  folder: string,
  change: (lines: string[]) => string[],
  { isHonest = true, end = '\n' } = {},
): void {
  const manifest = manifestIn(folder);
  const name = manifest.parts[0]?.name ?? '';
  const lines = change(
    gunzipSync(readFileSync(join(folder, name)))
      .toString('latin1')
      .split('\n')
      .slice(0, -1),
  );
  const text = Buffer.from(lines.map((line) => line + end).join(''), 'latin1');
  const packed = gzipSync(text);
  writeFileSync(join(folder, name), packed);
  if (!isHonest) return;
  const tree = new GrowingTree();
  for (const line of lines) {
    const parsed = parseEntryLine(Buffer.from(line, 'latin1'));
    if (parsed.kind === 'entry') tree.add(entryLeaf(parsed));
  }
  const sha256 = createHash('sha256').update(packed).digest('hex');
  const parts = [{ ...manifest.parts[0], bytes: text.length, sha256 }, ...manifest.parts.slice(1)];
  changeManifest(folder, { root: tree.root().toString('base64'), parts });
}

export function changeManifest(folder: string, members: object): void {
  const changed = { ...manifestIn(folder), ...members };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(changed));
}
