/** The process around the service: configuration in, signals, exit codes. */
import type { Logger } from 'pino';
import { parseConfig, warningsOf } from './app/config/config.ts';
import { startService } from './app/service.ts';
import { bannerOf } from './app/start/banner.ts';
import { makeSamples } from './app/start/samples.ts';
import { exitCodeOf, isSelfExplanatory } from './app/start/start-faults.ts';
import { limitYoungSpaceOfThreads } from './kernel/threads/young-space.ts';
import { createLogger } from './observability/logging.ts';

const STOP_WITHIN_MS = 20_000;
const SAME_SIGNAL_MS = 1_000;

async function main(): Promise<void> {
  limitYoungSpaceOfThreads();
  const config = parseConfig(process.env, process.argv.slice(2));
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  for (const warning of warningsOf(process.env)) logger.warn(warning);
  const began = performance.now();
  const stop = new AbortController();
  let stoppingSince = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Under npm a Ctrl-C may come twice, from the terminal and passed on by npm; a later one is from somebody
      // who will not wait.
      if (stop.signal.aborted && performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      if (stop.signal.aborted) return;
      stoppingSince = performance.now();
      endWithin(STOP_WITHIN_MS, logger);
      stop.abort(signal);
    });
  }
  const service = await startService(config, logger, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
    logger.info({ signal: stop.signal.reason }, 'stopped before it was ready');
    process.exit(0);
  });
  const roles = [...config.roles];
  const ms = Math.round(performance.now() - began);
  logger.info({ url: service.url, roles, ms }, service.withheld === null ? 'ready' : 'not ready');
  if (service.url !== null && service.withheld === null) {
    const generatedSecret = config.auth.jwtSecret === null ? service.jwtSecret : null;
    const isTerminal = process.stdout.isTTY;
    const { url } = service;
    const signInLink = async (token: string) => {
      await makeSamples(url, token, logger);
      return service.signInLink(token);
    };
    const banner = await bannerOf(config, { url, generatedSecret, isTerminal, signInLink });
    if (banner !== null) process.stdout.write(banner);
  }
  const failure = await Promise.race([aborted(stop.signal), service.failed]);
  if (failure === null) {
    logger.info({ signal: stop.signal.reason }, 'stopping');
  } else {
    logger.fatal({ err: failure }, 'the service cannot go on: stopping');
    endWithin(STOP_WITHIN_MS, logger);
  }
  await service.stop();
  logger.info('stopped');
  if (failure !== null) throw failure;
}

/** Ends the process where something holds the stop up. */
function endWithin(ms: number, logger: Logger): void {
  const forced = setTimeout(() => {
    logger.error('did not stop in time');
    process.exit(1);
  }, ms);
  forced.unref();
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

// Whoever read what is printed at the start may have gone.
process.stdout.on('error', () => {});

main().catch((error: unknown) => {
  const text = isSelfExplanatory(error) ? error.message : error instanceof Error ? error.stack : undefined;
  process.stderr.write(`${text ?? error}\n`);
  process.exit(exitCodeOf(error));
});
