import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Revision } from '../../../src/domain/ids.ts';
import {
  changeTemplate,
  publishTemplate,
  retireTemplate,
  shipTemplate,
} from '../../../src/domain/template/decide.ts';
import { advanceTemplate } from '../../../src/domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../../src/domain/template/state.ts';
import { content, TemplateHistory } from '../../support/templates.ts';

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
    expect(history.snapshot?.state).toMatchObject({
      ...content,
      id: 10,
      is_active: true,
      is_customised: true,
    });
    history.take(retireTemplate(history.snapshot, null));
    expect(publishTemplate(history.snapshot, content, true)).toEqual({
      kind: 'rejected',
      rejection: { code: 'TEMPLATE_EXISTS' },
    });
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

  it('names credits as REST does', () => {
    const asked = { credits_per_run_micros: 1 as typeof content.credits_per_run_micros };
    expect(changeTemplate(published().snapshot, asked, null)).toMatchObject({
      event: { data: { changed_fields: ['credits_per_run'] } },
    });
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

describe('a shipped template', () => {
  it('is published once, and taken over again only in a newer version that says something else', () => {
    const history = new TemplateHistory();
    expect(history.take(shipTemplate(history.snapshot, shipped(2))).kind).toBe('event');
    expect(shipTemplate(history.snapshot, shipped(2)).kind).toBe('nothing');
    expect(shipTemplate(history.snapshot, shipped(1, 'older')).kind).toBe('nothing');
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
    expect(advanceTemplate(advanceTemplate(null, first), second)).toEqual(history.snapshot);
  });
});
