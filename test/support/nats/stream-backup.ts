/**
 * A stream copied from one server to another by JetStream's own snapshots, as `nats stream backup` and `nats stream
 * restore` do it: https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';

export interface StreamBackup {
  readonly name: string;
  readonly config: unknown;
  readonly state: unknown;
  readonly chunks: readonly Uint8Array[];
}

const EMPTY = new Uint8Array();

/** With its consumers, and where each of them stands. */
export async function backUpStream(nc: NatsConnection, name: string): Promise<StreamBackup> {
  const deliver_subject = `_INBOX.backup.${name}.${Date.now()}`;
  const subscription = nc.subscribe(deliver_subject);
  const asked = { deliver_subject, no_consumers: false };
  const { config, state } = await jetstreamApi<{ config: unknown; state: unknown }>(
    nc,
    `STREAM.SNAPSHOT.${name}`,
    asked,
  );
  const chunks: Uint8Array[] = [];
  for await (const message of subscription) {
    if (message.data.length === 0) break;
    chunks.push(message.data.slice());
    message.respond(EMPTY);
  }
  return { name, config, state, chunks };
}

export async function restoreStream(nc: NatsConnection, backup: StreamBackup): Promise<void> {
  const { name, config, state, chunks } = backup;
  const { deliver_subject } = await jetstreamApi<{ deliver_subject: string }>(nc, `STREAM.RESTORE.${name}`, {
    config,
    state,
  });
  for (const chunk of chunks) await nc.request(deliver_subject, chunk, { timeout: 5_000 });
  const answer = await nc.request(deliver_subject, EMPTY, { timeout: 5_000 });
  const { error } = answer.json<{ error?: { description: string } }>();
  if (error !== undefined) throw new Error(`${name} was not restored: ${error.description}`);
}
