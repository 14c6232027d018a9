/**
 * Making, switching and dropping generations of the views.
 *
 *     none --> building, by the projector --(at the end that the log had)--> current
 *     current, and one building beside it, by a rebuild --(likewise)--> the new one current, the old one unused
 *     unused --(an hour)--> dropped
 *
 * Each arrow is one replacement of the version's record (`generation-record.ts`), so whoever is killed leaves either the
 * old or the new. A generation is in the record before its stream is made, and its stream is dropped before it leaves the
 * record: nothing is left that nobody knows of. No name comes twice.
 *
 * Generations of other versions belong to other builds. They are dropped when nobody has projected them for an hour, and
 * so is `KV_VIEWS`, in which builds before this one kept the views of all versions.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { NO_SEQUENCE, type Sequence } from '../../domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../../domain/shared/instant.ts';
import { jetstreamApi } from '../connection/api.ts';
import { unavailableOr } from '../connection/errors.ts';
import { lastSequence, readLast } from '../connection/leader-read.ts';
import { LOG_STREAM } from '../connection/subjects.ts';
import { LEASES_PREFIX, LEASES_STREAM } from '../leases/bucket.ts';
import { loadDeclarations, VIEW_STREAMS } from '../provisioning/declarations.ts';
import { provision, storedReplicas } from '../provisioning/provision.ts';
import {
  changeGenerations,
  forgetVersion,
  GENERATIONS_STREAM,
  type GenerationRecord,
  readGenerations,
  storedVersions,
} from './generation-record.ts';
import { streamOfBucket, ViewBucket } from './view-bucket.ts';
import { projectorLease, VIEWS_VERSION } from './view-keys.ts';
import { FORMER_VIEWS, removeStream, viewStreams } from './view-streams.ts';

/** A rebuild holds this lease: one at a time. */
export const REBUILD_LEASE = 'rebuild';
const KEPT_MS = 3_600_000;
/** Of builds that kept all versions in one stream. */
const FORMER_LEASES = ['projector', ...Array.from({ length: 10 }, (_, n) => projectorLease(n + 1))];
const LONG_AGO = instantOf(0);

/** Another has begun a generation since. */
export class GenerationSuperseded extends Error {
  override readonly name = 'GenerationSuperseded';
}

export interface ProjectedGeneration {
  readonly bucket: ViewBucket;
  /** Where the log must be in it before it is read; null: it is read already. */
  readonly through: Sequence | null;
}

export interface ViewGenerationsOptions {
  /** Of the views; default: that of this build. */
  readonly version?: number;
  /** How long what nobody reads or projects any more is kept, milliseconds; default an hour. */
  readonly keptMs?: number;
}

/** All throw LogUnavailable. */
export class ViewGenerations {
  readonly #nc: NatsConnection;
  readonly #version: number;
  readonly #keptMs: number;

  constructor(
    nc: NatsConnection,
    { version = VIEWS_VERSION, keptMs = KEPT_MS }: ViewGenerationsOptions = {},
  ) {
    this.#nc = nc;
    this.#version = version;
    this.#keptMs = keptMs;
  }

