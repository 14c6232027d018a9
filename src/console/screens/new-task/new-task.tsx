/** A new task in full: of a type, or of a template (`?template=`), with the form that its schema describes. */
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { ApiProblem, type FieldFault } from '../../api/problems.ts';
import { type ConfigField, configField } from '../../compose/forms/config-shape.ts';
import { Field } from '../../compose/forms/field.tsx';
import { usePreview } from '../../compose/schedule/use-preview.ts';
import { postTask, takeBack } from '../../compose/task-calls.ts';
import { FormActions } from '../../compose/task-form/form-actions.tsx';
import { changedForm, TaskFieldsForm } from '../../compose/task-form/task-fields.tsx';
import {
  newTaskFields,
  newTaskForm,
  schedulesOfForm,
  type TaskForm,
  templateTaskForm,
} from '../../compose/task-form/task-form.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { showNotice } from '../../frame/notices.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters, useGoTo } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';
import { viewerZone } from '../../parts/zones.ts';

const PREVIEWED = 60;

export default function NewTaskScreen() {
  const { filters, change } = useFilters();
  const { template: templateId, type = 'todo', name = '' } = filters;
  const { data, error, refetch } = useQuery({
    queryKey: ['task-types', templateId ?? null],
    queryFn: async ({ signal }) => {
      const [types, template] = await Promise.all([
        answered(api.GET('/api/v1/task-types', { signal })),
        templateId === undefined ? null : templateBy(templateId, signal),
      ]);
      return { types, template };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) {
    return (
      <ScreenPage title="New task">
        {error === null ? (
          <Skeleton label="The form is loading" />
        ) : (
          <FaultPanel error={error} retry={() => void refetch()} />
        )}
      </ScreenPage>
    );
  }
  const { template, types } = data;
  if (template !== null) {
    const shown = withRequired(configField(template.config_schema), template.required_fields);
    return (
      <Creating key={template.template_id} config={shown} template={template} taskType={null} name={name} />
    );
  }
  const chosen = types.find(({ task_type }) => task_type === type);
  if (chosen === undefined) {
    return (
      <ScreenPage title="New task">
        <Empty text="There is no such type of task.">
          <Link to="templates" class="button">
            To the templates
          </Link>
        </Empty>
      </ScreenPage>
    );
  }
  const kind = <TypeField types={types} chosen={chosen} choose={(next) => change({ type: next })} />;
  return (
    <Creating
      key={chosen.task_type}
      config={configField(chosen.config_schema)}
      template={null}
      taskType={chosen.task_type}
      name={name}
      kind={kind}
    />
  );
}

function templateBy(templateId: string, signal: AbortSignal) {
  const params = { path: { template_id: templateId } };
  return answered(api.GET('/api/v1/templates/{template_id}', { params, signal }));
}

/** A template may ask for more than its schema does. */
function withRequired(field: ConfigField, required: readonly string[]): ConfigField {
  if (field.shape.kind !== 'group') return field;
  const fields = field.shape.fields.map((each) => ({ ...each, isRequired: required.includes(each.name) }));
  return { ...field, shape: { kind: 'group', fields } };
}

type TaskType = ApiSchema<'TaskType'>;

interface TypeFieldProps {
  readonly types: readonly TaskType[];
  readonly chosen: TaskType;
  readonly choose: (taskType: string) => void;
}

function TypeField({ types, chosen, choose }: TypeFieldProps) {
  return (
    <Field label="Type" help={chosen.description}>
      {(input) => (
        <select {...input} value={chosen.task_type} onChange={(event) => choose(event.currentTarget.value)}>
          {types.map(({ task_type, title, locked, required_subscription_level }) => (
            <option key={task_type} value={task_type} disabled={locked}>
              {locked ? `${title} (from ${required_subscription_level})` : title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CreatingProps {
  readonly config: ConfigField;
  readonly template: ApiSchema<'Template'> | null;
  /** Null: the template's. */
  readonly taskType: string | null;
  readonly name: string;
  readonly kind?: preact.ComponentChildren;
}

function Creating({ config, template, taskType, name, kind }: CreatingProps) {
  const [form, setForm] = useState<TaskForm>(() =>
    template === null
      ? newTaskForm(viewerZone, Date.now(), name)
      : templateTaskForm(template, viewerZone, Date.now()),
  );
  const [faults, setFaults] = useState<readonly FieldFault[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [step, setStep] = useState<'writing' | 'sending' | 'checking'>('writing');
  const goTo = useGoTo();
  const preview = usePreview(schedulesOfForm(form), PREVIEWED);
  const submit = async (event: Event) => {
    event.preventDefault();
    setStep('sending');
    setError(null);
    setFaults([]);
    try {
      const fields = newTaskFields(form, config, template);
      const kindOf = taskType === null ? {} : { task_type: taskType };
      const task = await postTask({ ...fields, ...kindOf }, () => setStep('checking'));
      showNotice(`Added ${task.name}`, () => void takeBack(task.task_id));
      goTo(`tasks/${task.task_id}`);
    } catch (refused) {
      setStep('writing');
      if (refused instanceof ApiProblem && refused.faults.length > 0) setFaults(refused.faults);
      else setError(refused);
    }
  };
  const title = template === null ? 'New task' : template.name;
  return (
    <ScreenPage title={title} heading={<Text>{title}</Text>}>
      {error === null ? null : <FaultPanel error={error} />}
      <form class="task-form" noValidate onSubmit={(event) => void submit(event)}>
        <TaskFieldsForm
          form={form}
          change={(changes) => setForm((now) => changedForm(now, changes))}
          config={config}
          required={template?.required_fields ?? []}
          faults={faults}
          preview={preview}
          planned={null}
        >
          {kind}
        </TaskFieldsForm>
        <FormActions step={step} word="Add" cancel={() => goTo('tasks')} changed={null} />
      </form>
    </ScreenPage>
  );
}
