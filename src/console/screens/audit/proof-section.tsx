/** What proves a task's events to somebody else, and the command that checks it without the service. */
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../../api/problems.ts';
import { origin } from '../../base.ts';
import { Field } from '../../compose/forms/field.tsx';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { showNotice } from '../../frame/notices.tsx';
import { bytesText } from '../../parts/bytes-text.ts';
import { TypedInput } from '../../parts/typed-input.tsx';
import { useAuditKey } from './checkpoint-section.tsx';
import { Copied } from './copied.tsx';
import { answeredLines } from './lines.ts';
import { lineFile, saveLines } from './save-lines.ts';

export interface ProofSectionProps {
  readonly task: string;
  readonly change: (filters: Readonly<Record<string, string | null>>) => void;
}

export function ProofSection({ task, change }: ProofSectionProps) {
  const [error, setError] = useState<unknown>(null);
  useEffect(() => setError(null), [task]);
  const key = useAuditKey();
  const name = `${task}.ndjson`;
  const save = async () => {
    setError(null);
    try {
      const body = await answeredLines(`proof/${encodeURIComponent(task)}`, new AbortController().signal);
      const file = await lineFile(name);
      if (file === null) return await body.cancel();
      const { bytes } = await saveLines(body, file, () => {});
      showNotice(`Saved: ${bytesText(bytes)}`);
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <section class="panel padded stack" aria-labelledby="audit-proof">
      <h2 id="audit-proof">Proof of a task</h2>
      <Field
        label="Task of the proof"
        help="Its id: its events, and that the last of them is in the signed log."
        faults={error instanceof ApiProblem ? error.faults : []}
      >
        {(input) => (
          <TypedInput
            {...input}
            value={task}
            spellcheck={false}
            done={(typed) => change({ task: typed.trim() })}
          />
        )}
      </Field>
      {error === null ? null : <FaultPanel error={error} retry={() => void save()} />}
      {task === '' ? null : (
        <>
          <div class="row">
            <button type="button" class="primary" onClick={() => void save()}>
              Save the proof
            </button>
          </div>
          {typeof key.data === 'string' ? (
            <>
              <p>This checks the file anywhere, without the service:</p>
              <Copied
                label="Command that checks it"
                text={`task-service audit verify ${quoted(name)} --vkey ${quoted(key.data)}`}
              />
              <p class="soft">Without this page:</p>
              <Copied
                label="Command that fetches it"
                text={`curl -s ${quoted(`${origin}/api/v1/audit/proof/${task}`)} -H "authorization: Bearer $TOKEN" > ${quoted(name)}`}
              />
            </>
          ) : null}
        </>
      )}
    </section>
  );
}

/** One word for a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
