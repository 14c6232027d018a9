/** The service's log: JSON lines, or readable ones on a terminal; secrets never. */
import type { Writable } from 'node:stream';
import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { maskTokens } from '../kernel/secret-tokens.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = 'json' | 'readable';

/** Members that hold a secret wherever they are logged, in lower case. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'pass',
  'secret',
  'secretskey',
  'secrets_key',
  'jwtsecret',
  'jwt_secret',
  'token',
  'api_key',
  'apikey',
  'x-api-key',
  'x-internal-service-secret',
]);
const DEEPEST = 6;
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** Lines of everyday things are written so many bytes together, or after so long: one by one each costs a call. */
const TOGETHER_BYTES = 4_096;
const TOGETHER_MS = 100;
/** Lines of another thread are handed over, so many together at most. */
const FORWARDED_CHARACTERS = 64 * 1024;
const WARN = 40;

export interface LoggingOptions {
  readonly level: LogLevel;
  /** Null: readable where the standard output is a terminal, else JSON lines. */
  readonly format: LogFormat | null;
}

/** Lines of one thread that another writes. */
export interface LoggedLines {
  readonly text: string;
  /** Of the gravest of them, as pino numbers it. */
  readonly level: number;
}

/** A logger to the standard output, or to `destination`. */
export function createLogger(options: LoggingOptions, destination?: Writable | DestinationStream): Logger {
  const readable = (options.format ?? (process.stdout.isTTY ? 'readable' : 'json')) === 'readable';
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino's own `redact` costs tens of microseconds a line for members at any depth, this formatter about one;
      // but only `redact` sees what a child logger is bound to.
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
      // Wherever a token stands: in an error's message, a stack, a URL.
      hooks: { streamWrite: maskTokens },
      redact: { paths: [...SECRET_MEMBERS].map((member) => `["${member}"]`), censor: '***' },
    },
    readable ? readableStream(destination) : (destination ?? standardOutput()),
  );
}

/**
 * A logger of a thread whose lines another thread writes, so that all are in one stream and each thread's in order.
 * `forward` gets lines as the standard output does, many together: each call wakes the other thread. `flush` forwards at
 * once; what no thread is left to forward is lost.
 */
export function createForwardingLogger(
  level: LogLevel,
  forward: (lines: LoggedLines) => void,
): { readonly logger: Logger; readonly flush: () => void } {
  let text = '';
  let gravest = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    if (text === '') return;
    const lines = { text, level: gravest };
    text = '';
    gravest = 0;
    forward(lines);
  };
  const stream = leveled({
    write(line: string) {
      if (text === '') timer = setTimeout(flush, TOGETHER_MS);
      text += line;
      gravest = Math.max(gravest, stream.lastLevel);
      if (stream.lastLevel >= WARN || text.length >= FORWARDED_CHARACTERS) flush();
    },
  });
  return { logger: createLogger({ level, format: 'json' }, stream), flush };
}

/** Writes lines of another thread where the logger writes its own. */
export function writeLines(logger: Logger, { text, level }: LoggedLines): void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as {
    [pino.symbols.streamSym]: DestinationStream & { lastLevel: number };
  };
  stream.lastLevel = level;
  stream.write(text);
}

/**
 * A line that cannot be written (the disk that the log is kept on is full) waits, then is lost: the service goes on
 * without. What waits at the end of the process is not tried again then, for pino would try without end.
 */
function standardOutput(): DestinationStream {
  const stream = pino.destination({
    dest: 1,
    sync: false,
    maxLength: MOST_WAITING_BYTES,
    minLength: TOGETHER_BYTES,
    periodicFlush: TOGETHER_MS,
  });
  const flush = stream.flushSync.bind(stream);
  let isRefused = false;
  stream.on('error', () => {
    isRefused = true;
  });
  stream.on('write', () => {
    isRefused = false;
  });
  stream.flushSync = () => {
    if (!isRefused) flush();
  };
  return toldAtOnce(stream);
}

/** What is wrong is written at once, and what waited before it. */
function toldAtOnce(stream: ReturnType<typeof pino.destination>): DestinationStream {
  const write = stream.write.bind(stream);
  const told = leveled(stream);
  told.write = (line) => {
    const written = write(line);
    if (told.lastLevel >= WARN) told.flush();
    return written;
  };
  return told;
}

/** With this member pino says of each line which level it has. */
function leveled<Stream extends object>(stream: Stream): Stream & { lastLevel: number } {
  return Object.assign(stream, { [Symbol.for('pino.metadata')]: true, lastLevel: 0 });
}

function readableStream(destination: Writable | DestinationStream | undefined): DestinationStream {
  return pretty({
    destination: destination ?? 1,
    sync: true,
    colorize: destination === undefined && process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: (log, messageKey) => {
      const component = typeof log.component === 'string' ? `${log.component}: ` : '';
      return `${component}${String(log[messageKey] ?? '')}`;
    },
    ignore: 'component',
  });
}

function withoutSecrets(logged: Record<string, unknown>): Record<string, unknown> {
  return masked(logged, 0) as Record<string, unknown>;
}

/** The value itself where it holds no secret; only plain objects and arrays are looked into. */
function masked(value: unknown, depth: number): unknown {
  if (depth > DEEPEST || !isPlain(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const member = value[key];
    const shown = SECRET_MEMBERS.has(key.toLowerCase()) && member != null ? '***' : masked(member, depth + 1);
    if (shown === member) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = shown;
  }
  return copy ?? value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
