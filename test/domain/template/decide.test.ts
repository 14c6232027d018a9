import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Revision, Sequence } from '../../../src/domain/shared/ids.ts';
import { instantOf, plusMs } from '../../../src/domain/shared/instant.ts';
import {
  changeTemplate,
  publishTemplate,
  retireTemplate,
  shipTemplate,
} from '../../../src/domain/template/decide.ts';
import type { RecordedTemplateEvent, TemplateChanges } from '../../../src/domain/template/events.ts';
import { advanceTemplate, evolveTemplate } from '../../../src/domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../../src/domain/template/state.ts';
import { content, TEMPLATE, TemplateHistory } from '../../support/templates.ts';

/** When a `TemplateHistory` records its first event; each later one is a millisecond on. */
const FIRST = instantOf(Date.UTC(2026, 10, 23) + 1);
const revision = (value: number) => value as Revision;

function published(): TemplateHistory {
  const history = new TemplateHistory();
  history.take(publishTemplate(null, content, true));
  return history;
}

function shipped(version: number, name = content.name) {
  return { version, content: { ...content, name } };
}

describe('publishing a template', () => {
  it('takes its id for ever (BR-TPL-001), also when it is retired', () => {
    const history = published();
    expect(history.snapshot?.state).toEqual({
      ...content,
      template_id: TEMPLATE,
      id: 10,
      is_active: true,
      shipped_version: null,
      is_customised: true,
      created_at: FIRST,
      updated_at: FIRST,
    });
    history.take(retireTemplate(history.snapshot, null));
    expect(publishTemplate(history.snapshot, content, true)).toEqual({
      kind: 'rejected',
      rejection: { code: 'TEMPLATE_EXISTS' },
    });
  });
});

it('a template may be published without being offered yet', () => {
  expect(publishTemplate(null, content, false)).toEqual({
    kind: 'event',
    event: { type: 'template.published', data: { content, is_active: false, shipped_version: null } },
  });
});

describe('changing a template', () => {
  it('names what changes, and nothing where it is so already', () => {
    const history = published();
    const asked = { name: 'Weather here', credits_per_run_micros: content.credits_per_run_micros };
    expect(history.take(changeTemplate(history.snapshot, asked, null))).toEqual({
      kind: 'event',
      event: {
        type: 'template.changed',
        data: { changed_fields: ['name'], changes: { name: 'Weather here' }, shipped_version: null },
      },
    });
    expect(changeTemplate(history.snapshot, asked, null).kind).toBe('nothing');
    expect(history.snapshot?.state).toMatchObject({ ...content, name: 'Weather here' });
  });

  it('names credits as REST does, and the fields in the order of their names', () => {
    const asked = {
      tags: ['office'],
      credits_per_run_micros: 1 as typeof content.credits_per_run_micros,
      category: 'alerts',
    } as const;
    expect(changeTemplate(published().snapshot, asked, null)).toMatchObject({
      event: { data: { changed_fields: ['category', 'credits_per_run', 'tags'], changes: asked } },
    });
  });

  it('leaves what is not asked for, also where it is named without a value', () => {
    const asked = { ...content, description: 'By the hour', name: undefined } as unknown as TemplateChanges;
    expect(changeTemplate(published().snapshot, asked, null)).toMatchObject({
      event: { data: { changed_fields: ['description'], changes: { description: 'By the hour' } } },
    });
  });

  it('keeps when it was published, and shows when it was changed', () => {
    const history = published();
    history.take(changeTemplate(history.snapshot, { name: 'a' }, null));
    expect(history.snapshot?.state).toMatchObject({ created_at: FIRST, updated_at: plusMs(FIRST, 1) });
  });

  it('is refused on another revision than the one it is based on, and without a template', () => {
    const { snapshot } = published();
    expect(changeTemplate(snapshot, { name: 'x' }, revision(2))).toMatchObject({
      rejection: { code: 'REVISION_MISMATCH', current: 1 },
    });
    expect(changeTemplate(snapshot, { name: 'x' }, revision(1)).kind).toBe('event');
    expect(changeTemplate(null, { name: 'x' }, null)).toMatchObject({
      rejection: { code: 'TEMPLATE_NOT_FOUND' },
    });
  });

  it('brings a retired one back', () => {
    const history = published();
    history.take(retireTemplate(history.snapshot, revision(1)));
    expect(history.snapshot?.state.is_active).toBe(false);
    expect(retireTemplate(history.snapshot, null).kind).toBe('nothing');
    history.take(changeTemplate(history.snapshot, { is_active: true }, null));
    expect(history.snapshot?.state.is_active).toBe(true);
  });
});

