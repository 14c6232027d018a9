import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { faultsOfTemplate, fillTemplate } from '../../../src/task-types/custom/body-template.ts';
import { webhook } from '../../../src/task-types/custom/webhook.ts';
import { DocumentThreads } from '../../../src/task-types/foreign/document-threads.ts';
import { outboundTo, runOnce } from '../../support/parts/run.ts';
import { httpReceiver } from '../../support/world/http-receiver.ts';

/** As it is built. */
const THREAD = pathToFileURL(
  join(import.meta.dirname, '..', '..', '..', 'dist', 'task-types', 'foreign', 'reading-thread.js'),
);

const TOLD: JsonObject = {
  task_name: 'Send "the" big ones',
  scheduled_for: null,
  trigger_data: { order: 7, paid: true, items: [{ sku: 'A' }, { sku: 'B' }], note: '{{ task_name }}' },
};

test.each<[string, Json, Json]>([
  ['text around a value', { text: 'Order {{ trigger_data.order }}!' }, { text: 'Order 7!' }],
  [
    'quotes and braces of a value as they are',
    ['{{ task_name }}.', '{{ trigger_data.note }}.'],
    ['Send "the" big ones.', '{{ task_name }}.'],
  ],
  ['a number', { n: '{{ trigger_data.order }}' }, { n: 7 }],
  ['a truth value', '{{ trigger_data.paid }}', true],
  ['a list', { items: '{{ trigger_data.items }}' }, { items: [{ sku: 'A' }, { sku: 'B' }] }],
  ['nothing for what is not there', ['{{ nothing }}', 'a{{ nothing.at.all }}b'], [null, 'ab']],
  ['a filter', '{{ trigger_data.items | map: "sku" | join: "+" }}', 'A+B'],
  ['a condition', '{% if trigger_data.order > 5 %}big{% else %}small{% endif %}', 'big'],
  ['a loop', '{% for it in trigger_data.items %}{{ it.sku }};{% endfor %}', 'A;B;'],
  ['a date in UTC', '{{ "2027-03-01T23:30:00Z" | date: "%Y-%m-%d %H:%M" }}', '2027-03-01 23:30'],
  ['two values side by side as text', '{{ trigger_data.order }}{{ trigger_data.order }}', '77'],
  ['what has no placeholder untouched', { a: 1, b: null, c: 'x } }' }, { a: 1, b: null, c: 'x } }' }],
])('a template is filled with %s', (_what, template, expected) => {
  expect(faultsOfTemplate(template)).toEqual([]);
  expect(fillTemplate(template, TOLD)).toEqual(expected);
});

test('a value reaches the receiver as it is, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.jsonValue(), (text, value) => {
      const told = { trigger_data: { text, value: value as Json } };
      const template = { a: '<{{ trigger_data.text }}>', b: '{{ trigger_data.value }}' };
      const sent = JSON.parse(JSON.stringify(fillTemplate(template, told)));
      expect(sent).toEqual({ a: `<${text}>`, b: JSON.parse(JSON.stringify(value)) });
    }),
  );
});

test.each(['{{ a.constructor }}', '{{ a.__proto__ }}', '{{ toString }}', '{{ a.toString.constructor }}'])(
  'nothing of the program itself can be read: %s',
  (template) => {
    expect(fillTemplate(template, { a: {} })).toBeNull();
  },
);

test.each<[string, Json, (string | number)[]]>([
  ['an output that does not end', { text: 'a {{ b' }, ['text']],
  ['a tag that does not end', ['{% if a %}x'], [0]],
  ['a filter that there is not', { a: { b: '{{ a | strip_html }}' } }, ['a', 'b']],
  ['a tag that reads files', '{% include "/etc/passwd" %}', []],
  ['a template that is too long', { a: 'x'.repeat(33_000) }, []],
  ['too many texts', Array.from({ length: 201 }, () => '{{ a }}'), []],
])('%s is refused where it stands', (_what, template, path) => {
  expect(faultsOfTemplate(template)).toMatchObject([{ path, msg: expect.any(String) }]);
});

test.each<[string, string, string]>([
  ['for ever', '{% for a in (1..9999) %}{% for b in (1..9999) %}{{ b }}{% endfor %}{% endfor %}', 'FAILED'],
  [
    'a text that doubles',
    '{% assign a = "x" %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}',
    'FAILED',
  ],
  ['a body that is too large', '{{ large }}', 'TOO_LARGE'],
])('%s ends the run with its reason', (_what, template, code) => {
  const started = performance.now();
  expect(() => fillTemplate({ template }, { large: 'x'.repeat(300_000) })).toThrow(
    expect.objectContaining({ code: `TEMPLATE_${code}`, retryable: false }),
  );
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a call sends the filled template, signed and typed as what it is', async () => {
  const receiver = await httpReceiver();
  const documents = new DocumentThreads({}, THREAD);
  onTestFinished(() => documents.stop());
  const run = (body_template: Json) => {
    const config = { script_type: 'webhook', url: `${receiver.url}/hook`, body_template };
    const triggerData = async () => ({ order: 7 });
    return runOnce(webhook, config, outboundTo(receiver.host), { documents, execution: { triggerData } });
  };
  await run({ text: '{{ task_name }}: {{ trigger_data.order }}' }).done;
  await run('{{ task_name }}').done;
  await expect(
    run('{% for i in (1..9999) %}{% for j in (1..9999) %}{% endfor %}{% endfor %}').done,
  ).rejects.toMatchObject({ code: 'TEMPLATE_FAILED' });
  expect(receiver.requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
    ['{"text":"Water the plants: 7"}', 'application/json'],
    ['Water the plants', 'text/plain; charset=utf-8'],
  ]);
});

test.each<[JsonObject, string]>([
  [{ body: 'a', body_template: 'b' }, 'body_template'],
  [{ method: 'GET', body_template: 'b' }, 'body_template'],
  [{ body_template: { a: ['{{'] } }, 'body_template.a.0'],
])('a config with %j is refused at %s', (config, path) => {
  const parsed = webhook.parseConfig({ script_type: 'webhook', url: 'https://hooks.example/', ...config });
  expect(parsed).toMatchObject({
    ok: false,
    faults: [{ path: path.split('.').map((it) => (it === '0' ? 0 : it)) }],
  });
});
