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
import type { RecordedTemplateEvent } from '../../../src/domain/template/events.ts';
import { advanceTemplate, evolveTemplate } from '../../../src/domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../../src/domain/template/state.ts';
import { content, TEMPLATE, TemplateHistory } from '../../support/histories/templates.ts';

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

it('a template keeps when it was published, and shows when it was changed', () => {
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
  history.take(changeTemplate(history.snapshot, { name: 'a' }, null));
  expect(history.snapshot?.state).toMatchObject({
    name: 'a',
    created_at: FIRST,
    updated_at: plusMs(FIRST, 1),
  });
});

it('a shipped template is the service’s own until an administrator changes or retires it', () => {
  const history = new TemplateHistory();
  history.take(shipTemplate(null, shipped(4)));
  history.take(shipTemplate(history.snapshot, shipped(5, 'newer')));
  expect(history.snapshot?.state).toMatchObject({ name: 'newer', shipped_version: 5, is_customised: false });
  history.take(changeTemplate(history.snapshot, { name: 'ours' }, null));
  expect(history.snapshot?.state).toMatchObject({ shipped_version: 5, is_customised: true });
  history.take(retireTemplate(history.snapshot, null));
  expect(history.snapshot?.state).toMatchObject({
    is_active: false,
    shipped_version: 5,
    is_customised: true,
    updated_at: plusMs(FIRST, 3),
  });
  history.take(changeTemplate(history.snapshot, { is_active: true }, null));
  expect(history.snapshot?.state.is_active).toBe(true);
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
