/**
 * Reading the members of a schedule document: each reader answers a value or null, and notes what is wrong.
 * `null` stands for an absent member. Everything shown back is cut short: documents come from strangers.
 */
import { type Instant, instantFromRfc3339 } from '../../shared/instant.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { type Said, says } from '../../shared/says.ts';
import type { ScheduleFault } from '../types.ts';

/** The stable `type` of a fault. */
export type FaultType =
  | 'missing'
  | 'wrong_type'
  | 'invalid_value'
  | 'out_of_range'
  | 'unknown_member'
  | 'unsupported'
  | 'conflict'
  | 'no_future_slot';

export type Path = readonly (string | number)[];

/** A document being read, and what has been found wrong with it so far. */
export class DocumentReading {
  readonly document: JsonObject;
  readonly faults: ScheduleFault[] = [];

  constructor(document: JsonObject) {
    this.document = document;
  }

  fault(path: Path, type: FaultType, said: Said): null {
    this.faults.push({ path, type, ...said });
    return null;
  }

  /** The member itself, null where it is absent. */
  member(name: string): Json {
    return Object.hasOwn(this.document, name) ? (this.document[name] ?? null) : null;
  }

  has(name: string): boolean {
    return this.member(name) !== null;
  }

  /**
   * The one of several names for a value that is given, null where none is. Two at once is a fault, as is none
   * where one is `required`.
   */
  oneOf(names: readonly string[], required: boolean): string | null {
    const [given, ...others] = names.filter((name) => this.has(name));
    for (const other of others)
      this.fault([other], 'conflict', says`cannot be given together with ${{ other: given ?? '' }}`);
    if (given === undefined && required) {
      this.fault(
        [names[0] ?? ''],
        'missing',
        names.length > 1 ? says`is required: one of ${{ names }}` : says`is required`,
      );
    }
    return given ?? null;
  }

  text(name: string): string | null {
    const value = this.member(name);
    if (value === null || typeof value === 'string') return value;
    return this.fault([name], 'wrong_type', says`must be text, not ${{ given: kindOf(value) }}`);
  }

  wholeNumber(name: string, min: number, max: number): number | null {
    const value = this.member(name);
    if (value === null) return null;
    if (typeof value !== 'number') {
      return this.fault([name], 'wrong_type', says`must be a whole number, not ${{ given: kindOf(value) }}`);
    }
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    return this.fault(
      [name],
      'out_of_range',
      says`must be a whole number from ${{ minimum: min }} to ${{ maximum: max }}`,
    );
  }

  number(name: string, min: number, max: number): number | null {
    const value = this.member(name);
    if (value === null) return null;
    if (typeof value !== 'number') {
      return this.fault([name], 'wrong_type', says`must be a number, not ${{ given: kindOf(value) }}`);
    }
    if (value >= min && value <= max) return value;
    return this.fault(
      [name],
      'out_of_range',
      says`must be a number from ${{ minimum: min }} to ${{ maximum: max }}`,
    );
  }

  instant(name: string): Instant | null {
    const text = this.text(name);
    if (text === null) return null;
    const instant = text.length <= MAX_TIMESTAMP ? instantFromRfc3339(text) : null;
    if (instant !== null) return instant;
    return this.fault(
      [name],
      'invalid_value',
      says`must be an RFC 3339 date and time with an offset, such as 2027-01-31T09:00:00Z`,
    );
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const text = this.text(name);
    if (text === null) return null;
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    return this.fault([name], 'invalid_value', says`must be one of ${{ allowed: choices }}`);
  }
}

const MAX_TIMESTAMP = 64;
const MAX_SHOWN = 64;

/** Text of a stranger, short enough to be shown back. */
export function quotedForFault(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
