import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { LAYER_RULES } from './layer-rules.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function cruised(baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise(
    ['src'],
    {
      baseDir,
      ruleSet: { forbidden: [...LAYER_RULES] },
      validate: true,
      doNotFollow: { path: ['node_modules', '^bootstrap/'] },
      tsPreCompilationDeps: true,
      combinedDependencies: true,
    },
    {
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
    { tsConfig: extractTSConfig(join(ROOT, 'tsconfig.json')) },
  );
  return output as ICruiseResult;
}

function violations({ summary }: ICruiseResult): string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

/** A project of these sources, with this one's dependencies. */
function planted(sources: Record<string, string>): string {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({
      type: 'module',
      dependencies: { 'cron-parser': '*', '@nats-io/jetstream': '*', '@opentelemetry/api': '*', zod: '*' },
      devDependencies: { vitest: '*' },
    }),
  );
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

describe('the layers of src', () => {
  test('import only what they may', { timeout: 60_000 }, async () => {
    const result = await cruised(ROOT);
    // Under a TypeScript it cannot use it reads nothing and reports success.
    const read = result.modules.filter(({ source }) => source.startsWith('src/'));
    expect(read.length).toBeGreaterThan(50);
    for (const layer of [
      'domain',
      'application',
      'projections',
      'jetstream',
      'outbound',
      'task-types',
      'projector',
      'scheduler',
      'worker',
      'relay',
      'http',
      'observability',
      'app',
      'cli',
    ]) {
      const modules = read.filter(({ source }) => source.startsWith(`src/${layer}/`));
      expect(modules.flatMap(({ dependencies }) => dependencies).length, layer).toBeGreaterThan(0);
    }
    expect(violations(result)).toEqual([]);
  });

  test('are held apart by rules that find what breaks them', { timeout: 60_000 }, async () => {
    const root = planted({
      'src/domain/task.ts': "import type { App } from '../http/app.ts';\nexport type Task = App;\n",
      'src/domain/hash.ts': "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n",
      'src/domain/shape.ts': "import { z } from 'zod';\nexport const shape = z;\n",
      'src/projections/view.ts': "import { c } from '../application/commands.ts';\nexport const view = c;\n",
      'src/application/commands.ts': "import { log } from '../jetstream/log.ts';\nexport const c = log;\n",
      'src/jetstream/log.ts': "import { app } from '../http/app.ts';\nexport const log = app;\n",
      'src/http/app.ts': "export const app = 1;\nexport type App = number;\nimport '../worker/worker.ts';\n",
      'src/worker/worker.ts':
        "import { jetstream } from '@nats-io/jetstream';\nexport const worker = jetstream;\n",
      'src/scheduler/scheduler.ts':
        "import '../main.ts';\nimport './gone.ts';\nimport '../../test/support.ts';\n",
      'src/main.ts':
        "import { test } from 'vitest';\nimport './kernel/one.ts';\nimport './loose.ts';\nimport './observability/otel-traces.ts';\nexport const main = test;\n",
      'src/observability/otel-traces.ts':
        "import { trace } from '@opentelemetry/api';\nexport const api = trace;\n",
      'src/relay/relay.ts':
        "import { trace } from '@opentelemetry/api';\nimport '../app/service.ts';\nexport const relay = trace;\n",
      'src/kernel/one.ts':
        "import { two } from './two.ts';\nimport '../domain/task.ts';\nexport const one: unknown = two;\n",
      'src/kernel/two.ts': "import { one } from './one.ts';\nexport const two: unknown = one;\n",
      'src/loose.ts': 'export {};\n',
      'src/app/service.ts': 'export {};\n',
      'test/support.ts': 'export {};\n',
    });
    const found = violations(await cruised(root));
    const isBroken = (rule: string, from: string, to: string) =>
      found.some((line) => line.startsWith(`${rule}: src/${from} -> `) && line.includes(to));
    const ruleFor = (layer: string) =>
      LAYER_RULES.find(({ name }) => name?.startsWith(`${layer} imports only`))?.name ?? '';
    const broken: [string, string, string][] = [
      [ruleFor('domain'), 'domain/task.ts', 'src/http/app.ts'],
      [ruleFor('domain'), 'domain/shape.ts', 'zod'],
      ['domain is pure: nothing of Node', 'domain/hash.ts', 'crypto'],
      [ruleFor('projections'), 'projections/view.ts', 'src/application/commands.ts'],
      [ruleFor('application'), 'application/commands.ts', 'src/jetstream/log.ts'],
      [ruleFor('jetstream'), 'jetstream/log.ts', 'src/http/app.ts'],
      [ruleFor('http'), 'http/app.ts', 'src/worker/worker.ts'],
      ['only jetstream and projector know NATS', 'worker/worker.ts', '@nats-io'],
      [ruleFor('scheduler'), 'scheduler/scheduler.ts', 'src/main.ts'],
      ['what is imported exists', 'scheduler/scheduler.ts', 'gone'],
      ['src knows nothing of its tests', 'scheduler/scheduler.ts', 'test/support.ts'],
      ['src uses dependencies, not tools', 'main.ts', 'vitest'],
      ['only otel-traces knows OpenTelemetry', 'relay/relay.ts', '@opentelemetry'],
      ['otel-traces is loaded on demand', 'main.ts', 'src/observability/otel-traces.ts'],
      ['no circles', 'kernel/one.ts', 'src/kernel/two.ts'],
      ['only cli and main know the composition', 'relay/relay.ts', 'src/app/service.ts'],
      ['nothing is loose in src but main', 'main.ts', 'src/loose.ts'],
      [ruleFor('kernel'), 'kernel/one.ts', 'src/domain/task.ts'],
    ];
    expect(
      broken.filter(([rule, from, to]) => !isBroken(rule, from, to)),
      found.join('\n'),
    ).toEqual([]);
  });
});
