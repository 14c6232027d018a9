import { test } from 'vitest';
import { content } from '../../../support/histories/templates.ts';
import { given } from '../happened.ts';

test.each([
  ['offered at once', true],
  ['not offered yet', false],
] as const)('A new template is published, and %s as its administrator says', (_, is_active) => {
  given()
    .when({ type: 'publish', data: { content, is_active } })
    .yields('template.published', { content, is_active, shipped_version: null });
});
