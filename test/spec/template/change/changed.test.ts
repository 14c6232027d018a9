import { test } from 'vitest';
import type { CreditMicros } from '../../../../src/domain/shared/credits.ts';
import type { Revision } from '../../../../src/domain/shared/ids.ts';
import type { TemplateChanges } from '../../../../src/domain/template/events.ts';
import { content } from '../../../support/histories/templates.ts';
import { changed, given, published, retired } from '../happened.ts';

const change = (changes: TemplateChanges, if_match: Revision | null = null) =>
  ({ type: 'change', data: { changes, if_match } }) as const;

test('A change names what it changes, and not what is so already', () => {
  const asked = { name: 'Weather here', credits_per_run_micros: content.credits_per_run_micros };
  given(published())
    .when(change(asked))
    .yields('template.changed', {
      changed_fields: ['name'],
      changes: { name: 'Weather here' },
      shipped_version: null,
    });
});

test('A change names credits as REST does, and its fields in the order of their names', () => {
  const asked = {
    tags: ['office'],
    credits_per_run_micros: 1 as unknown as CreditMicros,
    category: 'alerts',
  } as const;
  given(published())
    .when(change(asked))
    .yields('template.changed', {
      changed_fields: ['category', 'credits_per_run', 'tags'],
      changes: asked,
    });
});

test('A change leaves what it names without a value', () => {
  const asked = { ...content, description: 'By the hour', name: undefined } as unknown as TemplateChanges;
  given(published())
    .when(change(asked))
    .yields('template.changed', {
      changed_fields: ['description'],
      changes: { description: 'By the hour' },
    });
});

test('A change brings a retired template back', () => {
  given(published(), retired())
    .when(change({ is_active: true }))
    .yields('template.changed', { changes: { is_active: true } });
});

test('A change that is based on the current revision is made', () => {
  given(published(), changed({ name: 'a' }))
    .when(change({ name: 'b' }, 2 as Revision))
    .yields('template.changed', { changes: { name: 'b' } });
});

test('A template that is as asked stays as it is', () => {
  given(published(), changed({ name: 'a' }))
    .when(change({ name: 'a' }))
    .changesNothing();
});
