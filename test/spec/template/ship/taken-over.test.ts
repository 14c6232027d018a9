import { test } from 'vitest';
import { content } from '../../../support/histories/templates.ts';
import { given, shipped } from '../happened.ts';

test('A shipped template is published where there is none of its id', () => {
  given()
    .when({ type: 'ship', data: { version: 2, content } })
    .yields('template.published', { content, is_active: true, shipped_version: 2 });
});

test('A newer version of a shipped template takes the place of the one before', () => {
  given(shipped(2))
    .when({ type: 'ship', data: { version: 3, content: { ...content, name: 'newer' } } })
    .yields('template.changed', {
      changed_fields: ['name'],
      changes: { name: 'newer' },
      shipped_version: 3,
    });
});
