import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTaskId, parseUserId } from '../../../src/domain/shared/ids.ts';
import {
  escapeToken,
  parseTaskSubject,
  taskSubject,
  unescapeToken,
  userSubjects,
} from '../../../src/jetstream/connection/subjects.ts';
import { newTaskId, USER } from '../../support/log/log-fixture.ts';

const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('_', '=', '.', '*', '>', ' ', '4', '1', 'A', 'é', '漢', '😀', '-'),
      minLength: 1,
    }),
  )
  .filter((text) => text.isWellFormed());

test('any user id becomes one valid token and comes back', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const token = escapeToken(text);
      expect(token).toMatch(/^[A-Za-z0-9=-][A-Za-z0-9=_-]*$/);
      expect(unescapeToken(token)).toBe(text);
    }),
  );
});

test('distinct user ids get distinct tokens', () => {
  fc.assert(
    fc.property(anyText, anyText, (one, other) => {
      expect(escapeToken(one) === escapeToken(other)).toBe(one === other);
    }),
  );
});

test('a token that no user id has is none', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('_', '=', '4', '1', 'F', 'f', 'x', '.'), maxLength: 8 }),
      (token) => {
        const text = unescapeToken(token);
        if (text !== null) expect(escapeToken(text)).toBe(token);
      },
    ),
  );
  for (const token of ['', '_catalog', '=41', '=e9', '=E9', 'a b', 'a=4', 'é']) {
    expect(unescapeToken(token), token).toBeNull();
  }
});

test('plain ids stay as they are, and no user is the catalog', () => {
  expect(escapeToken('usr_42-x')).toBe('usr_42-x');
  expect(escapeToken('_catalog')).toBe('=5Fcatalog');
  expect(escapeToken('ann@example.com')).toBe('ann=40example=2Ecom');
  expect(escapeToken('*')).toBe('=2A');
});

test('text without a token is refused', () => {
  expect(() => escapeToken('')).toThrow(RangeError);
  expect(() => escapeToken('\ud800')).toThrow(RangeError);
});

test('the subject of a task names its user and the task', () => {
  const taskId = newTaskId();
  fc.assert(
    fc.property(anyText, (text) => {
      const userId = parseUserId(text);
      if (userId === null) return;
      expect(parseTaskSubject(taskSubject(userId, taskId))).toEqual({ userId, taskId });
      expect(taskSubject(userId, taskId).startsWith(userSubjects(userId).slice(0, -1))).toBe(true);
    }),
  );
});

test('subjects of the log that are no task are told apart', () => {
  const task = newTaskId();
  expect(parseTaskId(task)).toBe(task);
  for (const subject of [
    `tasklog.${USER}._user`,
    'tasklog._catalog.tpl_todo_basic',
    'tasklog._audit.checkpoints',
    `tasklog._catalog.${task}`,
    `tasklog.${USER}.${task}.more`,
    `other.${USER}.${task}`,
    `tasklog.${USER}`,
  ]) {
    expect(parseTaskSubject(subject), subject).toBeNull();
  }
});
