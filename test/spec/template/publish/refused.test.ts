import { test } from 'vitest';
import { content } from '../../../support/histories/templates.ts';
import { given, published, retired } from '../happened.ts';

test.each([
  ['there', [published()]],
  ['retired', [published(), retired()]],
] as const)(
  'A template takes its id for ever: another is refused while it is %s (BR-TPL-001)',
  (_, happened) => {
    given(...happened)
      .when({ type: 'publish', data: { content, is_active: true } })
      .isRefused({ code: 'TEMPLATE_EXISTS' });
  },
);
