/** What following costs: readers of the event stream. */
import { followerFigures } from './followers.ts';
import { each, ms, whole } from './measuring/shown.ts';
import type { Bench } from './requests.ts';

const READERS = [100, 1_000];
const FOLLOWED = 400;

/** Each event goes to the ten readers of its user. */
export async function historyFigures({ url, processes, report }: Bench): Promise<void> {
  for (const readers of READERS) {
    const figures = await followerFigures(url, processes, readers, FOLLOWED);
    const { p50Ms, p99Ms, answerP50Ms, answerP99Ms, spent } = figures;
    report.add(
      `request to ${whole(readers)} readers, 20 tasks a second`,
      `p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}; its answer p50 ${ms(answerP50Ms)}, p99 ${ms(answerP99Ms)}`,
      '',
      null,
      each(spent, FOLLOWED),
    );
  }
}
