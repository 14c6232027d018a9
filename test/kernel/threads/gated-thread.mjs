// A thread of a pool whose work begins and ends as the test says: `state` is shared, [begun, may end].
import { answerWork } from '../../../dist/kernel/threads/thread-work.js';

answerWork(
  ({ state, name }) => {
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
    Atomics.wait(state, 1, 0);
    if (name === 'broken') process.exit(1);
    return name;
  },
  (error) => error,
);
