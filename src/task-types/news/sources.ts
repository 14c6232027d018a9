/** Which feeds a task reads. */

import { z } from 'zod';
import { customIssue } from '../../application/faults/issue-said.ts';
import { type Said, says } from '../../domain/shared/says.ts';
import { parseTarget } from '../../outbound/egress.ts';
import { saidOfTarget } from '../config-schema.ts';
import type { NewsFeed } from './feed-list.ts';

/** Of one task: what it remembers of them all has to fit into its result, or everything is news in every run. */
export const MOST_SOURCES = 20;
const URL_CHARACTERS = 2_048;

/** A list of URLs and of names of known feeds, each feed once. Without it: all known feeds. */
export function sourcesOf(known: readonly NewsFeed[]) {
  const source = z
    .string()
    .trim()
    .max(URL_CHARACTERS)
    .transform((text, context): NewsFeed => {
      const named = known.find(({ name }) => name.toLowerCase() === text.toLowerCase());
      if (named !== undefined) return named;
      const target = text.includes('://') ? parseTarget(text) : null;
      if (target instanceof URL) return { name: target.hostname, url: target.href, categories: [] };
      context.addIssue(customIssue(target === null ? unknownName(known) : saidOfTarget(target.refused)));
      return z.NEVER;
    });
  return z
    .array(source)
    .min(1)
    .max(MOST_SOURCES)
    .transform((feeds) => feeds.filter(({ url }, at) => feeds.findIndex((other) => other.url === url) === at))
    .default(() => [...known]);
}

function unknownName(known: readonly NewsFeed[]): Said {
  return says`must be a URL or the name of a feed: ${{ allowed: known.map(({ name }) => name) }}`;
}
