/** Fails the test in which Node warns that an emitter or signal gathers listeners: what waits is to go again. */
import { afterEach } from 'vitest';

const caught: Error[] = [];
const IS_LISTENED = Symbol.for('task-service tests: warnings are listened to');
const known = globalThis as { [IS_LISTENED]?: Error[] };
known[IS_LISTENED] ??= listened();

function listened(): Error[] {
  process.on('warning', (warning) => {
    if (warning.name === 'MaxListenersExceededWarning') caught.push(warning);
  });
  return caught;
}

afterEach(() => {
  const [warning] = (known[IS_LISTENED] ?? []).splice(0);
  if (warning !== undefined) throw warning;
});