  async record(): Promise<GenerationRecord> {
    return (await readGenerations(this.#nc, this.#version)).record;
  }

  /** What a projector projects: what is read, else what is to be read first. Its stream is there, as declared. */
  async projected(): Promise<ProjectedGeneration> {
    const [now, end] = [await this.#now(), await lastSequence(this.#nc, LOG_STREAM)];
    const record = await this.#change((stored) => {
      if (stored.current !== null || stored.building?.by === 'projector') return null;
      const begun = begin(stored, { version: this.#version, now, end, by: 'projector' });
      return end === NO_SEQUENCE ? switched(begun, now) : begun;
    });
    const { current, building } = record;
    const name = (current ?? building)?.bucket;
    if (name === undefined) throw new GenerationSuperseded('there is no generation of the views');
    await this.#provision(name);
    return {
      bucket: new ViewBucket(this.#nc, name),
      through: current === null ? ((building?.through ?? NO_SEQUENCE) as Sequence) : null,
    };
  }

  /** Another in the place of one that a projector was to build, which is dropped. */
  async beginAgain({ bucket }: ProjectedGeneration): Promise<ProjectedGeneration> {
    const [now, end] = [await this.#now(), await lastSequence(this.#nc, LOG_STREAM)];
    await this.#change((stored) =>
      stored.building?.bucket === bucket.name
        ? begin(stored, { version: this.#version, now, end, by: 'projector' })
        : null,
    );
    await this.#dropUnused(LONG_AGO);
    return this.projected();
  }

  /** A new one beside what is read, for a rebuild; what an earlier rebuild has left is dropped. */
  async begin(): Promise<ViewBucket> {
    const [now, end] = [await this.#now(), await lastSequence(this.#nc, LOG_STREAM)];
    const { building } = await this.#change((stored) =>
      begin(stored, { version: this.#version, now, end, by: 'rebuild' }),
    );
    if (building === null) throw new GenerationSuperseded('there is no generation of the views');
    await this.#dropUnused(LONG_AGO);
    await this.#provision(building.bucket);
    return new ViewBucket(this.#nc, building.bucket);
  }

  /** What was built is read from now on. Throws GenerationSuperseded where it is not what is being built. */
  async switchTo({ name }: ViewBucket): Promise<void> {
    const now = await this.#now();
    await this.#change((stored) => {
      if (stored.current?.bucket === name) return null;
      if (stored.building?.bucket === name) return switched(stored, now);
      throw new GenerationSuperseded(`${name} is not what is being built any more`);
    });
  }

  /** Drops what nobody has read or projected for an hour. Only for who projects what is read. */
  async dropUnused(): Promise<void> {
    const before = plusMs(await this.#now(), -this.#keptMs);
    await this.#leaveRebuild(before);
    await this.#dropUnused(before);
    for (const version of await storedVersions(this.#nc)) {
      if (version !== this.#version) await this.#dropVersion(version, before);
    }
    const isThere = (await viewStreams(this.#nc)).includes(FORMER_VIEWS);
    if (isThere && (await this.#isUnused(FORMER_LEASES, before))) await removeStream(this.#nc, FORMER_VIEWS);
  }

  /** Of a rebuild that was broken off. */
  async #leaveRebuild(before: Instant): Promise<void> {
    if (!(await this.#isUnused([REBUILD_LEASE], before))) return;
    await this.#change((stored) => {
      const { building } = stored;
      if (building === null || building.by === 'projector' || building.since >= before) return null;
      return { ...stored, building: null, unused: [...stored.unused, left(building)] };
    });
  }

  async #dropUnused(before: Instant): Promise<void> {
    const isToGo = ({ since }: { readonly since: Instant }) => since <= before;
    const gone = (await this.record()).unused.filter(isToGo).map(({ bucket }) => bucket);
    if (gone.length === 0) return;
    for (const bucket of gone) await removeStream(this.#nc, streamOfBucket(bucket));
    await this.#change((stored) => ({
      ...stored,
      unused: stored.unused.filter(({ bucket }) => !gone.includes(bucket)),
    }));
  }

  async #dropVersion(version: number, before: Instant): Promise<void> {
    const { record } = await readGenerations(this.#nc, version);
    const { current, building, unused } = record;
    const all = [current, building, ...unused].filter((each) => each !== null);
    if (all.some(({ since }) => since > before)) return;
    if (!(await this.#isUnused([projectorLease(version)], before))) return;
    for (const { bucket } of all) await removeStream(this.#nc, streamOfBucket(bucket));
    await forgetVersion(this.#nc, version);
  }

  /** Whether none of the leases was held or given up since. */
  async #isUnused(leases: readonly string[], before: Instant): Promise<boolean> {
    for (const name of leases) {
      const last = await readLast(this.#nc, LEASES_STREAM, `${LEASES_PREFIX}${name}`);
      if (last !== null && last.storedAt > before) return false;
    }
    return true;
  }

  #change(change: (record: GenerationRecord) => GenerationRecord | null): Promise<GenerationRecord> {
    return changeGenerations(this.#nc, this.#version, change);
  }

  /** As many replicas as the log has. */
  async #provision(bucket: string): Promise<void> {
    const replicas = (await storedReplicas(this.#nc, LOG_STREAM)) ?? 1;
    const [declaration] = await loadDeclarations(VIEW_STREAMS, { bucket });
    if (declaration === undefined) throw new Error('the views are not declared');
    await provision(this.#nc, { replicas, declarations: [declaration] });
  }

  /** By the server's clock, by which it is also known when a lease was written. */
  async #now(): Promise<Instant> {
    try {
      const { ts } = await jetstreamApi<{ ts: string }>(this.#nc, `STREAM.INFO.${GENERATIONS_STREAM}`);
      return instantOf(Date.parse(ts));
    } catch (error) {
      throw unavailableOr(error);
    }
  }
}

interface Begun {
  readonly version: number;
  readonly now: Instant;
  readonly end: Sequence;
  readonly by: 'projector' | 'rebuild';
}

function begin(stored: GenerationRecord, { version, now, end, by }: Begun): GenerationRecord {
  const { building, unused } = stored;
  const last = stored.last + 1;
  return {
    ...stored,
    last,
    building: { bucket: `VIEWS_${version}_${last}`, since: now, through: end, by },
    unused: building === null ? unused : [...unused, left(building)],
  };
}

/** Nobody has ever read it. */
function left({ bucket }: { readonly bucket: string }) {
  return { bucket, since: LONG_AGO };
}

function switched(stored: GenerationRecord, now: Instant): GenerationRecord {
  const { current, building, unused } = stored;
  if (building === null) return stored;
  return {
    ...stored,
    current: { bucket: building.bucket, since: now },
    building: null,
    unused: current === null ? unused : [...unused, { bucket: current.bucket, since: now }],
  };
}
