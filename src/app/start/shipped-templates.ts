/**
 * The catalogue that comes with the service: `templates/*.json`, each file a list of templates with a version.
 * Whoever changes what a template says raises its version (a test holds a digest of each).
 *
 * At every start each one is made a command like any other, under its subject's lock: of several instances that
 * start at once one publishes, the others find it done. What that leaves alone is said at `shipTemplate`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TemplateCommands, TemplateResult } from '../../application/commands/template-commands.ts';
import { LogRefused } from '../../application/ports/failures.ts';
import type { TemplateId } from '../../domain/shared/ids.ts';
import type { ShippedTemplate } from '../../domain/template/decide.ts';
import { contentFields, templateId } from '../../http/templates/schemas.ts';
import { PROJECT_FOLDER } from '../../kernel/project-folder.ts';
import { retryWhileUnavailable } from './retry-while-unavailable.ts';

const FOLDER = join(PROJECT_FOLDER, 'templates');
const file = z.array(
  z
    .strictObject({ template_id: templateId, version: z.int().min(1), ...contentFields })
    .transform((entry) => {
      const { template_id, version, credits_per_run: credits_per_run_micros, ...fields } = entry;
      return { template_id, version, content: { ...fields, credits_per_run_micros } };
    }),
);

export type ShippedEntry = ShippedTemplate & { readonly template_id: TemplateId };

export async function readShipped(folder = FOLDER): Promise<readonly ShippedEntry[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const lists = names.map(async (name) => file.parse(JSON.parse(await readFile(join(folder, name), 'utf8'))));
  return (await Promise.all(lists)).flat();
}

export interface PublishedShipped {
  /** How many had to be published or changed. */
  readonly published: number;
  /** Ids of those that the log would not take now: the next start tries them again. */
  readonly refused: readonly TemplateId[];
}

/** Throws LogUnavailable or OutcomeUnknown where the log does not answer for 30 s. */
export async function publishShipped(
  shipped: readonly ShippedEntry[],
  commands: Pick<TemplateCommands, 'execute'>,
  instance: string,
): Promise<PublishedShipped> {
  const results = await Promise.all(shipped.map((entry) => publish(entry, commands, instance)));
  return {
    published: results.filter((result) => result?.kind === 'done' && result.event !== null).length,
    refused: shipped.filter((_, index) => results[index] === null).map(({ template_id }) => template_id),
  };
}

/** Null where the log would not take it: a full store takes no new template, and what is there can be read. */
async function publish(
  entry: ShippedEntry,
  commands: Pick<TemplateCommands, 'execute'>,
  instance: string,
): Promise<TemplateResult | null> {
  const context = {
    actor: 'service:catalogue',
    correlation_id: `start ${instance}`,
    causation_id: null,
    traceparent: null,
  };
  const { template_id: templateId, version, content } = entry;
  const ship = () => commands.execute({ templateId }, context, { type: 'ship', data: { version, content } });
  try {
    return await retryWhileUnavailable(ship);
  } catch (error) {
    if (error instanceof LogRefused) return null;
    throw error;
  }
}
