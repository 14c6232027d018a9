/**
 * Streams, their consumers and KV buckets as `streams/*.json` declares them. The files use JetStream's own field names;
 * durations are text (`10s`, `2m`, `24h`). A bucket is declared as what it is, a stream `KV_<bucket>` with the settings
 * that KV clients expect, so that every field of the stream can be set; an object store likewise as `OBJ_<name>`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_FOLDER } from '../../kernel/project-folder.ts';

const NANOS = { ms: 1e6, s: 1e9, m: 60e9, h: 3_600e9, d: 86_400e9 } as const;

const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a duration like 500ms, 10s, 2m, 24h or 30d')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '') as keyof typeof NANOS;
    return Number.parseInt(text, 10) * NANOS[unit];
  });

const streamConfig = z.strictObject({
  subjects: z.array(z.string()).optional(),
  retention: z.enum(['limits', 'workqueue', 'interest']).optional(),
  max_msgs: z.int().optional(),
  max_bytes: z.int().optional(),
  max_msgs_per_subject: z.int().optional(),
  max_age: duration.optional(),
  discard: z.enum(['old', 'new']).optional(),
  duplicate_window: duration.optional(),
  deny_delete: z.boolean().optional(),
  deny_purge: z.boolean().optional(),
  allow_direct: z.boolean().optional(),
  allow_atomic: z.boolean().optional(),
  republish: z
    .strictObject({ src: z.string(), dest: z.string(), headers_only: z.boolean().optional() })
    .optional(),
  persist_mode: z.enum(['default', 'async']).optional(),
});

const consumer = z.strictObject({
  name: z.string(),
  filter_subject: z.string().optional(),
  filter_subjects: z.array(z.string()).optional(),
  /** Where a new one begins: `all` unless it says `new`. */
  deliver_policy: z.enum(['all', 'new']).optional(),
  /** Made only where it is asked for: for a service that is not called, nothing is to pile up. */
  on_demand: z.boolean().default(false),
  ack_wait: duration,
  max_deliver: z.int(),
  max_ack_pending: z.int(),
});

const common = {
  description: z.string(),
  config: streamConfig,
  /** Added where there is one replica only. */
  config_on_one_server: streamConfig.optional(),
  consumers: z.array(consumer).default([]),
  /** What is in it is made again by the service: where it has to be made anew, nothing is copied. */
  disposable: z.boolean().default(false),
  /** What to do where the stored stream differs in what JetStream cannot change. */
  way_out: z.string(),
};

const file = z.union([
  z.strictObject({ stream: z.string(), ...common }),
  z.strictObject({ bucket: z.string(), ...common }),
  z.strictObject({ object_store: z.string(), ...common }),
]);

/** A stream's settings under JetStream's field names; durations in nanoseconds. */
export type StreamSettings = Readonly<Record<string, unknown>> & { readonly name: string };
/** A durable pull consumer's settings under JetStream's field names; durations in nanoseconds. */
export type ConsumerSettings = Readonly<Record<string, unknown>> & { readonly name: string };

export interface Declaration {
  readonly name: string;
  /** The settings wanted with this number of replicas. */
  settings(replicas: number): StreamSettings;
  readonly consumers: readonly ConsumerSettings[];
  readonly isDisposable: boolean;
  readonly wayOut: string;
}

const FOLDER = join(PROJECT_FOLDER, 'streams');
/** Of the devices' account. */
export const DEVICE_STREAMS = join(FOLDER, 'devices');
/** Of one generation of the views. */
export const VIEW_STREAMS = join(FOLDER, 'views');

/** What the configuration adds to the declarations. */
export interface Wanted {
  /** Subjects of a stream, instead of those declared. */
  readonly subjects?: Readonly<Record<string, readonly string[]>>;
  /** `<stream>/<consumer>` of those that are made on demand only. */
  readonly consumers?: readonly string[];
  /** Name of a bucket, instead of the one declared. */
  readonly bucket?: string;
}

/** Reads every declaration of a folder (default: the project's `streams/`), in the order of the file names. */
export async function loadDeclarations(
  folder = FOLDER,
  wanted: Wanted = {},
): Promise<readonly Declaration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return await Promise.all(
    names.map(async (name) => {
      const parsed = file.safeParse(JSON.parse(await readFile(join(folder, name), 'utf8')));
      if (!parsed.success) throw new Error(`${name} declares no stream:\n${z.prettifyError(parsed.error)}`);
      return declarationOf(parsed.data, wanted);
    }),
  );
}

function declarationOf(declared: z.infer<typeof file>, wanted: Wanted): Declaration {
  const identity = identityOf(declared, wanted.bucket);
  const subjects = wanted.subjects?.[identity.name];
  const isWanted = ({ name, on_demand }: { name: string; on_demand: boolean }) =>
    !on_demand || wanted.consumers?.includes(`${identity.name}/${name}`) === true;
  return {
    name: identity.name,
    settings: (replicas) => ({
      ...identity,
      description: declared.description,
      storage: 'file',
      persist_mode: 'default',
      num_replicas: replicas,
      ...declared.config,
      ...(replicas === 1 ? declared.config_on_one_server : {}),
      ...(subjects === undefined ? {} : { subjects }),
    }),
    consumers: declared.consumers
      .filter(isWanted)
      .map(({ on_demand: _, ...one }) => ({ ...one, durable_name: one.name, ack_policy: 'explicit' })),
    isDisposable: declared.disposable,
    wayOut: declared.way_out,
  };
}

function identityOf(declared: z.infer<typeof file>, bucket: string | undefined) {
  if ('bucket' in declared) return bucketStream(bucket ?? declared.bucket);
  return 'object_store' in declared ? objectStoreStream(declared.object_store) : { name: declared.stream };
}

function objectStoreStream(name: string) {
  return {
    name: `OBJ_${name}`,
    subjects: [`$O.${name}.C.>`, `$O.${name}.M.>`],
    retention: 'limits',
    discard: 'new',
    deny_delete: false,
    deny_purge: false,
    allow_rollup_hdrs: true,
  };
}

function bucketStream(bucket: string) {
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    retention: 'limits',
    discard: 'new',
    deny_delete: true,
    deny_purge: false,
    allow_rollup_hdrs: true,
  };
}
