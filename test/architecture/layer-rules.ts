import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Rooms in which what the roles do is decided, folded and named; none of them knows a role. */
const INSIDE = ['application', 'projections', 'domain', 'kernel'] as const;

/**
 * Who may import whom in src/, as what is forbidden. Type-only imports count.
 *
 *   kernel     domain <- projections <- application <- jetstream, outbound <- task-types
 *   projector, scheduler, worker, relay, http: each knows those, none knows another
 *   app, cli: know all; nobody knows them but main
 *   console: what runs in browsers; knows the domain, for that is pure, and nobody knows it
 */
export const LAYER_RULES: readonly IForbiddenRuleType[] = [
  onlyImports('kernel', ['kernel']),
  onlyImports('domain', ['domain']),
  onlyImports('projections', ['projections', 'domain']),
  onlyImports('application', INSIDE, ['lru-cache', 'tinyqueue']),
  onlyImports('jetstream', ['jetstream', ...INSIDE], 'any', ['^bootstrap/']),
  onlyImports('outbound', ['outbound', ...INSIDE], 'any'),
  onlyImports('task-types', ['task-types', 'outbound', ...INSIDE], 'any'),
  onlyImports('observability', ['observability', ...INSIDE], 'any'),
  // The projector writes what no other role writes, views with their checkpoint in one batch: it knows the storage.
  onlyImports('projector', ['projector', 'jetstream', ...INSIDE], 'any'),
  onlyImports('worker', ['worker', 'outbound', 'task-types', ...INSIDE], 'any'),
  ...['scheduler', 'relay', 'history', 'http'].map((room) => onlyImports(room, [room, ...INSIDE], 'any')),
  onlyImports('console', ['console', 'domain'], 'any'),
  {
    name: 'nobody knows the console: browsers load it',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/console/' },
    to: { path: '^src/console/' },
  },
  {
    name: 'only cli and main know the composition',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/(app/|cli/|main\\.ts$)' },
    to: { path: '^src/(app|cli)/' },
  },
  {
    name: 'nothing is loose in src but main',
    severity: 'error',
    from: {},
    to: { path: '^src/[^/]+$', pathNot: '^src/main\\.ts$' },
  },
  {
    name: 'only jetstream and projector know NATS',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/(jetstream|projector)/' },
    to: { path: 'node_modules/@nats-io/' },
  },
  {
    name: 'only otel-traces knows OpenTelemetry',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/observability/otel-traces\\.ts$' },
    to: { path: 'node_modules/@opentelemetry/' },
  },
  {
    // Others import it at run time, and only where spans are to be sent: loading it costs every start otherwise.
    name: 'otel-traces is loaded on demand',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^src/observability/otel-traces\\.ts$', dependencyTypesNot: ['dynamic-import'] },
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
    // The console is bundled by the build: nothing of it is resolved where the service runs.
    from: { path: '^src/', pathNot: '^src/console/' },
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
