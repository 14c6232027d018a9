/** Holds the log, its checkpoints and the views against each other, saying how far it is and what is wrong. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { Text } from '../../parts/text.tsx';
import { type AuditFilter, answeredLines, auditQuery, jsonLines } from './lines.ts';

interface Fault {
  readonly kind: string;
  readonly sequence: number | null;
  readonly subject: string;
  readonly what: string;
}

interface Progress {
  readonly step: 'log' | 'views';
  readonly done: number;
  readonly of: number;
}

interface End {
  readonly events: number;
  readonly values: number | null;
  readonly signed_through: number | null;
  readonly faults: number;
}

interface Verification {
  readonly progress: Progress | null;
  readonly faults: readonly Fault[];
  readonly end: End | null;
}

const BEGUN: Verification = { progress: null, faults: [], end: null };

export function VerifySection({ filters }: { readonly filters: AuditFilter }) {
  const [state, setState] = useState<Verification | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const { user, task } = filters;
  const verify = async () => {
    const stop = new AbortController();
    running.current = stop;
    setError(null);
    let now = BEGUN;
    setState(now);
    try {
      const query = auditQuery({ ...(user ? { user } : {}), ...(task ? { task } : {}) });
      for await (const line of jsonLines(await answeredLines(`verify${query}`, stop.signal))) {
        now = withLine(now, line);
        setState(now);
      }
      if (now.end === null) throw new Error('The answer was cut short: verify again.');
    } catch (cause) {
      setState(null);
      if (!stop.signal.aborted) setError(cause);
    }
  };
  const isRunning = state !== null && state.end === null;
  const what = task ? 'this task' : user ? 'this user' : 'everything';
  return (
    <section class="panel padded stack" aria-labelledby="audit-verify">
      <h2 id="audit-verify">Verify</h2>
      <p class="soft">
        Every event by its chain, headers and subject; all of them by the signed checkpoints; then the views
        by the log.
      </p>
      <div class="row">
        <button type="button" class="primary" disabled={isRunning} onClick={() => void verify()}>
          Verify {what}
        </button>
        {isRunning ? (
          <button type="button" onClick={() => running.current?.abort()}>
            Stop
          </button>
        ) : null}
      </div>
      {error === null ? null : <FaultPanel error={error} retry={() => void verify()} />}
      {isRunning ? <HowFar progress={state.progress} /> : null}
      {state === null ? null : <Faults faults={state.faults} />}
      {state?.end == null ? null : <Verdict end={state.end} />}
    </section>
  );
}

function withLine(now: Verification, line: Readonly<Record<string, unknown>>): Verification {
  if (line.progress !== undefined) return { ...now, progress: line.progress as Progress };
  if (line.fault !== undefined) return { ...now, faults: [...now.faults, line.fault as Fault] };
  return line.end === undefined ? now : { ...now, end: line.end as End };
}

function HowFar({ progress }: { readonly progress: Progress | null }) {
  const step = progress?.step === 'views' ? 'The views are compared' : 'The log is read';
  return (
    <label class="stack">
      {step}
      <progress max={progress?.of ?? 1} value={progress?.done ?? 0} />
    </label>
  );
}

function Verdict({ end }: { readonly end: End }) {
  const { events, values, signed_through: signed, faults } = end;
  const many = (count: number) => count.toLocaleString('en-GB');
  return (
    <p role="status" class={faults === 0 ? 'good' : 'bad'}>
      {faults === 0
        ? `It is what was appended: ${many(events)} events, ${many(values ?? 0)} values of the views.`
        : `${many(faults)} ${faults === 1 ? 'fault' : 'faults'} in ${many(events)} events.`}
      {signed === null ? '' : ` Signed checkpoints cover ${many(signed)} of them.`}
      {values === null ? ' The views were not looked at.' : ''}
    </p>
  );
}

const SHOWN = 200;

function Faults({ faults }: { readonly faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <ul class="stack" aria-label="Faults">
      {faults.slice(0, SHOWN).map(({ kind, sequence, subject, what }, index) => (
        <li key={index} class="bad">
          <strong>{kind}</strong> {sequence === null ? '' : `#${sequence} `}
          <Text>{subject}</Text>: <Text>{what}</Text>
        </li>
      ))}
    </ul>
  );
}
