// A peer's worker in a process of its own: notes when each task was entered, and tells when asked.
import { ADAPTERS } from './adapters.mjs';

// Restate's SDK wants it; Node has it from 22 on.
Promise.withResolvers ??= function withResolvers() {
  let settle;
  const promise = new this((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
};

const [name = '', store = '{}'] = process.argv.slice(2);
/** When each was due and was entered, epoch milliseconds. */
const entered = [];
process.on('message', () => process.send?.(entered));
process.on('disconnect', () => process.exit(0));
await ADAPTERS[name].worker(JSON.parse(store), ({ due }) => {
  entered.push([due, performance.timeOrigin + performance.now()]);
});
process.send?.('ready');