describe('retiring a template', () => {
  it('is a fact that says nothing more, and makes the template the administrators’ own', () => {
    const history = new TemplateHistory();
    history.take(shipTemplate(null, shipped(1)));
    expect(history.take(retireTemplate(history.snapshot, revision(1)))).toEqual({
      kind: 'event',
      event: { type: 'template.retired', data: {} },
    });
    expect(history.snapshot?.state).toEqual({
      ...content,
      template_id: TEMPLATE,
      id: 10,
      is_active: false,
      shipped_version: 1,
      is_customised: true,
      created_at: FIRST,
      updated_at: plusMs(FIRST, 1),
    });
  });

  it('is refused on another revision than the one it is based on, and without a template', () => {
    expect(retireTemplate(published().snapshot, revision(2))).toEqual({
      kind: 'rejected',
      rejection: { code: 'REVISION_MISMATCH', current: 1 },
    });
    expect(retireTemplate(null, null)).toEqual({
      kind: 'rejected',
      rejection: { code: 'TEMPLATE_NOT_FOUND' },
    });
  });

  it('again adds nothing, on whatever revision', () => {
    const history = published();
    history.take(retireTemplate(history.snapshot, null));
    expect(retireTemplate(history.snapshot, revision(1))).toEqual({ kind: 'nothing' });
  });
});

describe('a shipped template', () => {
  it('is published once, and taken over again only in a newer version that says something else', () => {
    const history = new TemplateHistory();
    expect(history.take(shipTemplate(history.snapshot, shipped(2)))).toEqual({
      kind: 'event',
      event: { type: 'template.published', data: { content, is_active: true, shipped_version: 2 } },
    });
    expect(history.snapshot?.state).toMatchObject({ shipped_version: 2, is_customised: false });
    expect(shipTemplate(history.snapshot, shipped(2)).kind).toBe('nothing');
    expect(shipTemplate(history.snapshot, shipped(1, 'older')).kind).toBe('nothing');
    expect(shipTemplate(history.snapshot, shipped(2, 'of the same version')).kind).toBe('nothing');
    expect(shipTemplate(history.snapshot, shipped(3)).kind).toBe('nothing');
    expect(history.take(shipTemplate(history.snapshot, shipped(3, 'newer')))).toMatchObject({
      event: { type: 'template.changed', data: { changed_fields: ['name'], shipped_version: 3 } },
    });
    expect(history.snapshot?.state).toMatchObject({
      name: 'newer',
      shipped_version: 3,
      is_customised: false,
    });
  });

  const byAdministrators: readonly [
    string,
    (before: TemplateSnapshot | null) => ReturnType<typeof retireTemplate>,
  ][] = [
    ['changed', (before) => changeTemplate(before, { name: 'ours' }, null)],
    ['retired', (before) => retireTemplate(before, null)],
  ];
  it.each(byAdministrators)('that an administrator has %s is left alone', (_, act) => {
    const history = new TemplateHistory();
    history.take(shipTemplate(null, shipped(1)));
    history.take(act(history.snapshot));
    expect(shipTemplate(history.snapshot, shipped(9, 'newer')).kind).toBe('nothing');
  });

  it('that an administrator has changed still names the version that it is based on', () => {
    const history = new TemplateHistory();
    history.take(shipTemplate(null, shipped(4)));
    history.take(changeTemplate(history.snapshot, { name: 'ours' }, null));
    expect(history.snapshot?.state).toMatchObject({ shipped_version: 4, is_customised: true });
  });

  it('whose id an administrator has taken before is not published', () => {
    expect(shipTemplate(published().snapshot, shipped(1)).kind).toBe('nothing');
  });
});

describe('the fold of a template', () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const act = fc.oneof(
    names.map((name) => (before: TemplateSnapshot | null) => changeTemplate(before, { name }, null)),
    fc.constant((before: TemplateSnapshot | null) => retireTemplate(before, null)),
    fc.constant((before: TemplateSnapshot | null) => changeTemplate(before, { is_active: true }, null)),
    fc.tuple(fc.nat(5), names).map(
      ([version, name]) =>
        (before: TemplateSnapshot | null) =>
          shipTemplate(before, shipped(version, name)),
    ),
  );

  it('is the same from any snapshot on, and skips what that holds', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), fc.nat(12), (acts, cut) => {
        const history = published();
        for (const decide of acts) history.take(decide(history.snapshot));
        const fold = (from: TemplateSnapshot | null, events = history.events) =>
          events.reduce<TemplateSnapshot | null>((before, event) => advanceTemplate(before, event), from);
        const early = fold(null, history.events.slice(0, 1 + (cut % history.events.length)));
        expect(fold(early)).toEqual(history.snapshot);
        expect(fold(null)).toEqual(history.snapshot);
      }),
    );
  });

  it('says where events are missing', () => {
    const history = published();
    history.take(changeTemplate(history.snapshot, { name: 'a' }, null));
    const [first, second] = history.events;
    if (first === undefined || second === undefined) throw new Error('two events');
    expect(advanceTemplate(null, second)).toBeNull();
    const early = advanceTemplate(null, first);
    const third = { ...second, meta: { ...second.meta, sequence: 30 as Sequence, revision: revision(3) } };
    expect(advanceTemplate(early, third)).toBeNull();
    expect(advanceTemplate(advanceTemplate(null, first), second)).toEqual(history.snapshot);
  });

  it('holds where it stands, and the state', () => {
    const { snapshot, events } = published();
    expect(snapshot).toMatchObject({ sequence: 10, revision: 1, hash: events[0]?.meta.hash });
  });

  it('begins with its publication', () => {
    const history = published();
    history.take(retireTemplate(history.snapshot, null));
    expect(() => evolveTemplate(null, history.events[1] as RecordedTemplateEvent)).toThrow(
      `template.retired before template.published on ${TEMPLATE}`,
    );
  });
});
