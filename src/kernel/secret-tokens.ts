/**
 * Tokens that this service gives out begin with what they are, so that scanners find those that got lost in code and
 * logs, and so that they can be masked wherever they turn up. Those of before have no such beginning, and go on working.
 */
/** Of a webhook, which runs a task. */
export const WEBHOOK_TOKEN_PREFIX = 'tswh_';
/** Of a calendar feed, which shows a user's tasks. */
export const FEED_TOKEN_PREFIX = 'tscal_';

const TOKEN = /\b(ts(?:wh|cal)_)[\w.-]{8,}/g;

/** The text with `***` for what follows the beginning of each token in it. */
export function maskTokens(text: string): string {
  return text.replace(TOKEN, '$1***');
}
