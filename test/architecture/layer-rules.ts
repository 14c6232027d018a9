import type { IForbiddenRuleType } from 'dependency-cruiser';

/**
 * Who may import whom in src/, as what is forbidden.
 *
 *   domain <- projections <- application <- jetstream
 *                                        <- scheduler, worker, platform, http
 *   all of them <- main, cli and the files beside main
 */
export const LAYER_RULES: readonly IForbiddenRuleType[] = [
  onlyImports('domain', ['domain'], ['cron-parser', 'rrule']),
  onlyImports('projections', ['projections', 'domain']),
  onlyImports('application', ['application', 'projections', 'domain'], ['lru-cache', 'tinyqueue']),
  onlyImports('jetstream', ['jetstream', 'application', 'projections', 'domain'], 'any', ['^bootstrap/']),
  ...['scheduler', 'worker', 'platform', 'http'].map((layer) =>
    onlyImports(layer, [layer, 'application', 'projections', 'domain'], 'any'),
  ),
  {
    name: 'only jetstream knows NATS',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/jetstream/' },
    to: { path: 'node_modules/@nats-io/' },
  },
  {
    name: 'only otel-traces knows OpenTelemetry',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/otel-traces\\.ts$' },
    to: { path: 'node_modules/@opentelemetry/' },
  },
  {
    // Others import it at run time, and only where spans are to be sent: loading it costs every start otherwise.
    name: 'otel-traces is loaded on demand',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^src/otel-traces\\.ts$', dependencyTypesNot: ['dynamic-import'] },
  },
  {
    name: 'domain is pure: nothing of Node',
    severity: 'error',
    from: { path: '^src/domain/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'src uses dependencies, not tools',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'src knows nothing of its tests',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|bench|examples)/' },
  },
  { name: 'what is imported exists', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'no circles',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
];

/** Files outside `layers`, and packages other than `packages`, are forbidden to a layer. */
function onlyImports(
  layer: string,
  layers: readonly string[],
  packages: readonly string[] | 'any' = [],
  others: readonly string[] = [],
): IForbiddenRuleType {
  const allowed = [`^src/(${layers.join('|')})/`, ...others];
  if (packages === 'any') allowed.push('node_modules/');
  else allowed.push(...packages.map((name) => `node_modules/${name}/`));
  return {
    name: `${layer} imports only ${[...layers, ...(packages === 'any' ? [] : packages)].join(', ')}`,
    severity: 'error',
    from: { path: `^src/${layer}/` },
    to: { pathNot: allowed, dependencyTypesNot: ['core'] },
  };
}
