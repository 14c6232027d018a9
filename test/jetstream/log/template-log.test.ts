import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishShipped, readShipped } from '../../../src/app/start/shipped-templates.ts';
import { systemClock } from '../../../src/app/system-clock.ts';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import { TemplateCommands } from '../../../src/application/commands/template-commands.ts';
import { TemplateCatalogue } from '../../../src/application/queries/template-catalogue.ts';
import { verifyViews } from '../../../src/application/queries/verify.ts';
import { NO_SEQUENCE, type Sequence } from '../../../src/domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../../src/domain/template/events.ts';
import { UnreadableEvent } from '../../../src/jetstream/codec/codec.ts';
import { decodeTemplateEvent, TEMPLATE_EVENT_VERSIONS } from '../../../src/jetstream/codec/template-codec.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamTemplateLog } from '../../../src/jetstream/log/template-log.ts';
import { sampleTemplateEvents, TEMPLATE } from '../../support/histories/templates.ts';
import { logFixture, SECRETS, USER } from '../../support/log/log-fixture.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { type TaskParts, taskParts } from '../../support/parts/task-parts.ts';

const CONTEXT = { actor: 'user:admin', correlation_id: 'req_1', causation_id: null, traceparent: null };

/** What one instance makes of a connection. */
function instance({ nc, views }: Pick<TaskParts, 'nc' | 'views'>) {
  const log = new JetStreamTemplateLog(nc, new GroupCommit(nc));
  const catalogue = new TemplateCatalogue(log, views);
  const commands = new TemplateCommands({ log, catalogue, clock: systemClock, ids: ulidIds() });
  return { log, catalogue, commands };
}

test('two instances that start at once publish each shipped template once, and a later one nothing', async () => {
  const { nc, server } = await logFixture();
  const shipped = await readShipped();
  const instances = [nc, await connected(server)].map((each) => instance(taskParts(each, SECRETS)));
  const reports = await Promise.all(
    instances.map(({ commands }, n) => publishShipped(shipped, commands, `${n}`)),
  );
  expect(reports.reduce((sum, { published }) => sum + published, 0)).toBe(shipped.length);
  const third = instance(taskParts(nc, SECRETS));
  expect(await publishShipped(shipped, third.commands, 'later')).toEqual({ published: 0, refused: [] });
  const events = await third.log.readCatalogue(NO_SEQUENCE);
  expect(events).toHaveLength(shipped.length);
  expect(new Set(events.map(({ meta }) => meta.template_id)).size).toBe(shipped.length);
  for (const { catalogue } of instances) expect((await catalogue.all()).size).toBe(shipped.length);
});

test('the view of templates is what the log says, and a catalogue that starts from it is current', async () => {
  const { nc } = await logFixture();
  const parts = taskParts(nc, SECRETS);
  const { commands, log } = instance(parts);
  const shipped = await readShipped();
  await publishShipped(shipped, commands, 'first');
  await parts.person.create(USER);
  const [id, other] = shipped.map(({ template_id }) => template_id);
  if (id === undefined || other === undefined) throw new Error('two templates');
  await commands.execute({ templateId: id }, CONTEXT, {
    type: 'change',
    data: { changes: { name: 'One' }, if_match: null },
  });
  await parts.projector.runOnce();
  const report = await verifyViews(parts);
  expect(report).toMatchObject({ differences: [], events: shipped.length + 2 });
  expect((await parts.views.templates()).values).toHaveLength(shipped.length);

  await commands.execute({ templateId: id }, CONTEXT, {
    type: 'change',
    data: { changes: { name: 'Two' }, if_match: null },
  });
  await commands.execute({ templateId: other }, CONTEXT, { type: 'retire', data: { if_match: null } });
  const fresh = new TemplateCatalogue(log, parts.views);
  expect((await fresh.get(id))?.state.name).toBe('Two');
  expect((await fresh.get(other))?.state.is_active).toBe(false);
  // Another process, that has folded none of it.
  await taskParts(nc, SECRETS).projector.runOnce();
  expect((await verifyViews(parts)).differences).toEqual([]);
});

test('a command that may have been done before is answered by its event', async () => {
  const { nc } = await logFixture();
  const { commands, log } = instance(taskParts(nc, SECRETS));
  const [entry] = await readShipped();
  if (entry === undefined) throw new Error('a template');
  await publishShipped([entry], commands, 'first');
  const target = { templateId: entry.template_id, eventId: ulidIds().eventId(systemClock.now()) };
  const rename = (name: string) =>
    commands.execute({ ...target, mayExist: true }, CONTEXT, {
      type: 'change',
      data: { changes: { name }, if_match: null },
    });
  const first = await rename('One');
  expect(await rename('Two')).toEqual(first);
  expect(await log.readTemplate(entry.template_id)).toHaveLength(2);
});

const versions = sampleTemplateEvents.map(({ type }) => [type, TEMPLATE_EVENT_VERSIONS[type]] as const);
test.each(versions)('%s in version %i is still read', (type, version) => {
  const path = join(import.meta.dirname, '..', 'samples', `${type}.${version}.json`);
  const sample: { subject: string; sequence: Sequence; body: string; event: RecordedTemplateEvent } =
    JSON.parse(readFileSync(path, 'utf8'));
  const message = { ...sample, body: Buffer.from(sample.body) };
  expect(decodeTemplateEvent(message)).toEqual(sample.event);
  const document = JSON.parse(sample.body);
  expect(document).toMatchObject({
    subject: TEMPLATE,
    dataschema: `urn:task-service:schema:${type}:${version}`,
  });
  expect(document).not.toHaveProperty('userid');
  const elsewhere = { ...message, subject: 'tasklog._catalog.tpl_other' };
  expect(() => decodeTemplateEvent(elsewhere)).toThrow(UnreadableEvent);
});
