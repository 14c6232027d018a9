/** A task's settings, to be changed. Where somebody else changed them meanwhile, nothing of either is lost. */
import { useQuery } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { ApiProblem, type FieldFault, hasCode } from '../../api/problems.ts';
import { type ConfigField, configField } from '../../compose/forms/config-shape.ts';
import { type ThreeWay, threeWay } from '../../compose/forms/three-way.ts';
import { type PlannedSlots, plannedChange } from '../../compose/schedule/planned-change.ts';
import type { ScheduleAim } from '../../compose/schedule/schedule-section.tsx';
import { type Preview, usePreview } from '../../compose/schedule/use-preview.ts';
import { patchTask } from '../../compose/task-calls.ts';
import { ConflictPanel } from '../../compose/task-form/conflict-panel.tsx';
import { FormActions } from '../../compose/task-form/form-actions.tsx';
import { changedForm, TaskFieldsForm } from '../../compose/task-form/task-fields.tsx';
import {
  askedFields,
  changedFields,
  fieldsOfForm,
  schedulesOfForm,
  type TaskForm,
  taskFormOf,
} from '../../compose/task-form/task-form.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { showNotice } from '../../frame/notices.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { useFilters, useGoTo } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';
import { viewerZone } from '../../parts/zones.ts';

/** As many as one call of the preview gives. */
const COMPARED = 100;

export default function EditTaskScreen({ id }: { readonly id: string }) {
  const { filters } = useFilters();
  // Once: what happens meanwhile does not change what is being written.
  const { data, error, refetch } = useQuery({
    queryKey: ['edit', id],
    queryFn: async ({ signal }) => {
      const [task, types] = await Promise.all([
        taskBy(id, signal),
        answered(api.GET('/api/v1/task-types', { signal })),
      ]);
      return { task, type: types.find(({ task_type }) => task_type === task.task_type) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (data === undefined) {
    return (
      <ScreenPage title="Edit">
        {error === null ? (
          <Skeleton label="The task is loading" />
        ) : (
          <FaultPanel error={error} retry={() => void refetch()} />
        )}
      </ScreenPage>
    );
  }
  const { field, schedule = null } = filters;
  return (
    <Editing
      task={data.task}
      config={configField(data.type?.config_schema ?? {})}
      aim={field === undefined ? null : { field, id: schedule }}
    />
  );
}

function taskBy(id: string, signal?: AbortSignal) {
  const params = { path: { task_id: id } };
  return answered(api.GET('/api/v1/tasks/{task_id}', { params, ...(signal ? { signal } : {}) }));
}

type Task = ApiSchema<'Task'>;

interface Conflict {
  readonly theirs: Task;
  readonly merge: ThreeWay;
}

interface EditingProps {
  readonly task: Task;
  readonly config: ConfigField;
  readonly aim: ScheduleAim | null;
}

function Editing({ task, config, aim }: EditingProps) {
  const [base, setBase] = useState(task);
  const [form, setForm] = useState<TaskForm>(() => taskFormOf(base, viewerZone, Date.now()));
  const [faults, setFaults] = useState<readonly FieldFault[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [step, setStep] = useState<'writing' | 'sending' | 'checking'>('writing');
  const goTo = useGoTo();
  const before = useMemo(() => fieldsOfForm(taskFormOf(base, viewerZone, Date.now()), config), [base]);
  const mine = fieldsOfForm(form, config);
  const changes = changedFields(before, mine);
  const preview = usePreview(schedulesOfForm(form), COMPARED);
  const planned = usePlanned(base, preview, form.hasSchedule, 'schedules' in changes);

  const leave = () => goTo(`tasks/${task.task_id}`);
  const save = async (revision: number, fields: Readonly<Record<string, unknown>>) => {
    setStep('sending');
    setError(null);
    setFaults([]);
    try {
      const saved = await patchTask(task.task_id, revision, askedFields(fields), () => setStep('checking'));
      showNotice(`Saved ${saved.name}`);
      leave();
    } catch (refused) {
      setStep('writing');
      if (hasCode(refused, 'REVISION_MISMATCH')) await compare();
      else if (refused instanceof ApiProblem && refused.faults.length > 0) setFaults(refused.faults);
      else setError(refused);
    }
  };
  const compare = async () => {
    try {
      const theirs = await taskBy(task.task_id);
      const shown = fieldsOfForm(taskFormOf(theirs, viewerZone, Date.now()), config);
      setConflict({ theirs, merge: threeWay(before, mine, shown) });
    } catch (refused) {
      setError(refused);
    }
  };
  const takeTheirs = ({ theirs }: Conflict) => {
    setBase(theirs);
    setForm(taskFormOf(theirs, viewerZone, Date.now()));
    setConflict(null);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (Object.keys(changes).length === 0) leave();
    else if (step === 'writing') void save(base.revision, changes);
  };
  return (
    <ScreenPage
      title={`Edit ${task.name}`}
      heading={
        <>
          Edit <Text>{task.name}</Text>
        </>
      }
    >
      {error === null ? null : <FaultPanel error={error} />}
      {conflict === null ? null : (
        <ConflictPanel
          merge={conflict.merge}
          mine={mine}
          theirs={fieldsOfForm(taskFormOf(conflict.theirs, viewerZone, Date.now()), config)}
          saveMine={() => void save(conflict.theirs.revision, mine)}
          takeTheirs={() => takeTheirs(conflict)}
          saveBoth={() => void save(conflict.theirs.revision, conflict.merge.mine)}
        />
      )}
      <form class="task-form" noValidate onSubmit={submit}>
        <TaskFieldsForm
          form={form}
          change={(changes) => setForm((now) => changedForm(now, changes))}
          config={config}
          required={[]}
          faults={faults}
          preview={preview}
          planned={planned}
          aim={aim}
        />
        <FormActions step={step} word="Save" cancel={leave} changed={Object.keys(changes)} />
      </form>
    </ScreenPage>
  );
}

/** What the changed schedule does to the runs that are planned now; null: it is as it was, or that is not known yet. */
function usePlanned(task: Task, preview: Preview, hasSchedule: boolean, isChanged: boolean) {
  const { data } = useQuery({
    queryKey: ['task', task.task_id, 'planned', COMPARED],
    queryFn: ({ signal }) => {
      const params = { path: { task_id: task.task_id }, query: { count: COMPARED } };
      return answered(api.GET('/api/v1/tasks/{task_id}/schedule/preview', { params, signal }));
    },
    enabled: isChanged && task.schedules.length > 0,
  });
  if (!isChanged || data === undefined || (hasSchedule && preview.slots === null)) return null;
  return plannedChange(slotsOf(data.slots), slotsOf(preview.slots ?? []), Date.now());
}

function slotsOf(slots: readonly { readonly at: string }[]): PlannedSlots {
  return { at: slots.map(({ at }) => at), isCut: slots.length === COMPARED };
}
