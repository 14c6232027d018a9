import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../../../../src/console/compose/forms/config-shape.ts';

interface Shipped {
  readonly template_id: string;
  readonly config_schema: JsonSchema;
  readonly default_config: object;
  readonly metadata: { readonly example?: { readonly config?: object } };
}

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'templates');

/** The templates that come with the service. */
export const SHIPPED: readonly Shipped[] = readdirSync(FOLDER).flatMap(
  (file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Shipped[],
);
