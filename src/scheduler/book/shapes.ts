/**
 * What objects of one kind have in common: which members, and the values of those that many share. Found by walking from
 * member to member, for most objects along the way that the one before went.
 */
import { type Instant, parseInstant } from '../../domain/shared/instant.ts';

export interface Part {
  readonly name: string;
  /** All but `common` are gaps. */
  readonly kind: 'common' | 'count' | 'instant' | 'text' | 'own';
  readonly common: unknown;
}

export interface Shape {
  /** 1 and up. */
  readonly number: number;
  readonly parts: readonly Part[];
}

/** Where the walk is after some members; one way on for each that has followed so far. */
interface Step {
  readonly part: Part | null;
  readonly before: Step | null;
  readonly ways: Map<string, NextMember>;
  shape: Shape | null;
}

/** After a member of one name. */
interface NextMember {
  readonly common: Map<unknown, Step>;
  readonly gaps: Map<Part['kind'], Step>;
}

const KEYWORD = /^[a-z_]{1,16}$/;
const MAX_ZONE = 40;
const INSTANT_LENGTH = '2026-11-23T08:54:00.000Z'.length;
/** What is written as 6 bytes: years 1970 to 9999. */
const MAX_INSTANT_MS = 2 ** 48 - 1;
/** Beyond these, new combinations of common values are no longer kept: every member is a gap. */
const MAX_SHAPES = 10_000;

export class Shapes {
  readonly #all: Shape[] = [];
  readonly #first: Step = { part: null, before: null, ways: new Map(), shape: null };

  /** Of an object, without the members that are named. */
  of(object: object, without: ReadonlySet<string>): Shape {
    const isFull = this.#all.length >= MAX_SHAPES;
    let step = this.#first;
    for (const name in object) {
      if (without.has(name)) continue;
      const value = (object as Record<string, unknown>)[name];
      const kind = isFull ? 'own' : kindOf(name, value);
      step = nextStep(step, name, kind, value);
    }
    step.shape ??= this.#add(step);
    return step.shape;
  }

  /** Null for 0. */
  at(number: number): readonly Part[] | null {
    return this.#all[number - 1]?.parts ?? null;
  }

  #add(last: Step): Shape {
    const parts: Part[] = [];
    for (let step: Step | null = last; step !== null; step = step.before) {
      if (step.part !== null) parts.push(step.part);
    }
    const shape = { number: this.#all.length + 1, parts: parts.reverse() };
    this.#all.push(shape);
    return shape;
  }
}

function nextStep(step: Step, name: string, kind: Part['kind'], value: unknown): Step {
  let way = step.ways.get(name);
  if (way === undefined) {
    way = { common: new Map(), gaps: new Map() };
    step.ways.set(name, way);
  }
  const isCommon = kind === 'common';
  const known = isCommon ? way.common.get(value) : way.gaps.get(kind);
  if (known !== undefined) return known;
  const part: Part = { name, kind, common: isCommon ? value : undefined };
  const next: Step = { part, before: step, ways: new Map(), shape: null };
  if (isCommon) way.common.set(value, next);
  else way.gaps.set(kind, next);
  return next;
}

function kindOf(name: string, value: unknown): Part['kind'] {
  if (value === null || value === undefined || typeof value === 'boolean') return 'common';
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? 'count' : 'own';
  if (typeof value !== 'string') return 'own';
  // Whatever it looks like, a user's id is nothing common, and nobody's to read as anything else.
  if (name === 'user_id') return 'text';
  if (value.length === INSTANT_LENGTH && isPackedInstant(value)) return 'instant';
  if (name === 'timezone' && value.length <= MAX_ZONE) return 'common';
  return KEYWORD.test(value) ? 'common' : 'text';
}

function isPackedInstant(text: string): boolean {
  const instant: Instant | null = parseInstant(text);
  if (instant === null) return false;
  const ms = Date.parse(instant);
  return ms >= 0 && ms <= MAX_INSTANT_MS;
}
