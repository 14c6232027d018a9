import { test } from 'vitest';
import { content } from '../../../support/histories/templates.ts';
import { changed, given, published, retired, shipped } from '../happened.ts';

const ship = (version: number, name = content.name) =>
  ({ type: 'ship', data: { version, content: { ...content, name } } }) as const;

test.each([
  ['of the same version', ship(2)],
  ['of the same version that says something else', ship(2, 'something else')],
  ['of an older version', ship(1, 'older')],
  ['of a newer version that says the same', ship(3)],
] as const)('A shipped template stays as it is where the service comes with one %s', (_, command) => {
  given(shipped(2)).when(command).changesNothing();
});

test('A shipped template is not taken back by an older build, once a newer one has changed it', () => {
  given(shipped(1), changed({ name: 'newer' }, 3))
    .when(ship(2, 'older'))
    .changesNothing();
});

test.each([
  ['changed', [shipped(1), changed({ name: 'ours' })]],
  ['retired', [shipped(1), retired()]],
  ['published under its id before', [published()]],
] as const)('What an administrator has %s is theirs, and is left alone by newer versions', (_, happened) => {
  given(...happened)
    .when(ship(9, 'newer'))
    .changesNothing();
});
