/** A cron expression in words, by a library that is loaded when one is written. It knows no zones: the task's is meant. */
import { useEffect, useState } from 'preact/hooks';

export interface CronWordsProps {
  readonly expression: string;
  /** Whether day of month and weekday must both match, which the library cannot know. */
  readonly needsAll: boolean;
}

export function CronWords({ expression, needsAll }: CronWordsProps) {
  const [words, setWords] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void wordsOf(expression).then((found) => {
      if (isCurrent) setWords(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [expression]);
  if (words === null) return null;
  return <p class="words">{needsAll ? `${words} (both must match)` : words}</p>;
}

/** Null for what the library does not read: the service may all the same. */
async function wordsOf(expression: string): Promise<string | null> {
  const { default: cronstrue } = await import('cronstrue');
  try {
    return cronstrue.toString(expression, { use24HourTimeFormat: true, verbose: false });
  } catch {
    return null;
  }
}
