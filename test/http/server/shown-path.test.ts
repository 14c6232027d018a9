import { describe, expect, it, test } from 'vitest';
import { webhookToken } from '../../../src/application/use-cases/webhook-token.ts';
import type { TaskId, UserId } from '../../../src/domain/shared/ids.ts';
import { newFeedToken } from '../../../src/http/calendar/token.ts';
import { pathReference, shownPath } from '../../../src/http/server/shown-path.ts';

const USER = 'ann' as UserId;
const NEW = webhookToken(Buffer.alloc(32, 7), USER, 'tsk_01JD0000000000000000000000' as TaskId);
const OLD = NEW.replace('tswh_', '');
const FEED = newFeedToken(USER);
/** Each letter as a browser need not write it. */
const encoded = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');

describe('a token in a path is shown nowhere', () => {
  it.each([
    ['its own', (token: string) => `/api/v1/hooks/${token}`],
    ['a dot for the slash', (token: string) => `/api/v1/hooks.${token}`],
    ['a space before the slash', (token: string) => `/api/v1/hooks%20/${token}`],
    ['a letter encoded twice', (token: string) => `/api/v1/%2568ooks/${token}`],
    ['of tasks', (token: string) => `/api/v1/tasks/${token}`],
    ['of nothing', (token: string) => `/${token}/x`],
    ['with all of it encoded', (token: string) => `/api/v1/${encoded(encoded(token))}`],
    ['of a slash encoded', (token: string) => `/api/v1/hooks%252f${token}`],
    ['with another case', (token: string) => `/api/v1/HOOKS/${token}`],
  ])('where the path is %s', (_, path) => {
    for (const token of [NEW, OLD, FEED, FEED.replace('tscal_', '')]) {
      const shown = shownPath(path(token));
      expect([shown.includes('***'), shown.includes(token.slice(-20))]).toEqual([true, false]);
      expect(shown).not.toContain(token.slice(5, 25));
    }
  });

  it('also where only a part of it came', () => {
    expect(shownPath(`/api/v1/hooks/${OLD.slice(0, 40)}`)).toBe('/api/v1/hooks/***');
    expect(shownPath(`/api/v1/tasks/${NEW.slice(0, 30)}`)).toBe('/api/v1/tasks/tswh_***');
  });

  it('and other paths are shown as they are', () => {
    for (const path of [
      '/api/v1/tasks/tsk_01JD0000000000000000000000/executions/exe_01JD0000000000000000000000',
      `/api/v1/templates/tpl_${'a'.repeat(60)}`,
      '/api/v1/a%20b%25c',
      '/hooks',
    ]) {
      expect(shownPath(path)).toBe(path);
    }
  });
});

test('a path is told in problems as a URI reference that names no host', () => {
  expect(pathReference('/api/v1/tasks/tsk_1')).toBe('/api/v1/tasks/tsk_1');
  expect(pathReference('/a b/"<ü>"/%/%zz/%41')).toBe('/a%20b/%22%3C%C3%BC%3E%22/%25/%25zz/%41');
  expect(pathReference('//evil.example/x')).toBe('/.//evil.example/x');
  expect(new URL(pathReference('//evil.example/x'), 'https://here.example').host).toBe('here.example');
  expect(pathReference('/\\\ud800')).toBe('/%5C%EF%BF%BD');
});
