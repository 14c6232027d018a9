/** One row of the table of variables: see `variables.ts`. */
import type { z } from 'zod';

type Mode = 'embedded' | 'outside';

interface Options<Value> {
  /** What holds where it is not set, in words. */
  readonly otherwise?: string;
  /** How a value is shown; `secret`: not at all. */
  readonly show?: 'secret' | ((value: Value) => string);
  /** Has an effect only with such a NATS server. */
  readonly only?: Mode;
}

export interface Variable<Schema extends z.ZodType, ByDefault> extends Options<z.output<Schema>> {
  readonly schema: Schema;
  /** In force where the variable is not set. */
  readonly byDefault: ByDefault;
  readonly meaning: string;
}

export function variable<Schema extends z.ZodType>(
  schema: Schema,
  meaning: string,
  options: Options<z.output<Schema>> = {},
): Variable<Schema, null> {
  return { schema, byDefault: null, meaning, ...options };
}

export function defaulted<Schema extends z.ZodType>(
  schema: Schema,
  byDefault: z.output<Schema>,
  meaning: string,
  options: Options<z.output<Schema>> = {},
): Variable<Schema, z.output<Schema>> {
  return { schema, byDefault, meaning, ...options };
}
