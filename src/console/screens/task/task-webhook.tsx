/** The URL that runs the task: shown once, when it is made, for whoever has it may run the task. */
import { useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { Field } from '../../compose/forms/field.tsx';
import { writeOnce } from '../../compose/write-once.ts';
import { showFault, showNotice } from '../../frame/notices.tsx';

type Webhook = ApiSchema<'Webhook'>;
type Scheme = NonNullable<ApiSchema<'WebhookTerms'>['verify']>['scheme'];

const SCHEMES: Readonly<Record<'' | Scheme, string>> = {
  '': 'Nothing: the URL is enough',
  'standard-webhooks': 'Standard Webhooks signatures',
  github: 'GitHub’s signatures',
};
const CHECKING = () => showNotice('Nobody knows yet whether it was done: checking');

export function TaskWebhook({ task }: { readonly task: ApiSchema<'Task'> }) {
  const [scheme, setScheme] = useState<'' | Scheme>('');
  const [withHeaders, setWithHeaders] = useState(false);
  const [made, setMade] = useState<Webhook | null>(null);
  const make = async () => {
    const body = { with_headers: withHeaders, ...(scheme === '' ? {} : { verify: { scheme } }) };
    try {
      setMade(await issue(task.task_id, body));
    } catch (error) {
      showFault('There is no new URL', error);
    } finally {
      void queryClient.invalidateQueries();
    }
  };
  const takeAway = async () => {
    try {
      await revoke(task.task_id);
      setMade(null);
      showNotice('No URL runs the task any more');
    } catch (error) {
      showFault('The URL still runs the task', error);
    } finally {
      void queryClient.invalidateQueries();
    }
  };
  return (
    <div class="panel padded stack webhook">
      <p>
        A URL by which other programs run the task, without signing in: whoever has it may. It is shown once;
        a URL that was made before stops working.
      </p>
      <Field label="Calls have to show">
        {(input) => (
          <select
            {...input}
            value={scheme}
            onChange={(event) => setScheme(event.currentTarget.value as '' | Scheme)}
          >
            {Object.entries(SCHEMES).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label class="row">
        <input
          type="checkbox"
          checked={withHeaders}
          onChange={(event) => setWithHeaders(event.currentTarget.checked)}
        />
        Give runs the headers of the call, too
      </label>
      <p class="row">
        <button type="button" class="primary" onClick={() => void make()}>
          Make a URL
        </button>
        <button type="button" class="danger" onClick={() => void takeAway()}>
          Revoke the URL
        </button>
      </p>
      {made === null ? null : (
        <div class="stack" role="status">
          <Once label="URL" value={made.url} />
          {made.secret === undefined ? null : <Once label="Secret that signs calls" value={made.secret} />}
        </div>
      )}
    </div>
  );
}

function Once({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input class="wide code" readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
    </label>
  );
}

function issue(taskId: string, body: ApiSchema<'WebhookTerms'>): Promise<Webhook> {
  const path = { task_id: taskId };
  return writeOnce((key) => {
    const params = { path, header: { 'Idempotency-Key': key } };
    return answered(api.POST('/api/v1/tasks/{task_id}/webhook', { params, body }));
  }, CHECKING);
}

function revoke(taskId: string): Promise<unknown> {
  const path = { task_id: taskId };
  return writeOnce((key) => {
    const params = { path, header: { 'Idempotency-Key': key } };
    return answered(api.DELETE('/api/v1/tasks/{task_id}/webhook', { params }));
  }, CHECKING);
}
