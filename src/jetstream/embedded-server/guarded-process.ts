/**
 * A child process that does not outlive this one, however this one ends.
 *
 * A small shell stands between: it starts the program and tells its pid, and beside it a guard reads a pipe that only
 * this process holds open. When this process is gone, killed with -9 too, the pipe ends and the guard stops the
 * program: SIGTERM, and SIGKILL after five seconds. The shell is there before the program is, so there is no instant
 * at which the program could be left behind; should the shell be killed, the guard remains. All of them are in a
 * session of their own: Ctrl-C in a terminal reaches this process only, which stops the program last.
 *
 *   this process --pipe--> guard --signals--> program <--waits for-- shell
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

const SHELL_SCRIPT = `
exec 3<&0
"$@" </dev/null >&2 3<&- &
program=$!
echo "$program"
(
  read -r _ <&3
  kill -TERM "$program"
  n=0
  while kill -0 "$program" && [ "$n" -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
  kill -KILL "$program"
) </dev/null >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$program"
code=$?
kill "$guard"
wait "$guard" 2>/dev/null
exit "$code"
`;

export interface GuardedProcess {
  /** The program's own. */
  readonly pid: number;
  /** Resolves when the program has ended: with its exit code, or 128 + signal, or null where the shell was killed. */
  readonly ended: Promise<number | null>;
  hasEnded(): boolean;
}

/** Starts the program; `onLine` gets what it writes to its standard error (and output). */
export async function startGuarded(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly onLine: (line: string) => void },
): Promise<GuardedProcess> {
  const shell = spawn('/bin/sh', ['-c', SHELL_SCRIPT, 'sh', program, ...args], {
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // The pipe is never written to; its end is the message.
  shell.stdin.on('error', () => {});
  linesOf(shell.stderr).on('line', options.onLine);
  let hasEnded = false;
  const ended = endOf(shell).finally(() => {
    hasEnded = true;
    shell.stdin.destroy();
  });
  return { pid: await pidFrom(shell), ended, hasEnded: () => hasEnded };
}

async function endOf(shell: ChildProcess): Promise<number | null> {
  const [code] = (await once(shell, 'exit')) as [number | null];
  return code;
}

async function pidFrom(shell: ChildProcess): Promise<number> {
  if (shell.stdout === null) throw new Error('the shell has no output');
  const [line] = (await Promise.race([once(linesOf(shell.stdout), 'line'), once(shell, 'exit')])) as [
    unknown,
  ];
  const pid = Number(line);
  if (typeof line !== 'string' || !(pid > 0))
    throw new Error(`/bin/sh did not start the program: ${String(line)}`);
  return pid;
}

function linesOf(stream: NodeJS.ReadableStream): Interface {
  return createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
}
