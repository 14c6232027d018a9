/** Made from the OpenAPI document by `npm run console-types`. */
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service works */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same, beside the tasks */
        get: operations["getTasksHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process works */
        get: operations["getHealthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether to send requests here */
        get: operations["getHealthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How each part is */
        get: operations["getHealthDetailed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of the caller’s tasks and executions over the last days
         * @description With `as_of`, as they were then, over the days before.
         */
        get: operations["getAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of the caller’s tasks and executions over the last days
         * @description With `as_of`, as they were then, over the days before.
         */
        get: operations["getTasksAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When the caller’s executions are, by weekday and hour of a time zone */
        get: operations["getAnalyticsHours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which of the caller’s tasks fail, run or cost most
         * @description Of every task since it was created. Deleted tasks, and those that never ran, are left out.
         */
        get: operations["getAnalyticsTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs and credits ahead, day by day, from the slots of the caller’s schedules
         * @description As things stand: of scheduled tasks, each slot at the credits that a run of its task reserves.
         */
        get: operations["getAnalyticsForecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/service/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The success metrics of the whole service
         * @description For the role `admin` and other services; anybody else is told the name and the version, and needs no credentials for it.
         */
        get: operations["getServiceStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description A filter that may be repeated asks for any of its values. A page holds a few MiB at most: `next_cursor` goes on where it ends. Honours If-None-Match: 304 where the caller has this very page already. With `as_of`, the tasks as they were then: after the event of a log sequence, one cut through all of them, or at a time, each as of its own events.
         */
        get: operations["getTasks"];
        put?: never;
        /**
         * Create a task
         * @description With `template_id` it is the same as `/tasks/from-template`.
         */
        post: operations["postTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/from-template": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a task from a template
         * @description The config is merged over the template's default_config, member by member.
         */
        post: operations["postTasksFromTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a task
         * @description Honours If-None-Match: 304 where the caller has the current revision. With `as_of`, the task as it was then; one that is deleted, now or then, only with `include_deleted`.
         */
        get: operations["getTasksByTaskId"];
        /**
         * Update a task
         * @description Only the fields sent change; null clears a nullable field.
         */
        put: operations["putTasksByTaskId"];
        post?: never;
        /** Delete a task */
        delete: operations["deleteTasksByTaskId"];
        options?: never;
        head?: never;
        /**
         * Update a task
         * @description Only the fields sent change; null clears a nullable field.
         */
        patch: operations["patchTasksByTaskId"];
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/slots/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Skip one planned slot, or bring it back
         * @description Nothing runs for that one slot, and it uses up no run of `max_runs`; the others stay as they are. `skip: false` brings it back, as long as its time has not come. A change of the schedule begins anew, without any skips. At most 100 slots may be skipped ahead at once, and one has to be left.
         */
        post: operations["postTasksByTaskIdSlotsSkip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a task */
        post: operations["postTasksByTaskIdPause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a task */
        post: operations["postTasksByTaskIdResume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a task for good */
        post: operations["postTasksByTaskIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a deleted task
         * @description It comes back as it was, with its history; one that is not deleted stays as it is. Slots that passed while it was deleted are not run. A schedule with no slot left leaves it completed, a one-off pending.
         */
        post: operations["postTasksByTaskIdRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause, resume, complete, cancel, delete or restore many tasks
         * @description Each task is decided on by itself: one that cannot be changed is named in `failed`, the others are changed all the same. Where the event log stops answering half-way the answer is 503 `OUTCOME_UNKNOWN` with `matched`, `changed`, `failed`, `unknown` and `untouched`; repeated with its Idempotency-Key the request goes on from there, and changes no task twice.
         */
        post: operations["postTasksBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what happened to a task
         * @description Oldest first, or newest first by `order=desc`. An answer holds at most `limit` events and about 4 MiB; it may hold fewer than there are, also none where `types` are rare: `has_more` says so, `next_after` and `next_before` go on.
         */
        get: operations["getTasksByTaskIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what changed in a task between two points in time
         * @description Deleted tasks too. With `Accept: application/json-patch+json` as an RFC 6902 patch.
         */
        get: operations["getTasksByTaskIdDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo one event of a task
         * @description A new event brings back what that event changed, with it as its cause: fields of an update, a status, a deletion or a restoration. Of what was changed since nothing is undone: 409 `CHANGED_SINCE` with the `fields`. All of it as it was before already: nothing is appended. Runs, their credits, messages, webhook tokens and the creation of a task cannot be undone, nor can cancelling: 409 `NOT_UNDOABLE`.
         */
        post: operations["postTasksByTaskIdUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/task-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the types of tasks, each with the schema of its config and an example */
        get: operations["getTaskTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the templates that the caller may use, by category, then name */
        get: operations["getTemplates"];
        put?: never;
        /** Publish a template (role admin) */
        post: operations["postTemplates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{template_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a template
         * @description Honours If-None-Match. Administrators read templates that are not active, and of any tier.
         */
        get: operations["getTemplatesByTemplateId"];
        /**
         * Change a template (role admin)
         * @description Only the fields sent change. Tasks keep what they were made with.
         */
        put: operations["putTemplatesByTemplateId"];
        post?: never;
        /**
         * Retire a template (role admin)
         * @description It is no longer active; a change of is_active brings it back.
         */
        delete: operations["deleteTemplatesByTemplateId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a task now */
        post: operations["postTasksByTaskIdExecute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduler/execute/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a task now, as the scheduler would
         * @description For the role `admin` and for other services, over all users. The trigger is `scheduled`, but it is no slot: next_run_time stays.
         */
        post: operations["postSchedulerExecuteByTaskId"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List executions of a task, newest first */
        get: operations["getTasksByTaskIdExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List executions of all tasks, newest first
         * @description Those of deleted tasks too. A filter that may be repeated asks for any of its values. A cursor names a place, so pages stay right while executions are added; a page holds a few MiB at most. The `task_id` of a task that is not there, or is somebody else's, finds nothing.
         */
        get: operations["getExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{execution_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an execution of any task, with its attempts */
        get: operations["getExecutionsByExecutionId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/executions/{execution_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an execution, with its attempts */
        get: operations["getTasksByTaskIdExecutionsByExecutionId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/executions/{execution_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an execution, stopping its run */
        post: operations["postTasksByTaskIdExecutionsByExecutionIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user_id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a user
         * @description For the role `admin`. The user is deleted, runs are aborted, and what the user wrote can be read by nobody any more, in no backup of the log either. It cannot be taken back. The answer comes at once; the same request tells how far it is.
         */
        post: operations["postAdminUsersByUserIdErase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/schedule/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The next slots of a task's schedule
         * @description Of a task that is paused or done none is planned, and `reason` says so. A task without a schedule has none, and its `schedule` and `timezone` are null.
         */
        get: operations["getTasksByTaskIdSchedulePreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The slots that a schedule would have
         * @description Changes nothing.
         */
        post: operations["postSchedulesPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of each slot of a task
         * @description Oldest first, one row for each nominal slot that came between `from` (default: its creation) and `to` (default: the next slot), with exactly one fate.
         */
        get: operations["getTasksByTaskIdSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a task ran or did not run at some time */
        get: operations["getTasksByTaskIdWhy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What another schedule, or other policies, would have made of a stretch of time
         * @description Nothing is appended. The service’s own rules decide each slot again, from the state that the task was in at `from`, with the runs, failures, outages and edits that were recorded; what is not recorded is assumed, and `assumptions` says how. At most 10,000 slots; a range may lie ahead.
         */
        post: operations["postTasksByTaskIdWhatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Past and planned slots of several tasks
         * @description What became of each slot, and what is planned as things stand. Tasks that are not there, or are deleted or somebody else's, are left out. One call looks at 10,000 slots at most.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tick a task, or one occurrence of a recurring to-do
         * @description Each slot of a recurring to-do that comes is an occurrence, open until it is ticked. With `slot` that one is done (of the last 50), without it the oldest that is open; the series goes on. `done: false` takes the tick back. `series: true` completes the whole task. A task that is no recurring to-do is completed in any case.
         */
        post: operations["postTasksByTaskIdComplete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduler/pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tasks that are due, and those that come next
         * @description For the role `admin` and for other services, over all users. By priority, the urgent first, then by next_run_time; without what their owners have written.
         */
        get: operations["getSchedulerPending"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduler/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the scheduler is
         * @description For the role `admin` and for other services, over all users. Apart from who leads, it tells of the scheduler in the process that answers.
         */
        get: operations["getSchedulerStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which instances there are, and who leads what
         * @description For the role `admin` and for other services. Instances of which anything was heard in the last seven seconds; one of a version that does not announce itself is seen only as a leader. A lease is there from when it was first held, also where nobody holds it.
         */
        get: operations["getInstances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/schedule/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run every slot of a past range
         * @description At most 1,000 slots, both ends included. They run one at a time, beside the schedule, as executions with the trigger type `backfill`; what became of the slots when they were due stays as it is. Changing the schedule, and completing, cancelling or deleting the task, ends the backfill; pausing holds it.
         */
        post: operations["postTasksByTaskIdScheduleBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dead letters, oldest first
         * @description For the role `admin`.
         */
        get: operations["getDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a dead letter with its body
         * @description For the role `admin`.
         */
        get: operations["getDeadLettersByNumber"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send dead letters back to those that gave them up
         * @description For the role `admin`. A letter is taken away only once it is sent. One that was sent already is harmless to send again. One call sends 500 at most.
         */
        post: operations["postDeadLettersReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{task_id}/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue a URL that runs the task
         * @description Shown this once: the service keeps only a hash of it. A URL that was issued before is void from then on.
         */
        post: operations["postTasksByTaskIdWebhook"];
        /** Revoke the URL that runs the task */
        delete: operations["deleteTasksByTaskIdWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hooks/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a task by its webhook
         * @description Takes no credentials but the token. The body becomes the `trigger_data` of the run: a JSON object as it is, any other JSON value or text as its member `body`, a form as its fields; at most 64 KiB. Issued with `verify`, it takes signed calls only, and each delivery once, by the id that its sender gives it, unless there is an `Idempotency-Key`.
         */
        post: operations["postHooksByToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A URL to subscribe to
         * @description The answer is the only place where the URL is shown: whoever has it can read the calendar. A URL that was issued before is revoked.
         */
        post: operations["postCalendarFeed"];
        /**
         * Revokes the URL
         * @description Again, or without a URL: 204, nothing appended.
         */
        delete: operations["deleteCalendarFeed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The calendar, for who has its URL
         * @description RFC 5545: calendar events, and the due dates of open to-dos. No other authentication than the token; a token that is not in force answers 404.
         */
        get: operations["getCalendarIcs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who the caller is, with tier, roles and limits
         * @description How much of the limits is used, `/usage` tells.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's tier, its limits, and how much of them is used */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the event log of everybody, as it is stored
         * @description For the role `auditor`. Lines of JSON, `{"sequence", "subject", "event"}`, `event` with the very bytes of the log (`event_base64` where they are not one line of JSON); nothing personal is opened. The last line is `{"end": {"through", "count"}}`: without it the answer was cut short, and `after` with the last sequence goes on.
         */
        get: operations["getAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/proof/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what proves that a task’s events are in the log
         * @description For the task’s owner and the role `auditor`. Its events as lines, as `/audit/events` has them, then a line `{"tlog_proof"}`: a proof (c2sp.org/tlog-proof) that the last of them is in the signed log; the hash chain proves the others. Checked without the service by `task-service audit verify`. Events after the last checkpoint are not in it.
         */
        get: operations["getAuditProofByTaskId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hold the stored log, its checkpoints and the views against each other
         * @description For the role `auditor`. Checks every event by its subject’s chain, its headers and its subject, the tree of all of them by the signed checkpoints, and then every value of the views by a fold of the log; with `user_id` or `task_id` those alone, without the tree. Lines of JSON: `{"progress": {"step", "done", "of"}}` now and then, one `{"fault": {"kind", "sequence", "subject", "what"}}` for each fault (the first 1,000), and last `{"end": {"events", "values", "checkpoint", "signed_through", "faults"}}`: without it the answer was cut short. Where the log has faults the views are not looked at (`values` is null). An instance checks the whole log for one caller at a time.
         */
        get: operations["getAuditVerify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/log/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the public key that checkpoints are signed with
         * @description In the form of c2sp.org/signed-note; a change of the key stands in the log. Get it once by another way as well: what a service says of its own key proves nothing. For the role `auditor`; where `AUDIT_PUBLIC`, for all.
         */
        get: operations["getAuditLogKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/log/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the last signed checkpoint of the log
         * @description A signed note (c2sp.org/tlog-checkpoint), with the cosignatures of witnesses (c2sp.org/tlog-cosignature) where there are any: the newest that enough of them have cosigned, or, where that is two minutes older, the newest of all. For the role `auditor`; where `AUDIT_PUBLIC`, for all.
         */
        get: operations["getAuditLogCheckpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/log/tile/entries/{tile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the entries of a tile
         * @description c2sp.org/tlog-tiles. Entries name users: they are for the role `auditor` in any case.
         */
        get: operations["getAuditLogTileEntriesByTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/log/tile/{level}/{tile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a tile of the hash tree over the log
         * @description c2sp.org/tlog-tiles. For the role `auditor`; where `AUDIT_PUBLIC`, for all.
         */
        get: operations["getAuditLogTileByLevelByTile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the events of the caller’s tasks
         * @description Server-sent events: what is in the log after the cursor, then what happens, each event once and in order. `id` is the log sequence, and `<sequence>-<epoch>` once the log has lost events: treat it as opaque. A client that reconnects with `Last-Event-ID` goes on there, with no gap and no repeat. The header wins over `after`, for browsers repeat their first URL. Each event has its type as `event` and `{"sequence", "event"}` as `data`; `caught-up` comes once, when all that was in the log has been sent; an `id` without data says how far the log has been read; `goodbye` with `reason` and `retry` (milliseconds) is the last of a stream that the service ends.
         */
        get: operations["getEventsStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the calendars that one may follow: the installation’s, then one’s own, each oldest first */
        get: operations["getCalendars"];
        put?: never;
        /**
         * Make a calendar of days
         * @description Schedules name it in `exclude_calendars` or `only_calendars`. A change of it moves the next slots of all tasks that follow it. With `shared` it is the installation’s: for the role `admin`.
         */
        post: operations["postCalendars"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{calendar_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a calendar */
        get: operations["getCalendarsByCalendarId"];
        /**
         * Give a calendar other days, or another name
         * @description Every task that follows it is moved by an event of its own, soon after. A slot that has come by then keeps what it was by the days before. A shared one is for the role `admin`.
         */
        put: operations["putCalendarsByCalendarId"];
        post?: never;
        /**
         * Delete a calendar
         * @description One’s own only while no scheduled or paused task follows it: 409 says how many do. A shared one (role `admin`) may go at any time: tasks that follow it keep the days that it had. Again: 204, nothing appended.
         */
        delete: operations["deleteCalendarsByCalendarId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-destinations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one’s event destinations, oldest first */
        get: operations["getEventDestinations"];
        put?: never;
        /**
         * Have one’s events sent to an endpoint
         * @description Each event of the caller’s tasks is sent as a CloudEvent by POST, signed as Standard Webhooks has it, at least once: `webhook-id` is the id of the event whenever it is sent. The answer is the only place where the secret is shown. See docs/event-destinations.md.
         */
        post: operations["postEventDestinations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-destinations/{destination_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an event destination, and how far it has come */
        get: operations["getEventDestinationsByDestinationId"];
        /**
         * Change an event destination, or turn it on or off
         * @description It keeps its place in the log: what happens while it is off is sent once it is on again.
         */
        put: operations["putEventDestinationsByDestinationId"];
        post?: never;
        /**
         * Send nothing more to an endpoint
         * @description Its list of deliveries goes too. Again: 204, nothing appended.
         */
        delete: operations["deleteEventDestinationsByDestinationId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-destinations/{destination_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of the last events that were sent, newest first
         * @description Of the last thousand tries and the last thousand events that were given up, for thirty days; one row an event.
         */
        get: operations["getEventDestinationsByDestinationIdDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-destinations/{destination_id}/deliveries/{event_id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event once more, now
         * @description One that is listed. It carries its own id again, and the header `Event-Replay`.
         */
        post: operations["postEventDestinationsByDestinationIdDeliveriesByEventIdResend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-destinations/{destination_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a range of past events once more
         * @description In the order of the log, beside what is new and after it, with their own ids, fresh timestamps and the header `Event-Replay`. A range by time may take in events of a minute more on either side. One replay at a time.
         */
        post: operations["postEventDestinationsByDestinationIdReplay"];
        /**
         * Cancel the replay that goes on
         * @description What was sent was sent. Without one: 204, nothing appended.
         */
        delete: operations["deleteEventDestinationsByDestinationIdReplay"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is calling */
        get: operations["getSession"];
        put?: never;
        /**
         * Begin a session
         * @description For pages of the console only: with `X-Console: 1`, from our own origin. The session is in a cookie that scripts cannot read, `__Host-session` (on the machine itself without HTTPS `session`); the token stays with the service.
         */
        post: operations["postSession"];
        /** End the session, and the event streams that it opened */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Health: {
            /** @enum {string} */
            status: "healthy" | "unhealthy";
            service: string;
            version: string;
            /** Format: date-time */
            timestamp: string;
            /** @description Why not to send requests here. In `/health/detailed` and, on loopback, in `/health/ready`. */
            reasons?: string[];
            /** @description What needs attention although requests may be sent. In `/health/detailed`. */
            warnings?: string[];
            /** @description How each part is, by its name. In `/health/detailed`. */
            components?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            error_code: string;
            trace_id: string;
            errors?: components["schemas"]["Fault"][];
        } & {
            [key: string]: unknown;
        };
        /** @description One fault of a request. */
        Fault: {
            /** @description Where: `body`, `query` or `header`, and the way from there. */
            loc: (string | number)[];
            /**
             * @description Stable.
             * @example out_of_range
             */
            type: string;
            /**
             * @description For people: a predicate of the field.
             * @example Must be a whole number from 1 to 20
             */
            msg: string;
            /**
             * @description The values in the sentence, by name.
             * @example {
             *       "minimum": 1,
             *       "maximum": 20
             *     }
             */
            params: {
                [key: string]: string | number | boolean | (string | number | boolean)[];
            };
        };
        Analytics: {
            user_id: string;
            /** @example Last 30 days */
            time_period: string;
            /** @description Whose days these are. Executions are counted by hours of UTC; where the offset is no whole number of hours, one belongs to the local hour in which it begins. Tokens, calls, `schedule_accuracy`, percentiles and `by_type` are counted by days of UTC: in another zone, by those from the first of these dates on. */
            timezone: string;
            /** @description Deleted tasks are in none of the counts of tasks. */
            total_tasks: number;
            /** @description Scheduled or running. */
            active_tasks: number;
            completed_tasks: number;
            failed_tasks: number;
            paused_tasks: number;
            task_types_distribution: {
                daily_weather?: number;
                daily_news?: number;
                news_monitor?: number;
                weather_alert?: number;
                price_tracker?: number;
                data_backup?: number;
                todo?: number;
                reminder?: number;
                calendar_event?: number;
                custom?: number;
            };
            /** @description Percent of the tasks that were made from templates. */
            template_usage_rate: number;
            /** @description What the tasks take as they are stored, deleted ones too; without their history. */
            storage_bytes: number;
            /** @description Requested in this period. All figures of executions are of these, whenever they end, and of deleted tasks too. */
            total_executions: number;
            successful_executions: number;
            failed_executions: number;
            /** @description Of those that succeeded or failed; 0 where none did. */
            success_rate: number;
            /** @description Seconds. */
            average_execution_time: number;
            /** @description Seconds that half of the executions that ended did not exceed, within 5 %; null of none. */
            execution_time_p50: number | null;
            /** @description The same for 95 in a hundred. */
            execution_time_p95: number | null;
            total_credits_consumed: number;
            total_tokens_used: number;
            total_api_calls: number;
            /** @description The busiest first. */
            busiest_hours: number[];
            /**
             * @example [
             *       "Monday"
             *     ]
             */
            busiest_days: string[];
            /** @description Percent of the scheduled runs that started within 5 s of their slot (and its jitter); null where there were none. */
            schedule_accuracy: number | null;
            /** @description One row a day, the oldest first. */
            daily: {
                /** Format: date */
                date: string;
                executions: number;
                successes: number;
                failures: number;
                credits: number;
                /** @description Seconds. */
                average_duration: number;
            }[];
            by_type: {
                daily_weather?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                daily_news?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                news_monitor?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                weather_alert?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                price_tracker?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                data_backup?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                todo?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                reminder?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                calendar_event?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
                custom?: {
                    executions: number;
                    average_execution_time: number;
                    tokens: number;
                    credits: number;
                };
            };
            /** Format: date-time */
            created_at: string;
        };
        HoursOfWeek: {
            timezone: string;
            /** @description Today and those before it, of the zone. */
            days: number;
            /** @description Executions requested, by weekday (Monday first) and local hour. They are counted by hours of UTC: in a zone whose offset is no whole number of hours, those of one belong to the local hour in which it begins. */
            executions: number[][];
        };
        TaskFigures: {
            tasks: {
                task_id: string;
                name: string;
                /** @enum {string} */
                task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
                /** @enum {string} */
                status: "pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused";
                /** @description Executions that succeeded or failed since the task was created. */
                runs: number;
                successes: number;
                failures: number;
                /** @description 0 where nothing has ended. */
                success_rate: number;
                /** @description Since the last success. */
                failures_in_a_row: number;
                /** @description Consumed since the task was created. */
                credits: number;
                /** Format: date-time */
                last_run_time: string | null;
                last_error: string | null;
            }[];
            /** @description All that have run and are not deleted, shown here or not. */
            total_tasks: number;
        };
        CreditForecast: {
            timezone: string;
            /** Format: date-time */
            from: string;
            total_runs: number;
            /** @description At most: a failed run consumes nothing. */
            total_credits: number;
            /** @description By days of the zone. */
            daily: {
                /** Format: date */
                date: string;
                runs: number;
                credits: number;
            }[];
            /** @description False: there are more slots than one answer counts. */
            is_complete: boolean;
        };
        ServiceStats: {
            service: string;
            version: string;
            time_period?: string;
            /** @description Every event up to this one is counted. */
            up_to_sequence?: number;
            metrics?: {
                [key: string]: {
                    name: string;
                    target: string | null;
                    unit: string;
                    /** @description Any JSON value. */
                    value: Record<string, never> | unknown[] | string | number | boolean | null;
                    /** @description Why there is no value. */
                    reason: string | null;
                };
            };
        };
        DryRun: {
            /** @enum {boolean} */
            dry_run: true;
            /** @description False: the task is so already. */
            changes: boolean;
            /** @description As it would be; `id` and `task_id` are null of one that is not made yet. */
            task: {
                id: number | null;
                task_id: string | null;
                user_id: string;
                name: string;
                description: string | null;
                /** @enum {string} */
                task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
                /** @enum {string} */
                status: "pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused";
                /** @enum {string} */
                priority: "low" | "medium" | "high" | "urgent";
                config: components["schemas"]["TaskConfig"];
                schedule: components["schemas"]["Schedule"] | null;
                /** @description All schedules of the task; `schedule` is null where there are several. */
                schedules: components["schemas"]["NamedSchedule"][];
                credits_per_run: number;
                tags: string[];
                metadata: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                next_run_time: string | null;
                /**
                 * @description Why a scheduled task has no `next_run_time`. `no_open_day`: the calendars that its schedule follows leave no day open; once they do, it goes on by itself. Null where there is one, or the task is not scheduled.
                 * @enum {string|null}
                 */
                no_next_run_reason: "no_open_day" | null;
                /** Format: date-time */
                last_run_time: string | null;
                /** Format: date-time */
                last_success_time: string | null;
                last_error: string | null;
                /** @description Any JSON value. */
                last_result: Record<string, never> | unknown[] | string | number | boolean | null;
                run_count: number;
                success_count: number;
                failure_count: number;
                total_credits_consumed: number;
                /** @description As it was given: a time, or a date without one. */
                due_date: ((string | null) | null) | string | null;
                /** @description The zone that a `due_date` without a time is a day of; null beside a time. */
                due_timezone: string | null;
                /**
                 * Format: date-time
                 * @description The due date as an instant, by which lists are filtered and ordered: the time, or the last millisecond of the day, as it was worked out when the due date was set.
                 */
                due_at: string | null;
                /** Format: date-time */
                reminder_time: string | null;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                updated_at: string;
                /** Format: date-time */
                deleted_at: string | null;
                revision: number;
                current_execution_id: string | null;
                paused_reason: string | null;
                /** @description What it was made from. */
                template_id: string | null;
                trigger: {
                    /** @enum {string} */
                    type: "event";
                    subject: string;
                    filter: {
                        [key: string]: unknown;
                    } | null;
                } | null;
                /** @description Durations before the due date, the longest first. */
                remind_before: string[] | null;
                /** @description Null: the defaults. */
                notify: {
                    created: boolean;
                    success: boolean;
                    failure: boolean;
                    reminder: boolean;
                    status: boolean;
                    missed: boolean;
                } | null;
                /** @description Of a recurring to-do: the slots that have come and nobody has ticked, oldest first. */
                open_occurrences: {
                    /** Format: date-time */
                    slot: string;
                    /**
                     * Format: date-time
                     * @description From then on it is overdue.
                     */
                    overdue_at: string;
                }[];
            };
            /** @description The next 10 slots that it would have, where it would be scheduled. */
            slots: {
                /** Format: date-time */
                at: string;
                /** @description The schedule whose slot it is: `main` where there is one; of several that have it the first. */
                schedule_id: string;
                /** @description The local time of its schedule, with the offset. */
                local: string;
                /**
                 * Format: date-time
                 * @description With its jitter. Null where it has jitter and is of no task yet.
                 */
                due_at: string | null;
                /** @description The owner of the task took it out: it will not run, and uses up no run. */
                skipped: boolean;
                /** @description What daylight saving did here. */
                note: string | null;
                /** @description The same for programs; wall times as `2026-03-29 02:30`. */
                notes: {
                    /** @enum {string} */
                    code: "gap_dropped" | "gap_moved" | "fold";
                    params: {
                        [key: string]: unknown;
                    };
                }[];
            }[];
        };
        Task: {
            /** @description Log sequence of its creation. */
            id: number;
            task_id: string;
            user_id: string;
            name: string;
            description: string | null;
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            /** @enum {string} */
            status: "pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused";
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            config: components["schemas"]["TaskConfig"];
            schedule: components["schemas"]["Schedule"] | null;
            /** @description All schedules of the task; `schedule` is null where there are several. */
            schedules: components["schemas"]["NamedSchedule"][];
            credits_per_run: number;
            tags: string[];
            metadata: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            next_run_time: string | null;
            /**
             * @description Why a scheduled task has no `next_run_time`. `no_open_day`: the calendars that its schedule follows leave no day open; once they do, it goes on by itself. Null where there is one, or the task is not scheduled.
             * @enum {string|null}
             */
            no_next_run_reason: "no_open_day" | null;
            /** Format: date-time */
            last_run_time: string | null;
            /** Format: date-time */
            last_success_time: string | null;
            last_error: string | null;
            /** @description Any JSON value. */
            last_result: Record<string, never> | unknown[] | string | number | boolean | null;
            run_count: number;
            success_count: number;
            failure_count: number;
            total_credits_consumed: number;
            /** @description As it was given: a time, or a date without one. */
            due_date: ((string | null) | null) | string | null;
            /** @description The zone that a `due_date` without a time is a day of; null beside a time. */
            due_timezone: string | null;
            /**
             * Format: date-time
             * @description The due date as an instant, by which lists are filtered and ordered: the time, or the last millisecond of the day, as it was worked out when the due date was set.
             */
            due_at: string | null;
            /** Format: date-time */
            reminder_time: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            deleted_at: string | null;
            revision: number;
            current_execution_id: string | null;
            paused_reason: string | null;
            /** @description What it was made from. */
            template_id: string | null;
            trigger: {
                /** @enum {string} */
                type: "event";
                subject: string;
                filter: {
                    [key: string]: unknown;
                } | null;
            } | null;
            /** @description Durations before the due date, the longest first. */
            remind_before: string[] | null;
            /** @description Null: the defaults. */
            notify: {
                created: boolean;
                success: boolean;
                failure: boolean;
                reminder: boolean;
                status: boolean;
                missed: boolean;
            } | null;
            /** @description Of a recurring to-do: the slots that have come and nobody has ticked, oldest first. */
            open_occurrences: {
                /** Format: date-time */
                slot: string;
                /**
                 * Format: date-time
                 * @description From then on it is overdue.
                 */
                overdue_at: string;
            }[];
        };
        /**
         * @example {
         *       "name": "Weather for Paris",
         *       "task_type": "daily_weather",
         *       "config": {
         *         "location": "Paris"
         *       },
         *       "schedule": {
         *         "type": "daily",
         *         "run_time": "07:30",
         *         "timezone": "Europe/Paris"
         *       },
         *       "tags": [
         *         "morning"
         *       ]
         *     }
         */
        CreateTask: {
            /** @example Weather for Paris */
            name: string;
            /** @default null */
            description: string | null;
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            /**
             * @default medium
             * @enum {string}
             */
            priority: "low" | "medium" | "high" | "urgent";
            config?: components["schemas"]["TaskConfig"];
            schedule?: components["schemas"]["ScheduleDocument"] | null;
            /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
            schedules?: unknown[] | null;
            /**
             * @description At least what a run of the task type costs, which is the default.
             * @default 0
             */
            credits_per_run: number;
            /** @default [] */
            tags: string[];
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * @description A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.
             * @example 2026-12-24
             */
            due_date?: ((string | null) | null) | string | null;
            /**
             * @description IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not said, that of the day that is stored.
             * @default UTC
             * @example Europe/Zurich
             */
            due_timezone: string | null;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            reminder_time?: string | null;
            /**
             * @example [
             *       "P1D",
             *       "PT1H"
             *     ]
             */
            remind_before?: string[] | null;
            /** @default null */
            trigger: {
                /** @enum {string} */
                type: "event";
                /**
                 * @description Of messages on `events.<user>.<subject>`.
                 * @example orders.paid
                 */
                subject: string;
                /**
                 * @description Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object for any of eq, ne, gt, gte, lt, lte, in, exists.
                 * @example {
                 *       "status": "paid",
                 *       "order.total": {
                 *         "gte": 100
                 *       }
                 *     }
                 */
                filter?: {
                    [key: string]: unknown;
                } | null;
            } | null;
            /**
             * @description Which notices of the task its owner wants.
             * @default null
             */
            notify: {
                /** @default false */
                created: boolean;
                /** @default true */
                success: boolean;
                /** @default true */
                failure: boolean;
                /** @default true */
                reminder: boolean;
                /** @default true */
                status: boolean;
                /** @default true */
                missed: boolean;
            } | null;
        };
        /**
         * @example {
         *       "template_id": "tpl_daily_weather",
         *       "config": {
         *         "location": "Paris"
         *       },
         *       "schedule": {
         *         "type": "daily",
         *         "run_time": "07:30",
         *         "timezone": "Europe/Paris"
         *       }
         *     }
         */
        CreateTaskFromTemplate: {
            template_id: string;
            /** @example Weather for Paris */
            name?: string;
            description?: string | null;
            /** @enum {string} */
            priority?: "low" | "medium" | "high" | "urgent";
            config?: {
                [key: string]: unknown;
            };
            schedule?: components["schemas"]["ScheduleDocument"] | null;
            /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
            schedules?: unknown[] | null;
            tags?: string[];
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * @description A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.
             * @example 2026-12-24
             */
            due_date?: ((string | null) | null) | string | null;
            /**
             * @description IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not said, that of the day that is stored.
             * @default UTC
             * @example Europe/Zurich
             */
            due_timezone: string | null;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            reminder_time?: string | null;
            /**
             * @example [
             *       "P1D",
             *       "PT1H"
             *     ]
             */
            remind_before?: string[] | null;
            trigger?: {
                /** @enum {string} */
                type: "event";
                /**
                 * @description Of messages on `events.<user>.<subject>`.
                 * @example orders.paid
                 */
                subject: string;
                /**
                 * @description Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object for any of eq, ne, gt, gte, lt, lte, in, exists.
                 * @example {
                 *       "status": "paid",
                 *       "order.total": {
                 *         "gte": 100
                 *       }
                 *     }
                 */
                filter?: {
                    [key: string]: unknown;
                } | null;
            } | null;
            /** @description Which notices of the task its owner wants. */
            notify?: {
                /** @default false */
                created: boolean;
                /** @default true */
                success: boolean;
                /** @default true */
                failure: boolean;
                /** @default true */
                reminder: boolean;
                /** @default true */
                status: boolean;
                /** @default true */
                missed: boolean;
            } | null;
            /** @description The same fields, if they are not given beside it. */
            customization?: {
                /** @example Weather for Paris */
                name?: string;
                description?: string | null;
                /** @enum {string} */
                priority?: "low" | "medium" | "high" | "urgent";
                config?: {
                    [key: string]: unknown;
                };
                schedule?: components["schemas"]["ScheduleDocument"] | null;
                /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
                schedules?: unknown[] | null;
                tags?: string[];
                metadata?: {
                    [key: string]: unknown;
                };
                /**
                 * @description A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.
                 * @example 2026-12-24
                 */
                due_date?: ((string | null) | null) | string | null;
                /**
                 * @description IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not said, that of the day that is stored.
                 * @default UTC
                 * @example Europe/Zurich
                 */
                due_timezone: string | null;
                /**
                 * Format: date-time
                 * @example 2026-11-23T08:54:00Z
                 */
                reminder_time?: string | null;
                /**
                 * @example [
                 *       "P1D",
                 *       "PT1H"
                 *     ]
                 */
                remind_before?: string[] | null;
                trigger?: {
                    /** @enum {string} */
                    type: "event";
                    /**
                     * @description Of messages on `events.<user>.<subject>`.
                     * @example orders.paid
                     */
                    subject: string;
                    /**
                     * @description Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object for any of eq, ne, gt, gte, lt, lte, in, exists.
                     * @example {
                     *       "status": "paid",
                     *       "order.total": {
                     *         "gte": 100
                     *       }
                     *     }
                     */
                    filter?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
                /** @description Which notices of the task its owner wants. */
                notify?: {
                    /** @default false */
                    created: boolean;
                    /** @default true */
                    success: boolean;
                    /** @default true */
                    failure: boolean;
                    /** @default true */
                    reminder: boolean;
                    /** @default true */
                    status: boolean;
                    /** @default true */
                    missed: boolean;
                } | null;
            } | null;
            /** @enum {string} */
            task_type?: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
        };
        /**
         * @example {
         *       "template_id": "tpl_daily_weather",
         *       "config": {
         *         "location": "Paris"
         *       },
         *       "schedule": {
         *         "type": "daily",
         *         "run_time": "07:30",
         *         "timezone": "Europe/Paris"
         *       }
         *     }
         */
        TaskFromTemplate: {
            template_id: string;
            /** @example Weather for Paris */
            name?: string;
            description?: string | null;
            /** @enum {string} */
            priority?: "low" | "medium" | "high" | "urgent";
            config?: {
                [key: string]: unknown;
            };
            schedule?: components["schemas"]["ScheduleDocument"] | null;
            /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
            schedules?: unknown[] | null;
            tags?: string[];
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * @description A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.
             * @example 2026-12-24
             */
            due_date?: ((string | null) | null) | string | null;
            /**
             * @description IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not said, that of the day that is stored.
             * @default UTC
             * @example Europe/Zurich
             */
            due_timezone: string | null;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            reminder_time?: string | null;
            /**
             * @example [
             *       "P1D",
             *       "PT1H"
             *     ]
             */
            remind_before?: string[] | null;
            trigger?: {
                /** @enum {string} */
                type: "event";
                /**
                 * @description Of messages on `events.<user>.<subject>`.
                 * @example orders.paid
                 */
                subject: string;
                /**
                 * @description Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object for any of eq, ne, gt, gte, lt, lte, in, exists.
                 * @example {
                 *       "status": "paid",
                 *       "order.total": {
                 *         "gte": 100
                 *       }
                 *     }
                 */
                filter?: {
                    [key: string]: unknown;
                } | null;
            } | null;
            /** @description Which notices of the task its owner wants. */
            notify?: {
                /** @default false */
                created: boolean;
                /** @default true */
                success: boolean;
                /** @default true */
                failure: boolean;
                /** @default true */
                reminder: boolean;
                /** @default true */
                status: boolean;
                /** @default true */
                missed: boolean;
            } | null;
            /** @description The same fields, if they are not given beside it. */
            customization?: {
                /** @example Weather for Paris */
                name?: string;
                description?: string | null;
                /** @enum {string} */
                priority?: "low" | "medium" | "high" | "urgent";
                config?: {
                    [key: string]: unknown;
                };
                schedule?: components["schemas"]["ScheduleDocument"] | null;
                /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
                schedules?: unknown[] | null;
                tags?: string[];
                metadata?: {
                    [key: string]: unknown;
                };
                /**
                 * @description A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.
                 * @example 2026-12-24
                 */
                due_date?: ((string | null) | null) | string | null;
                /**
                 * @description IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not said, that of the day that is stored.
                 * @default UTC
                 * @example Europe/Zurich
                 */
                due_timezone: string | null;
                /**
                 * Format: date-time
                 * @example 2026-11-23T08:54:00Z
                 */
                reminder_time?: string | null;
                /**
                 * @example [
                 *       "P1D",
                 *       "PT1H"
                 *     ]
                 */
                remind_before?: string[] | null;
                trigger?: {
                    /** @enum {string} */
                    type: "event";
                    /**
                     * @description Of messages on `events.<user>.<subject>`.
                     * @example orders.paid
                     */
                    subject: string;
                    /**
                     * @description Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object for any of eq, ne, gt, gte, lt, lte, in, exists.
                     * @example {
                     *       "status": "paid",
                     *       "order.total": {
                     *         "gte": 100
                     *       }
                     *     }
                     */
                    filter?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
                /** @description Which notices of the task its owner wants. */
                notify?: {
                    /** @default false */
                    created: boolean;
                    /** @default true */
                    success: boolean;
                    /** @default true */
                    failure: boolean;
                    /** @default true */
                    reminder: boolean;
                    /** @default true */
                    status: boolean;
                    /** @default true */
                    missed: boolean;
                } | null;
            } | null;
        };
        TaskList: {
            /** @description Fewer than `limit` where they are large: the cursor goes on. */
            tasks: (components["schemas"]["Task"] | components["schemas"]["TaskSummary"])[];
            /** @description Of the tasks in this page. */
            count: number;
            /** @description Of all that the filters find, where asked for. */
            total: number | null;
            /** @description Where asked for: values with how many tasks have them, the most frequent first, at most 100. */
            facets: {
                [key: string]: {
                    value: string;
                    count: number;
                }[];
            } | null;
            limit: number;
            offset: number;
            filters: {
                [key: string]: unknown;
            };
            next_cursor: string | null;
        };
        TaskSummary: {
            /** @description Log sequence of its creation. */
            id: number;
            task_id: string;
            user_id: string;
            name: string;
            description: string | null;
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            /** @enum {string} */
            status: "pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused";
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            schedule: components["schemas"]["Schedule"] | null;
            /** @description All schedules of the task; `schedule` is null where there are several. */
            schedules: components["schemas"]["NamedSchedule"][];
            credits_per_run: number;
            tags: string[];
            /** Format: date-time */
            next_run_time: string | null;
            /**
             * @description Why a scheduled task has no `next_run_time`. `no_open_day`: the calendars that its schedule follows leave no day open; once they do, it goes on by itself. Null where there is one, or the task is not scheduled.
             * @enum {string|null}
             */
            no_next_run_reason: "no_open_day" | null;
            /** Format: date-time */
            last_run_time: string | null;
            /** Format: date-time */
            last_success_time: string | null;
            last_error: string | null;
            run_count: number;
            success_count: number;
            failure_count: number;
            total_credits_consumed: number;
            /** @description As it was given: a time, or a date without one. */
            due_date: ((string | null) | null) | string | null;
            /** @description The zone that a `due_date` without a time is a day of; null beside a time. */
            due_timezone: string | null;
            /**
             * Format: date-time
             * @description The due date as an instant, by which lists are filtered and ordered: the time, or the last millisecond of the day, as it was worked out when the due date was set.
             */
            due_at: string | null;
            /** Format: date-time */
            reminder_time: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            deleted_at: string | null;
            revision: number;
            current_execution_id: string | null;
            paused_reason: string | null;
            /** @description What it was made from. */
            template_id: string | null;
            trigger: {
                /** @enum {string} */
                type: "event";
                subject: string;
                filter: {
                    [key: string]: unknown;
                } | null;
            } | null;
            /** @description Durations before the due date, the longest first. */
            remind_before: string[] | null;
            /** @description Null: the defaults. */
            notify: {
                created: boolean;
                success: boolean;
                failure: boolean;
                reminder: boolean;
                status: boolean;
                missed: boolean;
            } | null;
            /** @description Of a recurring to-do: the slots that have come and nobody has ticked, oldest first. */
            open_occurrences: {
                /** Format: date-time */
                slot: string;
                /**
                 * Format: date-time
                 * @description From then on it is overdue.
                 */
                overdue_at: string;
            }[];
        };
        /**
         * @example {
         *       "name": "Weather for Lyon",
         *       "config": {
         *         "location": "Lyon"
         *       }
         *     }
         */
        UpdateTask: {
            /** @example Weather for Paris */
            name?: string;
            description?: string | null;
            /** @enum {string} */
            priority?: "low" | "medium" | "high" | "urgent";
            config?: {
                [key: string]: unknown;
            };
            schedule?: components["schemas"]["ScheduleDocument"] | null;
            /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
            schedules?: unknown[] | null;
            /** @default 0 */
            credits_per_run: number;
            tags?: string[];
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * @description A time, or a date without one: then the task is overdue when that day of `due_timezone` is over.
             * @example 2026-12-24
             */
            due_date?: ((string | null) | null) | string | null;
            /**
             * @description IANA name of the zone that a `due_date` without a time is a day of. Not said or null, it is UTC; in an update, not said, that of the day that is stored.
             * @default UTC
             * @example Europe/Zurich
             */
            due_timezone: string | null;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            reminder_time?: string | null;
            /**
             * @example [
             *       "P1D",
             *       "PT1H"
             *     ]
             */
            remind_before?: string[] | null;
            trigger?: {
                /** @enum {string} */
                type: "event";
                /**
                 * @description Of messages on `events.<user>.<subject>`.
                 * @example orders.paid
                 */
                subject: string;
                /**
                 * @description Conditions on members of the message, by path; all must hold. A plain value asks for equality, an object for any of eq, ne, gt, gte, lt, lte, in, exists.
                 * @example {
                 *       "status": "paid",
                 *       "order.total": {
                 *         "gte": 100
                 *       }
                 *     }
                 */
                filter?: {
                    [key: string]: unknown;
                } | null;
            } | null;
            /** @description Which notices of the task its owner wants. */
            notify?: {
                /** @default false */
                created: boolean;
                /** @default true */
                success: boolean;
                /** @default true */
                failure: boolean;
                /** @default true */
                reminder: boolean;
                /** @default true */
                status: boolean;
                /** @default true */
                missed: boolean;
            } | null;
            /** @enum {string} */
            status?: "pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused";
            reason?: string | null;
        };
        DeletedTask: {
            message: string;
            task_id: string;
        };
        /**
         * @example {
         *       "slot": "2026-12-24T08:00:00Z"
         *     }
         */
        SkipSlot: {
            /**
             * Format: date-time
             * @description The slot, nominal, as `slots` and previews have it.
             * @example 2026-11-23T08:54:00Z
             */
            slot: string;
            /** @default true */
            skip: boolean;
            reason?: string | null;
        };
        Reason: {
            reason?: string | null;
        };
        BulkResult: {
            /** @description Tasks that the filter found. */
            matched: number;
            /** @description The others of them were as asked already, or failed. */
            changed: number;
            failed: {
                task_id: string;
                error_code: string;
            }[];
        };
        /**
         * @example {
         *       "action": "pause",
         *       "filter": {
         *         "tag": "morning"
         *       },
         *       "dry_run": true
         *     }
         */
        BulkChange: {
            /**
             * @description `tick` completes tasks that do not repeat, and of a recurring to-do only the oldest open occurrence; `complete` ends series too.
             * @enum {string}
             */
            action: "pause" | "resume" | "tick" | "complete" | "cancel" | "delete" | "restore";
            filter?: components["schemas"]["TaskFilter"];
            /** @description These tasks. Those that are not there are in `failed`. */
            ids?: string[];
            /**
             * @description Only tells what would come of it; nothing is changed.
             * @default false
             */
            dry_run: boolean;
        };
        /** @description Which tasks; or `ids`. */
        TaskFilter: {
            /** @description One value, or an array of which any fits. */
            status?: ((string | ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused") | ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused")[]) | (unknown[] | ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused") | ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused")[])) | ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused") | ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused")[];
            /** @description One value, or an array of which any fits. */
            task_type?: ((string | ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom") | ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom")[]) | (unknown[] | ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom") | ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom")[])) | ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom") | ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom")[];
            /** @description One value, or an array of which any fits. */
            priority?: ((string | ("low" | "medium" | "high" | "urgent") | ("low" | "medium" | "high" | "urgent")[]) | (unknown[] | ("low" | "medium" | "high" | "urgent") | ("low" | "medium" | "high" | "urgent")[])) | ("low" | "medium" | "high" | "urgent") | ("low" | "medium" | "high" | "urgent")[];
            /** @description One value, or an array of which any fits. */
            tag?: ((string | string[]) | (unknown[] | string | string[])) | string | string[];
            /** @description One value, or an array of which any fits. */
            template_id?: ((string | string[]) | (unknown[] | string | string[])) | string | string[];
            /** @description One value, or an array of which any fits. */
            calendar_id?: ((string | string[]) | (unknown[] | string | string[])) | string | string[];
            /** @description Searched in name, description, tags. */
            q?: string;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            due_from?: string;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            due_before?: string;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            next_run_from?: string;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            next_run_before?: string;
            has_schedule?: boolean;
            has_open_occurrences?: boolean;
        };
        TaskEvents: {
            events: {
                sequence: number;
                /** @description A CloudEvent. */
                event: {
                    [key: string]: unknown;
                };
            }[];
            /** @description As `after`: the events that are newer than this page. */
            next_after: number;
            /** @description As `before`: the events that are older than this page; null: there are none. */
            next_before: number | null;
            /** @description Whether there may be more in this order. */
            has_more: boolean;
        };
        TaskDiff: {
            /** @description Null: the task was not there yet. */
            from: {
                sequence: number;
                revision: number;
            } | null;
            to: {
                sequence: number;
                revision: number;
            };
            /** @description Members of the task as it is shown; arrays as a whole. */
            changes: {
                /** @description RFC 6901; empty: the whole task. */
                path: string;
                /** @description Left out where there was none. */
                from?: Record<string, never> | unknown[] | string | number | boolean | null;
                /** @description Left out where there is none any more. */
                to?: Record<string, never> | unknown[] | string | number | boolean | null;
                /**
                 * @description A secret has changed: both are shown as `***`.
                 * @enum {boolean}
                 */
                changed?: true;
            }[];
            /** @description What happened in between, oldest first, at most 500. */
            events: {
                sequence: number;
                type: string;
                time: string;
                actor: string;
            }[];
            /** @description Whether more happened than `events` lists. */
            has_more: boolean;
        };
        JsonPatch: {
            /** @enum {string} */
            op: "add" | "remove" | "replace";
            path: string;
            /** @description Any JSON value. */
            value?: Record<string, never> | unknown[] | string | number | boolean | null;
        }[];
        Undo: components["schemas"]["Reason"] & {
            /** @description Log sequence of the event of the task that is undone. */
            sequence: number;
        };
        /**
         * @example {
         *       "task_type": "reminder",
         *       "title": "Reminder",
         *       "description": "Tells you something at the time that you choose.",
         *       "config_schema": {
         *         "type": "object",
         *         "properties": {
         *           "reminder_message": {
         *             "type": "string"
         *           }
         *         }
         *       },
         *       "example": {
         *         "reminder_message": "Call the dentist"
         *       },
         *       "required_subscription_level": "free",
         *       "locked": false,
         *       "credits_per_run": 0
         *     }
         */
        TaskType: {
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            title: string;
            description: string;
            /** @description JSON Schema 2020-12 of `config`; each property has a title, a description and examples. It is for forms: a config is checked in more ways than it can say when a task is written. */
            config_schema: {
                [key: string]: unknown;
            };
            /** @description A config that fits. */
            example: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            required_subscription_level: "free" | "basic" | "pro" | "enterprise";
            /** @description Above the tier of the caller. */
            locked: boolean;
            /** @description The least that a run costs. */
            credits_per_run: number;
        };
        ListedTemplate: {
            /** @description Log sequence of its publication. */
            id: number;
            template_id: string;
            name: string;
            description: string | null;
            /** @enum {string} */
            category: "productivity" | "monitoring" | "alerts" | "calendar" | "custom";
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            default_config: {
                [key: string]: unknown;
            };
            required_fields: string[];
            optional_fields: string[];
            config_schema: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            required_subscription_level: "free" | "basic" | "pro" | "enterprise";
            credits_per_run: number;
            tags: string[];
            metadata: {
                [key: string]: unknown;
            };
            is_active: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Above the tier that was asked for, or the caller's own. */
            locked: boolean;
        };
        Template: {
            /** @description Log sequence of its publication. */
            id: number;
            template_id: string;
            name: string;
            description: string | null;
            /** @enum {string} */
            category: "productivity" | "monitoring" | "alerts" | "calendar" | "custom";
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            default_config: {
                [key: string]: unknown;
            };
            required_fields: string[];
            optional_fields: string[];
            config_schema: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            required_subscription_level: "free" | "basic" | "pro" | "enterprise";
            credits_per_run: number;
            tags: string[];
            metadata: {
                [key: string]: unknown;
            };
            is_active: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @example {
         *       "template_id": "tpl_team_weather",
         *       "name": "Weather at the office",
         *       "category": "productivity",
         *       "task_type": "daily_weather",
         *       "default_config": {
         *         "units": "metric"
         *       },
         *       "required_fields": [
         *         "location"
         *       ],
         *       "optional_fields": [
         *         "units"
         *       ],
         *       "config_schema": {
         *         "type": "object",
         *         "properties": {
         *           "location": {
         *             "type": "string"
         *           },
         *           "units": {
         *             "enum": [
         *               "metric",
         *               "imperial"
         *             ]
         *           }
         *         },
         *         "required": [
         *           "location"
         *         ],
         *         "additionalProperties": false
         *       }
         *     }
         */
        CreateTemplate: {
            /**
             * @description Made by the service where it is left out.
             * @example tpl_daily_weather
             */
            template_id?: string;
            /** @example Weather for Paris */
            name: string;
            /** @default null */
            description: string | null;
            /** @enum {string} */
            category: "productivity" | "monitoring" | "alerts" | "calendar" | "custom";
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            default_config?: {
                [key: string]: unknown;
            };
            /** @default [] */
            required_fields: string[];
            /** @default [] */
            optional_fields: string[];
            /** @description JSON Schema 2020-12 of the whole config: type, properties, required, additionalProperties, items, enum, const, anyOf, oneOf, the bounds of text, numbers and lists, format, and patterns without groups. */
            config_schema?: {
                [key: string]: unknown;
            };
            /**
             * @default free
             * @enum {string}
             */
            required_subscription_level: "free" | "basic" | "pro" | "enterprise";
            /** @default 0 */
            credits_per_run: number;
            /** @default [] */
            tags: string[];
            metadata?: {
                [key: string]: unknown;
            };
            /** @default true */
            is_active: boolean;
        };
        /**
         * @example {
         *       "credits_per_run": 0.25
         *     }
         */
        UpdateTemplate: {
            /** @example Weather for Paris */
            name?: string;
            description?: string | null;
            /** @enum {string} */
            category?: "productivity" | "monitoring" | "alerts" | "calendar" | "custom";
            /** @enum {string} */
            task_type?: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            default_config?: {
                [key: string]: unknown;
            };
            required_fields?: string[];
            optional_fields?: string[];
            /** @description JSON Schema 2020-12 of the whole config: type, properties, required, additionalProperties, items, enum, const, anyOf, oneOf, the bounds of text, numbers and lists, format, and patterns without groups. */
            config_schema?: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            required_subscription_level?: "free" | "basic" | "pro" | "enterprise";
            /** @default 0 */
            credits_per_run: number;
            tags?: string[];
            metadata?: {
                [key: string]: unknown;
            };
            is_active?: boolean;
        };
        RetiredTemplate: {
            message: string;
            template_id: string;
        };
        Execution: {
            /** @description Log sequence of its request. */
            id: number;
            execution_id: string;
            task_id: string;
            user_id: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            trigger_type: "manual" | "scheduled" | "webhook" | "event" | "backfill";
            trigger_data: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            scheduled_for: string | null;
            /** @description The schedule whose slot it is; `main` where the task has one. */
            schedule_id: string | null;
            late_by_ms: number | null;
            attempt: number;
            summary: string | null;
            /** @description Any JSON value. */
            result: Record<string, never> | unknown[] | string | number | boolean | null;
            result_truncated: boolean;
            error_message: string | null;
            error_details: {
                [key: string]: unknown;
            } | null;
            credits_consumed: number;
            tokens_used: number;
            api_calls_made: number;
            duration_ms: number | null;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            /** Format: date-time */
            created_at: string;
        };
        /**
         * @example {
         *       "trigger_type": "manual",
         *       "trigger_data": {}
         *     }
         */
        ExecuteTask: {
            /**
             * @default manual
             * @enum {string}
             */
            trigger_type: "manual";
            trigger_data?: {
                [key: string]: unknown;
            };
        };
        ExecutionPage: {
            executions: components["schemas"]["ExecutionRow"][];
            /** @description Of the executions in this page. */
            count: number;
            /** @description Not null where there may be more: a page ends early, even empty, where results are large or few fit. */
            next_cursor: string | null;
        };
        ExecutionRow: {
            /** @description Log sequence of its request. */
            id: number;
            execution_id: string;
            task_id: string;
            user_id: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            trigger_type: "manual" | "scheduled" | "webhook" | "event" | "backfill";
            trigger_data: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            scheduled_for: string | null;
            /** @description The schedule whose slot it is; `main` where the task has one. */
            schedule_id: string | null;
            late_by_ms: number | null;
            attempt: number;
            summary: string | null;
            /** @description Any JSON value. */
            result: Record<string, never> | unknown[] | string | number | boolean | null;
            result_truncated: boolean;
            error_message: string | null;
            error_details: {
                [key: string]: unknown;
            } | null;
            credits_consumed: number;
            tokens_used: number;
            api_calls_made: number;
            duration_ms: number | null;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description As it is now. */
            task_name: string;
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            /** @description Of its schedule, as it is now; null where it has none. */
            task_timezone: string | null;
        };
        ExecutionDetails: {
            /** @description Log sequence of its request. */
            id: number;
            execution_id: string;
            task_id: string;
            user_id: string;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            trigger_type: "manual" | "scheduled" | "webhook" | "event" | "backfill";
            trigger_data: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            scheduled_for: string | null;
            /** @description The schedule whose slot it is; `main` where the task has one. */
            schedule_id: string | null;
            late_by_ms: number | null;
            attempt: number;
            summary: string | null;
            /** @description Any JSON value. */
            result: Record<string, never> | unknown[] | string | number | boolean | null;
            result_truncated: boolean;
            error_message: string | null;
            error_details: {
                [key: string]: unknown;
            } | null;
            credits_consumed: number;
            tokens_used: number;
            api_calls_made: number;
            duration_ms: number | null;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description As it is now. */
            task_name: string;
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            /** @description Of its schedule, as it is now; null where it has none. */
            task_timezone: string | null;
            attempts: components["schemas"]["Attempt"][];
        };
        Attempt: {
            attempt: number;
            worker: string;
            /** Format: date-time */
            started_at: string;
            /**
             * Format: date-time
             * @description Null while it runs.
             */
            ended_at: string | null;
            /**
             * @description `lost`: nothing was heard of its worker any more. Null while it runs.
             * @enum {string|null}
             */
            outcome: "completed" | "failed" | "timed_out" | "lost" | "cancelled" | null;
            /** @description Of this attempt; also of one that another followed. */
            error: {
                code: string;
                message: string | null;
            } | null;
        };
        Erasure: {
            user_id: string;
            /**
             * @description `requested`: tasks and runs are being ended. `erased`: nothing of the user is written any more, the key is being destroyed and what is stored beside the log erased. `completed`: done.
             * @enum {string}
             */
            state: "requested" | "erased" | "completed";
        };
        SchedulePreview: {
            schedule: components["schemas"]["Schedule"] | null;
            /** @description All of them; `schedule` is null where there are several. */
            schedules: components["schemas"]["NamedSchedule"][];
            /** @description Of the first schedule. */
            timezone: string | null;
            /**
             * @description Why nothing is planned; null where the schedule is in force.
             * @enum {string|null}
             */
            reason: "no_schedule" | "paused" | "completed" | "failed" | "cancelled" | null;
            slots: {
                /** Format: date-time */
                at: string;
                /** @description The schedule whose slot it is: `main` where there is one; of several that have it the first. */
                schedule_id: string;
                /** @description The local time of its schedule, with the offset. */
                local: string;
                /**
                 * Format: date-time
                 * @description With its jitter. Null where it has jitter and is of no task yet.
                 */
                due_at: string | null;
                /** @description The owner of the task took it out: it will not run, and uses up no run. */
                skipped: boolean;
                /** @description What daylight saving did here. */
                note: string | null;
                /** @description The same for programs; wall times as `2026-03-29 02:30`. */
                notes: {
                    /** @enum {string} */
                    code: "gap_dropped" | "gap_moved" | "fold";
                    params: {
                        [key: string]: unknown;
                    };
                }[];
            }[];
        };
        /**
         * @example {
         *       "schedule": {
         *         "type": "daily",
         *         "run_time": "02:30",
         *         "timezone": "Europe/Paris"
         *       },
         *       "count": 5
         *     }
         */
        PreviewSchedule: {
            schedule?: components["schemas"]["ScheduleDocument"] | null;
            /** @description Several schedules of the task, each with an `id` that its slots name; in the place of `schedule`. One that is left out is removed; one that is sent as it is, by its id, goes on as it was. */
            schedules?: unknown[] | null;
            /** @description 10 is the default; with `to` as many as there are. */
            count?: number;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            from?: string | null;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            to?: string | null;
        };
        SlotLedger: {
            slots: components["schemas"]["Slot"][];
            count: number;
            limit: number;
            next_cursor: string | null;
        };
        Slot: {
            /**
             * Format: date-time
             * @description Nominal, before any jitter.
             */
            at: string;
            schedule_version: number;
            /** @description The schedule whose slot it is: `main` where the task has one; of several that have it the first. */
            schedule_id: string;
            /**
             * @description `due`: none yet. It is the next slot, waits for a run to end, or is about to be taken. `planned`: its time has not come.
             * @enum {string}
             */
            fate: "fired" | "skipped" | "missed" | "excluded" | "void" | "due" | "planned";
            /** @description Of `skipped`, `missed` and `void`: such as `overlap`, `paused`, `by_owner`, `execution_limit`, `not_started`, `schedule_changed`. Of `excluded` by a calendar: `exclude_calendars` or `only_calendars`. Of `planned`: why it will not run, unless something changes: `paused`, `by_owner`, `execution_limit`, `credit_limit`. */
            reason: string | null;
            execution_id: string | null;
            /** @enum {string|null} */
            execution_status: "requested" | "running" | "completed" | "failed" | "cancelled" | null;
            /**
             * @description Of a recurring to-do, for its last 50 slots: whether somebody has ticked it.
             * @enum {string|null}
             */
            occurrence: "open" | "overdue" | "done" | null;
            /** @description Of `excluded` by a calendar: which; `reason` says by which list. */
            calendar_id?: string;
            /** @description From nominal + jitter to the first start. */
            late_by_ms: number | null;
        };
        /**
         * @example {
         *       "task_id": "tsk_01JDB2V5Q8WZ3N7K4M6P9R0T1X",
         *       "at": "2026-11-23T09:00:00.000Z",
         *       "why": "The slot of 2026-11-23T09:00:00.000Z was skipped: the task was paused.",
         *       "slot": null,
         *       "execution_id": null,
         *       "no_next_run_reason": null
         *     }
         */
        Why: {
            task_id: string;
            /** Format: date-time */
            at: string;
            why: string;
            /** @description The slot of the minute that begins at `at`. */
            slot: components["schemas"]["Slot"] | null;
            execution_id: string | null;
            /**
             * @description Why a scheduled task has no `next_run_time`. `no_open_day`: the calendars that its schedule follows leave no day open; once they do, it goes on by itself. Null where there is one, or the task is not scheduled.
             * @enum {string|null}
             */
            no_next_run_reason: "no_open_day" | null;
        };
        WhatIfAnswer: {
            task_id: string;
            /**
             * Format: date-time
             * @description Not before the task was made.
             */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description The one that was tried. */
            schedule: components["schemas"]["Schedule"] | null;
            /** @description All that were tried; `schedule` is null where there are several. */
            schedules: components["schemas"]["NamedSchedule"][];
            proposed: components["schemas"]["WhatIfSlot"][];
            /** @description As of `to`, or as of now and from then on as things stand. */
            actual: components["schemas"]["WhatIfSlot"][];
            /** @description Slots of another fate, reason, outcome or lateness, and those of one side alone. */
            differences: {
                /** Format: date-time */
                at: string;
                actual: components["schemas"]["WhatIfSlot"] | null;
                proposed: components["schemas"]["WhatIfSlot"] | null;
            }[];
            assumptions: {
                code: string;
                text: string;
                params: {
                    [key: string]: number | string;
                };
            }[];
        };
        WhatIfSlot: {
            /**
             * Format: date-time
             * @description Nominal, before any jitter.
             */
            at: string;
            /** @description The schedule whose slot it is: `main` where the task has one; of several that have it the first. */
            schedule_id: string;
            /**
             * @description `due`: none yet. It is the next slot, waits for a run to end, or is about to be taken. `planned`: its time has not come.
             * @enum {string}
             */
            fate: "fired" | "skipped" | "missed" | "excluded" | "void" | "due" | "planned";
            /** @description Of `skipped`, `missed` and `void`: such as `overlap`, `paused`, `by_owner`, `execution_limit`, `not_started`, `schedule_changed`. Of `excluded` by a calendar: `exclude_calendars` or `only_calendars`. Of `planned`: why it will not run, unless something changes: `paused`, `by_owner`, `execution_limit`, `credit_limit`. */
            reason: string | null;
            /** @description Of a run that there was. */
            execution_id: string | null;
            /** @enum {string|null} */
            execution_status: "requested" | "running" | "completed" | "failed" | "cancelled" | null;
            /** @description Of `excluded` by a calendar: which; `reason` says by which list. */
            calendar_id?: string;
            /** @description From nominal + jitter to the first start. */
            late_by_ms: number | null;
        };
        /**
         * @example {
         *       "policies": {
         *         "catch_up": "all",
         *         "overlap": "buffer_one"
         *       },
         *       "from": "2026-11-23T00:00:00Z",
         *       "to": "2026-11-24T00:00:00Z"
         *     }
         */
        WhatIf: {
            /** @description Another schedule, as in `POST /tasks`; absent: the one that it had. */
            schedule?: {
                [key: string]: unknown;
            };
            /** @description The same of several, in the place of `schedule`. */
            schedules?: components["schemas"]["NamedScheduleDocument"][];
            /** @description Members of the schedule, or of each of several, that are to be other ones, with the values that they take there. */
            policies?: {
                catch_up?: unknown;
                catch_up_window_seconds?: unknown;
                overlap?: unknown;
                max_runs?: unknown;
                jitter_seconds?: unknown;
                exclude_dates?: unknown;
                pause_on_failure?: unknown;
                retry?: unknown;
                timeout_seconds?: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            to: string;
        };
        Timeline: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /**
             * Format: date-time
             * @description What is before it has been.
             */
            now: string;
            tasks: {
                task_id: string;
                /** @description In order of time; null where they are counted. */
                slots: components["schemas"]["TimelineSlot"][] | null;
                /** @description Counts, of tasks with more than 500 slots, or of all where `bucket` is given; empty ones are left out. */
                buckets: {
                    /** Format: date-time */
                    from: string;
                    counts: {
                        planned?: number;
                        due?: number;
                        requested?: number;
                        running?: number;
                        completed?: number;
                        failed?: number;
                        cancelled?: number;
                        skipped?: number;
                        missed?: number;
                        excluded?: number;
                        void?: number;
                    };
                }[] | null;
                /** @description False: there are more slots than one answer counts; ask for a smaller range. */
                is_complete: boolean;
            }[];
        };
        TimelineSlot: {
            /**
             * Format: date-time
             * @description Nominal, before any jitter.
             */
            at: string;
            schedule_version: number;
            /** @description The schedule whose slot it is: `main` where the task has one; of several that have it the first. */
            schedule_id: string;
            /**
             * @description `due`: none yet. It is the next slot, waits for a run to end, or is about to be taken. `planned`: its time has not come.
             * @enum {string}
             */
            fate: "fired" | "skipped" | "missed" | "excluded" | "void" | "due" | "planned";
            /** @description Of `skipped`, `missed` and `void`: such as `overlap`, `paused`, `by_owner`, `execution_limit`, `not_started`, `schedule_changed`. Of `excluded` by a calendar: `exclude_calendars` or `only_calendars`. Of `planned`: why it will not run, unless something changes: `paused`, `by_owner`, `execution_limit`, `credit_limit`. */
            reason: string | null;
            execution_id: string | null;
            /** @enum {string|null} */
            execution_status: "requested" | "running" | "completed" | "failed" | "cancelled" | null;
            /**
             * @description Of a recurring to-do, for its last 50 slots: whether somebody has ticked it.
             * @enum {string|null}
             */
            occurrence: "open" | "overdue" | "done" | null;
            /** @description Of `excluded` by a calendar: which; `reason` says by which list. */
            calendar_id?: string;
            /** @description From nominal + jitter to the first start. */
            late_by_ms: number | null;
            /**
             * Format: date-time
             * @description With its jitter.
             */
            due_at: string;
        };
        /**
         * @example {
         *       "slot": "2026-12-24T08:00:00Z"
         *     }
         */
        CompleteTask: {
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            slot?: string | null;
            /** @default true */
            done: boolean;
            /** @default false */
            series: boolean;
            reason?: string | null;
        };
        PendingTasks: {
            tasks: components["schemas"]["PendingTask"][];
            count: number;
            limit: number;
            next_cursor: string | null;
        };
        PendingTask: {
            task_id: string;
            user_id: string;
            /** @enum {string} */
            task_type: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
            /** @enum {string} */
            status: "pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused";
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            /** Format: date-time */
            next_run_time: string | null;
            current_execution_id: string | null;
        };
        SchedulerStatus: {
            /** @description The instance that leads; null: nobody does. */
            leader: string | null;
            term: number | null;
            /**
             * @description Null, as is all that follows, where the process has no scheduler.
             * @enum {string|null}
             */
            state: "stopped" | "loading" | "standby" | "leading" | "failed" | null;
            /** @description With a timer or an unfinished execution. */
            tasks: number | null;
            armed_timers: number | null;
            /** @description Executions that wait because their user has as many going as one may have. */
            held_back: number | null;
            overdue_ms: number | null;
            /** @description From due to the first start, milliseconds, since the process began. */
            lateness_ms: {
                count: number;
                p50: number;
                p90: number;
                p99: number;
                max: number;
            } | null;
            /** @description How far the log has been followed. */
            position: number | null;
            /** @description Events that lie beyond. */
            lag: number | null;
        };
        Instances: {
            instances: components["schemas"]["Instance"][];
            leases: components["schemas"]["LedLease"][];
        };
        Instance: {
            instance: string;
            roles: string[];
            version: string;
            /**
             * Format: date-time
             * @description By its own clock.
             */
            started_at: string;
            /**
             * Format: date-time
             * @description When it was last heard of, by the clock of NATS.
             */
            seen_at: string;
            /** @description The leases that it holds. */
            leads: string[];
        };
        LedLease: {
            /** @description `scheduler` (fires), `projector-<version of the views>`, `relay` (publishes to other services), `devices` (publishes to devices), `audit` (signs the log), `deletions`, `erasures`, `destinations` (sends events to endpoints of users). */
            lease: string;
            /** @description Null, as are `term` and `since`: nobody leads. */
            leader: string | null;
            /** @description Larger for every later leader. */
            term: number | null;
            /**
             * Format: date-time
             * @description By the clock of the leader; null also where an earlier version leads, which does not store it.
             */
            since: string | null;
            /**
             * Format: date-time
             * @description When it was last written, by the clock of NATS.
             */
            renewed_at: string;
        };
        BackfillSlots: {
            task_id: string;
            slots: string[];
            count: number;
        };
        /**
         * @example {
         *       "from": "2026-11-01T00:00:00Z",
         *       "to": "2026-11-02T00:00:00Z"
         *     }
         */
        Backfill: {
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2026-11-23T08:54:00Z
             */
            to: string;
            /** @description Of several schedules the one whose slots are run; absent: all of them. */
            schedule_id?: string | null;
        };
        DeadLetterList: {
            dead_letters: components["schemas"]["DeadLetter"][];
            /** @description Of those in this page. */
            count: number;
            /** @description The `after` of the next page. */
            next_after: number | null;
        };
        DeadLetter: {
            /** @description What it is read and sent back by. */
            number: number;
            /**
             * Format: date-time
             * @description When it was given up.
             */
            time: string;
            /** @description Where it came from. */
            stream: string;
            /** @description Who gave it up, and gets it again. */
            consumer: string;
            /** @description Its place in that stream. */
            sequence: number;
            subject: string;
            message_id: string | null;
            /** @description How often it was tried. */
            deliveries: number;
            reason: string;
            /** @description Of its body. */
            bytes: number;
        };
        DeadLetterDetails: {
            /** @description What it is read and sent back by. */
            number: number;
            /**
             * Format: date-time
             * @description When it was given up.
             */
            time: string;
            /** @description Where it came from. */
            stream: string;
            /** @description Who gave it up, and gets it again. */
            consumer: string;
            /** @description Its place in that stream. */
            sequence: number;
            subject: string;
            message_id: string | null;
            /** @description How often it was tried. */
            deliveries: number;
            reason: string;
            /** @description Of its body. */
            bytes: number;
            body: string;
            /**
             * @description Of `body`: base64 where it is no text.
             * @enum {string}
             */
            encoding: "utf8" | "base64";
        };
        ReplayedDeadLetters: {
            replayed: number;
            results: {
                number: number;
                /**
                 * @description `failed`: the store did not answer; the letter is there still, and may have been sent.
                 * @enum {string}
                 */
                outcome: "replayed" | "not_found" | "failed";
            }[];
            /** @description Of all: there are more than one call sends. */
            more: boolean;
        };
        /**
         * @example {
         *       "numbers": [
         *         17,
         *         18
         *       ]
         *     }
         */
        ReplayDeadLetters: {
            /** @description Which ones; absent: all there are. */
            numbers?: number[];
        };
        Webhook: {
            /** Format: uri */
            url: string;
            /** @description What callers sign with, where it was made here. */
            secret?: string;
        };
        WebhookTerms: {
            /**
             * @description Whether `trigger_data` is `{headers, body}`: the headers of the call, without those that carry credentials, beside what else would be the whole of it.
             * @default false
             */
            with_headers: boolean;
            /** @description Calls must be signed: having the URL is not enough. */
            verify?: {
                /**
                 * @description `standard-webhooks`: `webhook-signature` over id, timestamp and body, refused when older than five minutes. `github`: `X-Hub-Signature-256` over the body.
                 * @enum {string}
                 */
                scheme: "standard-webhooks" | "github";
                /** @description What callers sign with. Without it one is made, and answered this once. */
                secret?: string;
            };
        };
        CalendarFeed: {
            /** Format: uri */
            url: string;
        };
        Me: {
            /** @description Whose tasks the caller sees and changes. */
            user_id: string;
            /** @description As it stands in events: `user:<id>` or `service:internal`. */
            actor: string;
            /** @enum {string} */
            tier: "free" | "basic" | "pro" | "enterprise";
            /** @description Such as `auditor`, `admin`, and `service` for other services. */
            roles: string[];
            limits: {
                /** @description Tasks that are not deleted, cancelled or completed. Null: unlimited. */
                tasks: number | null;
                /** @description Executions requested on one day (UTC). Null: unlimited. */
                executions_per_day: number | null;
                /** @description Credits of one month (UTC). Null: unlimited. */
                credits_per_month: number | null;
                /** @description What a schedule may ask for. Null: unlimited. */
                timeout_seconds: number | null;
                /** @description `retry.max_attempts` of a schedule. Null: unlimited. */
                retry_attempts: number | null;
            };
        };
        Usage: {
            user_id: string;
            /** @enum {string} */
            tier: "free" | "basic" | "pro" | "enterprise";
            limits: {
                /** @description Tasks that are not deleted, cancelled or completed. */
                tasks: {
                    /** @description Null: unlimited. */
                    limit: number | null;
                    used: number;
                    /**
                     * Format: date-time
                     * @description When the count begins anew; null where it does not by itself.
                     */
                    resets_at: string | null;
                };
                /** @description Executions requested on this day (UTC). */
                executions_per_day: {
                    /** @description Null: unlimited. */
                    limit: number | null;
                    used: number;
                    /**
                     * Format: date-time
                     * @description When the count begins anew; null where it does not by itself.
                     */
                    resets_at: string | null;
                };
                /** @description Credits consumed in this month (UTC), and those reserved by executions that have not ended. */
                credits_per_month: {
                    /** @description Null: unlimited. */
                    limit: number | null;
                    used: number;
                    /**
                     * Format: date-time
                     * @description When the count begins anew; null where it does not by itself.
                     */
                    resets_at: string | null;
                };
                /** @description Tasks that were ever made, deleted ones too. */
                existing_tasks: {
                    /** @description Null: unlimited. */
                    limit: number | null;
                    used: number;
                    /**
                     * Format: date-time
                     * @description When the count begins anew; null where it does not by itself.
                     */
                    resets_at: string | null;
                };
                /** @description Updates, restorations and new webhooks on this day (UTC). */
                edits_per_day: {
                    /** @description Null: unlimited. */
                    limit: number | null;
                    used: number;
                    /**
                     * Format: date-time
                     * @description When the count begins anew; null where it does not by itself.
                     */
                    resets_at: string | null;
                };
                /** @description What all events of all tasks hold of what people and runs wrote, in characters of JSON. */
                stored_bytes: {
                    /** @description Null: unlimited. */
                    limit: number | null;
                    used: number;
                    /**
                     * Format: date-time
                     * @description When the count begins anew; null where it does not by itself.
                     */
                    resets_at: string | null;
                };
            };
        };
        Calendar: {
            calendar_id: string;
            /** @description Null where it cannot be read any more. */
            name: string | null;
            /** @description Of the installation. */
            shared: boolean;
            dates: string[];
            weekdays: number[];
            /** @description Also the ETag. */
            revision: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @example {
         *       "name": "Holidays",
         *       "dates": [
         *         "2026-12-25",
         *         "2027-01-01"
         *       ],
         *       "weekdays": []
         *     }
         */
        CreateCalendar: {
            /** @example Weather for Paris */
            name: string;
            /** @description Single days, local to each schedule; repeats are taken as one. */
            dates?: string[];
            /** @description Days of every week; Monday is 1. */
            weekdays?: number[];
            /**
             * @description Of the installation: everybody may follow it, the role `admin` alone makes and changes it.
             * @default false
             */
            shared: boolean;
        };
        CalendarList: {
            calendars: components["schemas"]["Calendar"][];
            count: number;
            /** @description How many of one’s own there may be. */
            limit: number;
        };
        /**
         * @example {
         *       "name": "Holidays",
         *       "dates": [
         *         "2026-12-25",
         *         "2027-01-01"
         *       ],
         *       "weekdays": []
         *     }
         */
        SaveCalendar: {
            /** @example Weather for Paris */
            name: string;
            /** @description Single days, local to each schedule; repeats are taken as one. */
            dates?: string[];
            /** @description Days of every week; Monday is 1. */
            weekdays?: number[];
        };
        NewEventDestination: {
            destination_id: string;
            /** @description Null where it cannot be read any more. */
            url: string | null;
            types: ("task.created" | "task.updated" | "task.status_changed" | "task.deleted" | "task.restored" | "task.execution_requested" | "task.execution_started" | "task.execution_completed" | "task.execution_failed" | "task.execution_cancelled" | "task.slots_skipped" | "task.slot_buffered" | "task.slot_skip_changed" | "task.occurrence_marked" | "task.backfill_requested" | "task.rescheduled" | "task.reminder_triggered" | "task.overdue" | "task.webhook_issued" | "task.webhook_revoked")[] | null;
            task_ids: string[] | null;
            enabled: boolean;
            /** @description Why it is off, and since when. `gone`: the endpoint answered 410. */
            off: {
                /** @enum {string} */
                reason: "by_hand" | "failing" | "gone";
                /** Format: date-time */
                at: string;
            } | null;
            /** @description All that it gets up to this log sequence has arrived, was given up, or is among `waiting`. */
            through: number;
            /** @description Events that are tried again later. */
            waiting: number;
            /**
             * Format: date-time
             * @description Null: the last try arrived.
             */
            failing_since: string | null;
            replay: {
                replay_id: string;
                from: number;
                to: number;
                /** @enum {string} */
                only: "all" | "failed";
                /** Format: date-time */
                requested_at: string;
                /** @description So far, about a second ago. */
                sent: number;
                /** @description All up to there have been sent once more. */
                through: number;
            } | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Signs each call. Shown here and never again. */
            secret: string;
        };
        /**
         * @example {
         *       "url": "https://example.com/events",
         *       "from": "now"
         *     }
         */
        CreateEventDestination: {
            /**
             * Format: uri
             * @description http or https, on the public Internet.
             */
            url: string;
            /**
             * @description Only events of these types; null or absent: of all.
             * @default null
             */
            types: ("task.created" | "task.updated" | "task.status_changed" | "task.deleted" | "task.restored" | "task.execution_requested" | "task.execution_started" | "task.execution_completed" | "task.execution_failed" | "task.execution_cancelled" | "task.slots_skipped" | "task.slot_buffered" | "task.slot_skip_changed" | "task.occurrence_marked" | "task.backfill_requested" | "task.rescheduled" | "task.reminder_triggered" | "task.overdue" | "task.webhook_issued" | "task.webhook_revoked")[] | null;
            /** @description Only events of these tasks; null or absent: of all. */
            task_ids?: string[] | null;
            /**
             * @description Where it begins: now, or after a log sequence; 0 sends all there is.
             * @default now
             */
            from: "now" | number;
        };
        EventDestinationList: {
            event_destinations: components["schemas"]["EventDestination"][];
            count: number;
            /** @description How many the subscription allows. */
            limit: number;
        };
        EventDestination: {
            destination_id: string;
            /** @description Null where it cannot be read any more. */
            url: string | null;
            types: ("task.created" | "task.updated" | "task.status_changed" | "task.deleted" | "task.restored" | "task.execution_requested" | "task.execution_started" | "task.execution_completed" | "task.execution_failed" | "task.execution_cancelled" | "task.slots_skipped" | "task.slot_buffered" | "task.slot_skip_changed" | "task.occurrence_marked" | "task.backfill_requested" | "task.rescheduled" | "task.reminder_triggered" | "task.overdue" | "task.webhook_issued" | "task.webhook_revoked")[] | null;
            task_ids: string[] | null;
            enabled: boolean;
            /** @description Why it is off, and since when. `gone`: the endpoint answered 410. */
            off: {
                /** @enum {string} */
                reason: "by_hand" | "failing" | "gone";
                /** Format: date-time */
                at: string;
            } | null;
            /** @description All that it gets up to this log sequence has arrived, was given up, or is among `waiting`. */
            through: number;
            /** @description Events that are tried again later. */
            waiting: number;
            /**
             * Format: date-time
             * @description Null: the last try arrived.
             */
            failing_since: string | null;
            replay: {
                replay_id: string;
                from: number;
                to: number;
                /** @enum {string} */
                only: "all" | "failed";
                /** Format: date-time */
                requested_at: string;
                /** @description So far, about a second ago. */
                sent: number;
                /** @description All up to there have been sent once more. */
                through: number;
            } | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * @example {
         *       "url": "https://example.com/events",
         *       "enabled": true
         *     }
         */
        ChangeEventDestination: {
            /**
             * Format: uri
             * @description http or https, on the public Internet.
             */
            url: string;
            /**
             * @description Only events of these types; null or absent: of all.
             * @default null
             */
            types: ("task.created" | "task.updated" | "task.status_changed" | "task.deleted" | "task.restored" | "task.execution_requested" | "task.execution_started" | "task.execution_completed" | "task.execution_failed" | "task.execution_cancelled" | "task.slots_skipped" | "task.slot_buffered" | "task.slot_skip_changed" | "task.occurrence_marked" | "task.backfill_requested" | "task.rescheduled" | "task.reminder_triggered" | "task.overdue" | "task.webhook_issued" | "task.webhook_revoked")[] | null;
            /** @description Only events of these tasks; null or absent: of all. */
            task_ids?: string[] | null;
            /**
             * @description False turns it off; true turns it on, also where failures had turned it off.
             * @default true
             */
            enabled: boolean;
        };
        EventDeliveryList: {
            deliveries: components["schemas"]["EventDelivery"][];
            /** @description Of those in this page. */
            count: number;
            next_cursor: string | null;
        };
        EventDelivery: {
            /** @description Also the `webhook-id`, whenever it is sent. */
            event_id: string;
            sequence: number;
            /** @enum {string} */
            event_type: "task.created" | "task.updated" | "task.status_changed" | "task.deleted" | "task.restored" | "task.execution_requested" | "task.execution_started" | "task.execution_completed" | "task.execution_failed" | "task.execution_cancelled" | "task.slots_skipped" | "task.slot_buffered" | "task.slot_skip_changed" | "task.occurrence_marked" | "task.backfill_requested" | "task.rescheduled" | "task.reminder_triggered" | "task.overdue" | "task.webhook_issued" | "task.webhook_revoked";
            task_id: string;
            /**
             * @description `failed`: given up after three days.
             * @enum {string}
             */
            status: "delivered" | "waiting" | "failed";
            attempts: number;
            /** @description It was sent again, by a replay or by hand. */
            is_replay: boolean;
            /** @description Null: no answer; `error` says why. */
            response_status: number | null;
            /** @example TIMEOUT */
            error: string | null;
            duration_ms: number;
            /** Format: date-time */
            first_attempt_at: string;
            /** Format: date-time */
            last_attempt_at: string;
            /** Format: date-time */
            next_attempt_at: string | null;
        };
        ResendRequested: {
            destination_id: string;
            event_id: string;
        };
        /**
         * @example {
         *       "from": "2026-11-23T00:00:00Z",
         *       "only": "failed"
         *     }
         */
        ReplayEvents: {
            /** @description The first: a log sequence or a time. */
            from: number | string;
            /** @description The last; absent: the end of the log as it is now. */
            to?: number | string;
            /**
             * @description `failed`: those that are listed as given up.
             * @default all
             * @enum {string}
             */
            only: "all" | "failed";
        };
        Session: {
            user_id: string;
            roles: string[];
            subscription_level: string | null;
            /**
             * Format: date-time
             * @description When the token ends that it stands for; null where that is not known.
             */
            expires_at: string | null;
        };
        /** @description A token of the caller, or the code of a link, which is good once. */
        SignIn: {
            token: string;
        } | {
            code: string;
        };
        /**
         * @description When a task runs, as it is sent; times of day are local to `timezone`.
         * @example {
         *       "type": "daily",
         *       "run_time": "07:30",
         *       "timezone": "Europe/Paris"
         *     }
         */
        ScheduleDocument: {
            /** @constant */
            type: "cron";
            /** @description Five fields, or `@hourly` and the like. */
            expression?: string;
            /** @description Another name of `expression`. */
            cron_expression?: string;
            /** @enum {unknown} */
            days?: "either" | "all" | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @constant */
            type: "interval";
            interval_seconds?: number;
            interval_minutes?: number;
            /** @description ISO 8601 duration, such as PT90M. */
            every?: string;
            /** Format: date-time */
            anchor?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @constant */
            type: "once";
            /** Format: date-time */
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @constant */
            type: "daily";
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @constant */
            type: "weekly";
            weekdays?: (number | string)[];
            weekday?: number | string;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @constant */
            type: "monthly";
            day: number | string;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @constant */
            type: "rrule";
            /** @description RFC 5545. */
            rrule: string;
            /** Format: date */
            start_date?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        };
        /**
         * @description One of several schedules of a task, as it is sent.
         * @example {
         *       "id": "mornings",
         *       "type": "daily",
         *       "run_time": "07:30",
         *       "timezone": "Europe/Paris"
         *     }
         */
        NamedScheduleDocument: {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "cron";
            /** @description Five fields, or `@hourly` and the like. */
            expression?: string;
            /** @description Another name of `expression`. */
            cron_expression?: string;
            /** @enum {unknown} */
            days?: "either" | "all" | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "interval";
            interval_seconds?: number;
            interval_minutes?: number;
            /** @description ISO 8601 duration, such as PT90M. */
            every?: string;
            /** Format: date-time */
            anchor?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "once";
            /** Format: date-time */
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "daily";
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "weekly";
            weekdays?: (number | string)[];
            weekday?: number | string;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "monthly";
            day: number | string;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        } | {
            /** @description Unique in the task; made where it is left out. */
            id?: string | null;
            /** @constant */
            type: "rrule";
            /** @description RFC 5545. */
            rrule: string;
            /** Format: date */
            start_date?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            run_time?: string | null;
            /** @description Local time of day, "HH:MM"; 09:00 is the default. */
            time?: string | null;
            /** @description IANA name; UTC is the default. */
            timezone?: string | null;
            /** Format: date-time */
            start_at?: string | null;
            /** Format: date-time */
            end_at?: string | null;
            /** @enum {unknown} */
            dst_gap?: "shift" | "end" | "skip" | null;
            /** @enum {unknown} */
            dst_fold?: "first" | "second" | "both" | null;
            /** @enum {unknown} */
            catch_up?: "skip" | "latest" | "all" | null;
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds?: number | null;
            /** @enum {unknown} */
            overlap?: "skip" | "buffer_one" | "cancel_running" | null;
            max_runs?: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds?: number | null;
            exclude_dates?: string[] | null;
            pause_on_failure?: number | null;
            retry?: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds?: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[] | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[] | null;
        };
        /** @description A schedule of a task with its id, in the form in which it is stored. */
        NamedSchedule: {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "cron";
            expression: string;
            /** @constant */
            days?: "all";
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "interval";
            interval_seconds: number;
            /** Format: date-time */
            anchor: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "once";
            /** Format: date-time */
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "daily";
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "weekly";
            weekdays: number[];
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "monthly";
            day: number | "last";
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @description Unique in the task; made where it is left out. */
            id: string;
            /** @constant */
            type: "rrule";
            rrule: string;
            /** Format: date */
            start_date: string;
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        };
        /** @description When a task runs, in the form in which it is stored. */
        Schedule: {
            /** @constant */
            type: "cron";
            expression: string;
            /** @constant */
            days?: "all";
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @constant */
            type: "interval";
            interval_seconds: number;
            /** Format: date-time */
            anchor: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @constant */
            type: "once";
            /** Format: date-time */
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @constant */
            type: "daily";
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @constant */
            type: "weekly";
            weekdays: number[];
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @constant */
            type: "monthly";
            day: number | "last";
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        } | {
            /** @constant */
            type: "rrule";
            rrule: string;
            /** Format: date */
            start_date: string;
            run_time: string;
            /** @description IANA name; UTC is the default. */
            timezone: string;
            /** Format: date-time */
            start_at: string | null;
            /** Format: date-time */
            end_at: string | null;
            /** @enum {unknown} */
            dst_gap: "shift" | "end" | "skip";
            /** @enum {unknown} */
            dst_fold: "first" | "second" | "both";
            /** @enum {unknown} */
            catch_up: "skip" | "latest" | "all";
            /** @description How long ago a missed slot may be to be caught up. */
            catch_up_window_seconds: number;
            /** @enum {unknown} */
            overlap: "skip" | "buffer_one" | "cancel_running";
            max_runs: number | null;
            /** @description Each slot is due up to so much later. */
            jitter_seconds: number;
            exclude_dates: string[] | null;
            pause_on_failure: number | null;
            retry: {
                /** @description With the first one. */
                max_attempts: number;
                /** @description Before the second attempt. */
                initial_seconds?: number;
                multiplier?: number;
                /** @description No pause is longer. */
                max_seconds?: number;
            } | null;
            timeout_seconds: number | null;
            /** @description Ids of calendars, at most 10 in both lists. */
            exclude_calendars?: string[];
            /** @description Ids of calendars, at most 10 in both lists. */
            only_calendars?: string[];
        };
        /** Daily weather */
        DailyWeatherConfig: {
            /**
             * Place
             * @description A place by name, as people write it, or where it lies.
             */
            location: string | {
                /**
                 * Latitude
                 * @description Degrees north.
                 */
                latitude: number;
                /**
                 * Longitude
                 * @description Degrees east.
                 */
                longitude: number;
            };
            /**
             * Units
             * @description metric: °C, km/h, mm; imperial: °F, mph, inches.
             * @default metric
             * @enum {unknown}
             */
            units: "metric" | "imperial";
        };
        /** News digest */
        DailyNewsConfig: {
            /**
             * Categories
             * @description Only items of these. Without: all.
             */
            categories?: string[];
            /**
             * Feeds
             * @description URLs of feeds, or names of feeds that the service knows. Without: all that it knows.
             */
            sources?: string[];
            /**
             * At most
             * @description Items in one digest, the newest first.
             * @default 20
             */
            limit: number;
        };
        /** News monitor */
        NewsMonitorConfig: {
            /**
             * Words
             * @description Whole words, in any case.
             */
            keywords: string[];
            /**
             * Match
             * @description Whether any of the words is enough, or an item must have all of them.
             * @default any
             * @enum {unknown}
             */
            match: "any" | "all";
            /**
             * Without
             * @description Items with any of these words are passed over.
             */
            exclude?: string[];
            /**
             * Feeds
             * @description URLs of feeds, or names of feeds that the service knows. Without: all that it knows.
             */
            sources?: string[];
        };
        /** Weather alert */
        WeatherAlertConfig: {
            /**
             * Place
             * @description A place by name, as people write it, or where it lies.
             */
            location: string | {
                /**
                 * Latitude
                 * @description Degrees north.
                 */
                latitude: number;
                /**
                 * Longitude
                 * @description Degrees east.
                 */
                longitude: number;
            };
            /**
             * Conditions
             * @description At least one; each tells you when it becomes met.
             */
            alert_conditions: {
                /**
                 * Temperature
                 * @description Two metres above the ground.
                 */
                temperature?: {
                    /**
                     * Is
                     * @description How the value is compared.
                     * @enum {unknown}
                     */
                    operator: ">" | ">=" | "<" | "<=" | "==" | "!=" | "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
                    /**
                     * Value
                     * @description In the units asked for.
                     */
                    value: number;
                };
                /**
                 * Wind
                 * @description Ten metres above the ground.
                 */
                wind_speed?: {
                    /**
                     * Is
                     * @description How the value is compared.
                     * @enum {unknown}
                     */
                    operator: ">" | ">=" | "<" | "<=" | "==" | "!=" | "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
                    /**
                     * Value
                     * @description In the units asked for.
                     */
                    value: number;
                };
                /**
                 * Rain or snow
                 * @description In an hour.
                 */
                precipitation?: {
                    /**
                     * Is
                     * @description How the value is compared.
                     * @enum {unknown}
                     */
                    operator: ">" | ">=" | "<" | "<=" | "==" | "!=" | "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
                    /**
                     * Value
                     * @description In the units asked for.
                     */
                    value: number;
                };
                /**
                 * Chance of rain
                 * @description In an hour, in percent.
                 */
                chance_of_rain?: {
                    /**
                     * Is
                     * @description How the value is compared.
                     * @enum {unknown}
                     */
                    operator: ">" | ">=" | "<" | "<=" | "==" | "!=" | "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
                    /**
                     * Value
                     * @description In the units asked for.
                     */
                    value: number;
                };
                /**
                 * Gusts
                 * @description Ten metres above the ground.
                 */
                wind_gusts?: {
                    /**
                     * Is
                     * @description How the value is compared.
                     * @enum {unknown}
                     */
                    operator: ">" | ">=" | "<" | "<=" | "==" | "!=" | "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
                    /**
                     * Value
                     * @description In the units asked for.
                     */
                    value: number;
                };
                /**
                 * Snowfall
                 * @description In an hour, in centimetres or inches.
                 */
                snowfall?: {
                    /**
                     * Is
                     * @description How the value is compared.
                     * @enum {unknown}
                     */
                    operator: ">" | ">=" | "<" | "<=" | "==" | "!=" | "gt" | "gte" | "lt" | "lte" | "eq" | "ne";
                    /**
                     * Value
                     * @description In the units asked for.
                     */
                    value: number;
                };
            };
            /**
             * Units
             * @description metric: °C, km/h, mm; imperial: °F, mph, inches.
             * @default metric
             * @enum {unknown}
             */
            units: "metric" | "imperial";
        };
        /** Price tracker */
        PriceTrackerConfig: {
            /**
             * Product page
             * Format: uri
             * @description The page of the shop that shows the price.
             */
            product_url: string;
            /**
             * Tell me at
             * @description This price or a lower one.
             */
            target_price: number;
            /**
             * Tell me of a drop of
             * @description Percent, from the highest price since you were last told of one.
             */
            drop_percent?: number;
            /**
             * Tell me when it can be had again
             * @description After the page said that it was sold out.
             */
            back_in_stock?: boolean;
            /**
             * Currency
             * @description ISO 4217 code. Without: the one that the page names first.
             */
            currency?: string;
        } | {
            /**
             * Product page
             * Format: uri
             * @description The page of the shop that shows the price.
             */
            product_url: string;
            /**
             * Tell me of a drop of
             * @description Percent, from the highest price since you were last told of one.
             */
            drop_percent: number;
            /**
             * Tell me when it can be had again
             * @description After the page said that it was sold out.
             */
            back_in_stock?: boolean;
            /**
             * Currency
             * @description ISO 4217 code. Without: the one that the page names first.
             */
            currency?: string;
        } | {
            /**
             * Product page
             * Format: uri
             * @description The page of the shop that shows the price.
             */
            product_url: string;
            /**
             * Tell me when it can be had again
             * @description After the page said that it was sold out.
             * @constant
             */
            back_in_stock: true;
            /**
             * Currency
             * @description ISO 4217 code. Without: the one that the page names first.
             */
            currency?: string;
        };
        /** Data backup */
        DataBackupConfig: {
            /**
             * What
             * @description Only an archive with the events can be restored.
             * @default all
             */
            scope: ("all" | "tasks" | "executions" | "events") | ("tasks" | "executions" | "events")[];
            /**
             * Keep
             * @description Archives of this task; older ones are removed.
             * @default 7
             */
            keep: number;
        };
        /** To-do */
        TodoConfig: Record<string, never>;
        /** Reminder */
        ReminderConfig: {
            /**
             * Message
             * @description What you are told.
             */
            reminder_message: string;
            /**
             * Channels
             * @description Where to notify you, by the names that your notification service knows.
             */
            channels?: string[];
        };
        /** Calendar event */
        CalendarEventConfig: {
            /**
             * Title
             * @description What the event is called.
             */
            event_title: string;
            /**
             * Begins
             * Format: date-time
             * @description Date and time with an offset.
             */
            event_time: string;
            /**
             * Minutes
             * @description How long it lasts.
             */
            duration_minutes?: number;
            /**
             * Place
             * @description Where it is, in any words.
             */
            location?: string;
            /**
             * Channels
             * @description Where to notify you, by the names that your notification service knows.
             */
            channels?: string[];
        };
        /** Custom */
        CustomConfig: {
            /**
             * Kind
             * @description What is called.
             * @constant
             */
            script_type: "webhook";
            /**
             * URL
             * Format: uri
             * @description What is called; only public addresses.
             */
            url: string;
            /**
             * Method
             * @description How it is called.
             * @default POST
             * @enum {unknown}
             */
            method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
            /**
             * Headers
             * @description Sent with the call; those named like credentials are stored as secrets.
             */
            headers?: {
                [key: string]: string;
            };
            /**
             * Body
             * @description JSON that is sent. Without: what the run is.
             */
            body?: Record<string, never> | unknown[] | string | number | boolean | null;
            /**
             * Body template
             * @description In place of a body: JSON whose texts are Liquid, filled with what the run is, as {{ task_name }} or {{ trigger_data.order }}.
             */
            body_template?: Record<string, never> | unknown[] | string | number | boolean | null;
            /**
             * Expected status
             * @description What counts as done. Without: 200 to 299.
             */
            expect_status?: number | number[];
            /**
             * Secret
             * @description Signs the call by Standard Webhooks, with at least 16 bytes; never shown again.
             */
            secret?: string;
        } | {
            /**
             * Kind
             * @description What is called.
             * @constant
             */
            script_type: "nats";
            /**
             * Worker
             * @description It listens on taskworkers.<name>.
             */
            worker: string;
            /**
             * Payload
             * @description JSON that the worker is given.
             */
            payload?: Record<string, never> | unknown[] | string | number | boolean | null;
        };
        /** @description By `task_type`; see the schema of each. */
        TaskConfig: components["schemas"]["DailyWeatherConfig"] | components["schemas"]["DailyNewsConfig"] | components["schemas"]["NewsMonitorConfig"] | components["schemas"]["WeatherAlertConfig"] | components["schemas"]["PriceTrackerConfig"] | components["schemas"]["DataBackupConfig"] | components["schemas"]["TodoConfig"] | components["schemas"]["ReminderConfig"] | components["schemas"]["CalendarEventConfig"] | components["schemas"]["CustomConfig"];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It does not. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getTasksHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It does not. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getHealthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It does not. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getHealthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It does not. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getHealthDetailed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The text format 0.0.4. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalytics: {
        parameters: {
            query?: {
                /** @description Today and so many days less one before it, of the zone. */
                days?: number;
                /** @description IANA name: whose days and hours are shown. */
                timezone?: string;
                /** @description As it was then: after the event of this log sequence, or at this time. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures, with every event up to now. */
            200: {
                headers: {
                    /** @description Changes when anything of the user does, and with the day. Not there while events come without pause. */
                    ETag?: string;
                    /** @description `private, no-cache`: ask again with If-None-Match. */
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            /** @description Nothing has changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), As of too far back (`AS_OF_TOO_FAR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksAnalytics: {
        parameters: {
            query?: {
                /** @description Today and so many days less one before it, of the zone. */
                days?: number;
                /** @description IANA name: whose days and hours are shown. */
                timezone?: string;
                /** @description As it was then: after the event of this log sequence, or at this time. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures, with every event up to now. */
            200: {
                headers: {
                    /** @description Changes when anything of the user does, and with the day. Not there while events come without pause. */
                    ETag?: string;
                    /** @description `private, no-cache`: ask again with If-None-Match. */
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            /** @description Nothing has changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), As of too far back (`AS_OF_TOO_FAR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsHours: {
        parameters: {
            query?: {
                /** @description Today and so many days less one before it, of the zone. */
                days?: number;
                /** @description IANA name: whose days and hours are shown. */
                timezone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoursOfWeek"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsTasks: {
        parameters: {
            query?: {
                /** @description What those at the top have most of; of equal ones the one that ran last comes first. */
                order?: "failures" | "failures_in_a_row" | "runs" | "credits";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tasks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskFigures"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsForecast: {
        parameters: {
            query?: {
                /** @description The rest of today and so many days less one after it. */
                days?: number;
                /** @description IANA name: whose days and hours are shown. */
                timezone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days ahead. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreditForecast"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getServiceStats: {
        parameters: {
            query?: {
                /** @description Today and so many days less one before it, in UTC. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics, or only the name and the version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceStats"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasks: {
        parameters: {
            query?: {
                status?: ("pending" | "scheduled" | "running" | "completed" | "failed" | "cancelled" | "paused")[];
                task_type?: ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom")[];
                priority?: ("low" | "medium" | "high" | "urgent")[];
                tag?: string[];
                template_id?: string[];
                /** @description Tasks with a schedule that follows one of these calendars. */
                calendar_id?: string[];
                /** @description Only these tasks, as far as they are the caller's. */
                ids?: string[];
                /** @description Searched in name, description, tags. */
                q?: string;
                /** @description Only tasks with a due date at or after this. */
                due_from?: string;
                /** @description Only with one before this. */
                due_before?: string;
                /** @description Only tasks with a next run at or after this. */
                next_run_from?: string;
                /** @description Only with one before this. */
                next_run_before?: string;
                has_schedule?: boolean;
                /** @description Recurring to-dos with slots that nobody has ticked. */
                has_open_occurrences?: boolean;
                include_deleted?: boolean;
                /** @description As it was then: after the event of this log sequence, or at this time. */
                as_of?: string;
                /** @description `summary`: without `config`, `metadata` and `last_result`. */
                view?: "full" | "summary";
                /** @description Also counts all tasks that the filters find. */
                total?: boolean;
                /** @description Also counts by the values of these, each without its own filter. */
                facets?: ("status" | "task_type" | "priority" | "tag" | "template_id" | "calendar_id")[];
                limit?: number;
                offset?: number;
                /** @description The `next_cursor` of an earlier page. */
                cursor?: string;
                sort?: "created_at" | "-created_at" | "updated_at" | "-updated_at" | "next_run_time" | "-next_run_time" | "due_date" | "-due_date" | "priority" | "-priority" | "name" | "-name";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks. */
            200: {
                headers: {
                    /** @description Of this page; weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
            /** @description The caller has this page already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), As of too far back (`AS_OF_TOO_FAR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasks: {
        parameters: {
            query?: {
                /** @description Checks everything and answers 200 with what would be; nothing is changed, no key is used up. */
                dry_run?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTask"] | components["schemas"]["CreateTaskFromTemplate"];
            };
        };
        responses: {
            /** @description Of a dry run: what would be. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description The task. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    /** @description The path of the task. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Subscription required (`SUBSCRIPTION_REQUIRED`), Account not found (`ACCOUNT_NOT_FOUND`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Template not found (`TEMPLATE_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Account service unavailable (`ACCOUNT_UNAVAILABLE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksFromTemplate: {
        parameters: {
            query?: {
                /** @description Checks everything and answers 200 with what would be; nothing is changed, no key is used up. */
                dry_run?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskFromTemplate"];
            };
        };
        responses: {
            /** @description Of a dry run: what would be. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DryRun"];
                };
            };
            /** @description The task. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    /** @description The path of the task. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Subscription required (`SUBSCRIPTION_REQUIRED`), Account not found (`ACCOUNT_NOT_FOUND`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Template not found (`TEMPLATE_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Account service unavailable (`ACCOUNT_UNAVAILABLE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskId: {
        parameters: {
            query?: {
                include_deleted?: boolean;
                /** @description As it was then: after the event of this log sequence, or at this time. */
                as_of?: string;
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description The caller has this revision already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTasksByTaskId: {
        parameters: {
            query?: {
                /** @description Checks everything and answers 200 with what would be; nothing is changed, no key is used up. */
                dry_run?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTask"];
            };
        };
        responses: {
            /** @description The task; of a dry run, what would be. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"] | components["schemas"]["DryRun"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Invalid status transition (`INVALID_STATUS_TRANSITION`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`), Immutable field (`IMMUTABLE_FIELD`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTasksByTaskId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedTask"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTasksByTaskId: {
        parameters: {
            query?: {
                /** @description Checks everything and answers 200 with what would be; nothing is changed, no key is used up. */
                dry_run?: boolean;
            };
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTask"];
            };
        };
        responses: {
            /** @description The task; of a dry run, what would be. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"] | components["schemas"]["DryRun"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Invalid status transition (`INVALID_STATUS_TRANSITION`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`), Immutable field (`IMMUTABLE_FIELD`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdSlotsSkip: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipSlot"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), No schedule (`NO_SCHEDULE`), Slot not planned (`SLOT_NOT_PLANNED`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`), Too many skips (`TOO_MANY_SKIPS`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdPause: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Invalid status transition (`INVALID_STATUS_TRANSITION`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdResume: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Invalid status transition (`INVALID_STATUS_TRANSITION`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdCancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Invalid status transition (`INVALID_STATUS_TRANSITION`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdRestore: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksBulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkChange"];
            };
        };
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdEvents: {
        parameters: {
            query?: {
                /** @description `desc`: newest first. */
                order?: "asc" | "desc";
                /** @description Only events after this log sequence; 0 is the default. */
                after?: number;
                /** @description Only events before this log sequence. */
                before?: number;
                /** @description Only events of these types, at most 50; repeated or with commas. */
                types?: string[];
                limit?: number;
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of its events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskEvents"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdDiff: {
        parameters: {
            query: {
                /** @description As it was then: after the event of this log sequence, or at this time. */
                from: string;
                /** @description Default: now. */
                to?: string;
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDiff"];
                    "application/json-patch+json": components["schemas"]["JsonPatch"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdUndo: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Undo"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`), Event not found (`EVENT_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Changed since (`CHANGED_SINCE`), Not undoable (`NOT_UNDOABLE`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTaskTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskType"][];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTemplates: {
        parameters: {
            query?: {
                category?: "productivity" | "monitoring" | "alerts" | "calendar" | "custom";
                task_type?: "daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom";
                /** @description Only what this tier may use; never more than the caller's own may. */
                subscription_level?: "free" | "basic" | "pro" | "enterprise";
                /** @description Also those above that tier, marked `locked`: nobody of it can use them. */
                include_locked?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedTemplate"][];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTemplates: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTemplate"];
            };
        };
        responses: {
            /** @description The template. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the template, quoted. */
                    ETag?: string;
                    /** @description The path of the template. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Template exists (`TEMPLATE_EXISTS`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTemplatesByTemplateId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    /** @description The revision of the template, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description The caller has this revision already. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Subscription required (`SUBSCRIPTION_REQUIRED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Template not found (`TEMPLATE_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTemplatesByTemplateId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateTemplate"];
            };
        };
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the template, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Template not found (`TEMPLATE_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`), Immutable field (`IMMUTABLE_FIELD`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTemplatesByTemplateId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is retired. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the template, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetiredTemplate"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Template not found (`TEMPLATE_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdExecute: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
                /** @description `wait=N`: how many seconds (0 to 60, default 10) to wait for the end. */
                Prefer?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExecuteTask"];
            };
        };
        responses: {
            /** @description The execution, ended. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The path of the execution. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description The execution as it stands. */
            202: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The path of the execution. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Task not executable (`TASK_NOT_EXECUTABLE`), Task already running (`TASK_ALREADY_RUNNING`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`), Execution limit exceeded (`EXECUTION_LIMIT_EXCEEDED`), Credit limit exceeded (`CREDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSchedulerExecuteByTaskId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description `wait=N`: how many seconds (0 to 60, default 10) to wait for the end. */
                Prefer?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The execution, ended. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description The execution as it stands. */
            202: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Task not executable (`TASK_NOT_EXECUTABLE`), Task already running (`TASK_ALREADY_RUNNING`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`), Execution limit exceeded (`EXECUTION_LIMIT_EXCEEDED`), Credit limit exceeded (`CREDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdExecutions: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
                /** @description The `next_cursor` of an earlier page. */
                cursor?: string;
                status?: ("pending" | "running" | "completed" | "failed" | "cancelled")[];
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of executions. */
            200: {
                headers: {
                    /** @description The next page as rel="next", where there is one. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"][];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecutions: {
        parameters: {
            query?: {
                status?: ("pending" | "running" | "completed" | "failed" | "cancelled")[];
                trigger_type?: ("manual" | "scheduled" | "webhook" | "event" | "backfill")[];
                task_type?: ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom")[];
                task_id?: string;
                /** @description Searched in the task's name, the summary, the error's message and its code. */
                q?: string;
                /** @description Requested at this time or later. */
                from?: string;
                /** @description Requested at this time or earlier. */
                to?: string;
                limit?: number;
                /** @description The `next_cursor` of an earlier page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of executions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionPage"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecutionsByExecutionId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The execution. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionDetails"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Execution not found (`EXECUTION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdExecutionsByExecutionId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The execution. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionDetails"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`), Execution not found (`EXECUTION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdExecutionsByExecutionIdCancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
                execution_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The execution. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`), Execution not found (`EXECUTION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Execution already finished (`EXECUTION_ALREADY_FINISHED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAdminUsersByUserIdErase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is completed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description It is under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdSchedulePreview: {
        parameters: {
            query?: {
                /** @description 10 is the default; with `to` as many as there are. */
                count?: number;
                from?: string;
                /** @description No slots later than this. */
                to?: string;
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The slots. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSchedulesPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewSchedule"];
            };
        };
        responses: {
            /** @description The slots. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdSlots: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                limit?: number;
                /** @description The `next_cursor` of an earlier page. */
                cursor?: string;
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The slots. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlotLedger"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTasksByTaskIdWhy: {
        parameters: {
            query: {
                at: string;
            };
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A sentence. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdWhatIf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhatIf"];
            };
        };
        responses: {
            /** @description Both, slot by slot. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIfAnswer"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No schedule (`NO_SCHEDULE`), No future slot (`NO_FUTURE_SLOT`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Too many slots (`TOO_MANY_SLOTS`), As of too far back (`AS_OF_TOO_FAR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query: {
                /** @description Slots at this time or later. */
                from: string;
                /** @description Slots before this time; at most 366 days later. */
                to: string;
                task_id: string[];
                /** @description Seconds: counts the slots by so much time each, from `from` on. */
                bucket?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The slots by task. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdComplete: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteTask"];
            };
        };
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), No occurrence (`NO_OCCURRENCE`), Invalid status transition (`INVALID_STATUS_TRANSITION`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSchedulerPending: {
        parameters: {
            query?: {
                user_id?: string;
                task_type?: ("daily_weather" | "daily_news" | "news_monitor" | "weather_alert" | "price_tracker" | "data_backup" | "todo" | "reminder" | "calendar_event" | "custom")[];
                priority?: ("low" | "medium" | "high" | "urgent")[];
                limit?: number;
                /** @description The `next_cursor` of an earlier page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The first of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingTasks"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSchedulerStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulerStatus"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInstances: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Instances"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdScheduleBackfill: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Backfill"];
            };
        };
        responses: {
            /** @description The slots that will be run. */
            202: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackfillSlots"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`), Schedule not found (`SCHEDULE_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Task not executable (`TASK_NOT_EXECUTABLE`), No schedule (`NO_SCHEDULE`), Backfill in progress (`BACKFILL_IN_PROGRESS`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`), Too many slots (`TOO_MANY_SLOTS`), No slots (`NO_SLOTS`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetters: {
        parameters: {
            query?: {
                /** @description Only those with a larger number. */
                after?: number;
                /** @description Only those that it gave up. */
                consumer?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLettersByNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The letter. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetails"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Dead letter not found (`DEAD_LETTER_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDeadLettersReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReplayDeadLetters"];
            };
        };
        responses: {
            /** @description What came of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedDeadLetters"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTasksByTaskIdWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WebhookTerms"];
            };
        };
        responses: {
            /** @description The URL. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Task not executable (`TASK_NOT_EXECUTABLE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTasksByTaskIdWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is none any more. */
            204: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the task, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postHooksByToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The execution, requested. */
            202: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Webhook signature invalid (`WEBHOOK_SIGNATURE_INVALID`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found (`WEBHOOK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Task not executable (`TASK_NOT_EXECUTABLE`), Task already running (`TASK_ALREADY_RUNNING`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Task limit exceeded (`TASK_LIMIT_EXCEEDED`), Execution limit exceeded (`EXECUTION_LIMIT_EXCEEDED`), Credit limit exceeded (`CREDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCalendarFeed: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The URL. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarFeed"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCalendarFeed: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no URL any more. */
            204: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCalendarIcs: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calendar. */
            200: {
                headers: {
                    /** @description Changes with the calendar. */
                    ETag?: string;
                    /** @description When a task in it changed last; without tasks there is none. */
                    "Last-Modified"?: string;
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            /** @description As it was. */
            304: {
                headers: {
                    /** @description Changes with the calendar. */
                    ETag?: string;
                    /** @description When a task in it changed last; without tasks there is none. */
                    "Last-Modified"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tier, limits and usage. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditEvents: {
        parameters: {
            query?: {
                user_id?: string;
                task_id?: string;
                /** @description Only events of these types; repeated or with commas. */
                types?: string[];
                /** @description Only events from this time on, by the time they carry. */
                from?: string;
                /** @description Only events before this time. */
                to?: string;
                /** @description Only events after this log sequence; 0 is the default. */
                after?: number;
                /** @description Only events up to this log sequence. Default: the last. */
                until?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditProofByTaskId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events and the proof. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not yet signed (`NOT_YET_SIGNED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditVerify: {
        parameters: {
            query?: {
                user_id?: string;
                task_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Progress, faults, the end. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Task not found (`TASK_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Verifying already (`VERIFYING_ALREADY`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLogKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLogCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The note. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLogTileEntriesByTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As `x001/x234/067`, with `.p/<width>` where it is not full. */
                tile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLogTileByLevelByTile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                level: string;
                /** @description As `x001/x234/067`, with `.p/<width>` where it is not full. */
                tile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hashes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found (`NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventsStream: {
        parameters: {
            query?: {
                /** @description A log sequence, or the `id` of an event of this stream; 0: from the beginning. Default: only what happens from now on. */
                after?: string;
                /** @description Only events of these types, at most 50; repeated or with commas. */
                types?: string[];
                /** @description Only events of these tasks, at most 50; repeated or with commas. */
                task_id?: string[];
            };
            header?: {
                /** @description The `id` of the last event that was received. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    /** @description `no-store, no-transform` */
                    "Cache-Control"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Cursor ahead (`CURSOR_AHEAD`), Log forked (`LOG_FORKED`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Too many streams (`TOO_MANY_STREAMS`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Streams exhausted (`STREAMS_EXHAUSTED`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCalendars: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarList"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCalendars: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCalendar"];
            };
        };
        responses: {
            /** @description The calendar. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the calendar, quoted. */
                    ETag?: string;
                    /** @description Its path. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Calendar exists (`CALENDAR_EXISTS`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Calendar limit exceeded (`CALENDAR_LIMIT_EXCEEDED`), Edit limit exceeded (`EDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCalendarsByCalendarId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calendar_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calendar. */
            200: {
                headers: {
                    /** @description The revision of the calendar, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Calendar not found (`CALENDAR_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCalendarsByCalendarId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                calendar_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveCalendar"];
            };
        };
        responses: {
            /** @description The calendar. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    /** @description The revision of the calendar, quoted. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Calendar not found (`CALENDAR_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Calendar exists (`CALENDAR_EXISTS`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Edit limit exceeded (`EDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCalendarsByCalendarId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
                /** @description The ETag that the change is based on: 412 where the task was edited since. */
                "If-Match"?: string;
            };
            path: {
                calendar_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is no more. */
            204: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid JSON (`INVALID_JSON`), Invalid header (`INVALID_HEADER`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Forbidden (`FORBIDDEN`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Calendar not found (`CALENDAR_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Calendar in use (`CALENDAR_IN_USE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Revision mismatch (`REVISION_MISMATCH`) */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventDestinations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDestinationList"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEventDestinations: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateEventDestination"];
            };
        };
        responses: {
            /** @description The destination, with its secret. */
            201: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewEventDestination"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Cursor ahead (`CURSOR_AHEAD`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Destination limit exceeded (`DESTINATION_LIMIT_EXCEEDED`), Edit limit exceeded (`EDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventDestinationsByDestinationId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                destination_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The destination. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDestination"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEventDestinationsByDestinationId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                destination_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEventDestination"];
            };
        };
        responses: {
            /** @description The destination. */
            200: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDestination"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Edit limit exceeded (`EDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEventDestinationsByDestinationId: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                destination_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is no more. */
            204: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEventDestinationsByDestinationIdDeliveries: {
        parameters: {
            query?: {
                status?: "delivered" | "waiting" | "failed";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                destination_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDeliveryList"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEventDestinationsByDestinationIdDeliveriesByEventIdResend: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                destination_id: string;
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be sent. */
            202: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResendRequested"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`), Delivery not found (`DELIVERY_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Event destination is off (`DESTINATION_OFF`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Edit limit exceeded (`EDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEventDestinationsByDestinationIdReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                destination_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayEvents"];
            };
        };
        responses: {
            /** @description The replay that was begun, as part of the destination. */
            202: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventDestination"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`), Event destination is off (`DESTINATION_OFF`), Replay in progress (`REPLAY_IN_PROGRESS`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`), Edit limit exceeded (`EDIT_LIMIT_EXCEEDED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEventDestinationsByDestinationIdReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters: a repeat gives the first answer again. */
                "Idempotency-Key"?: string;
            };
            path: {
                destination_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description None goes on. */
            204: {
                headers: {
                    /** @description Log sequence of the last event that the write appended. */
                    "Event-Sequence"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Event destination not found (`DESTINATION_NOT_FOUND`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request in flight (`IDEMPOTENCY_IN_FLIGHT`), Concurrent update (`CONCURRENT_UPDATE`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`), Idempotency key reused (`IDEMPOTENCY_KEY_REUSED`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Outcome unknown (`OUTCOME_UNKNOWN`), Storage full (`STORAGE_FULL`), No key (`NO_USER_KEY`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Who is signed in. */
            201: {
                headers: {
                    /** @description The session. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`), Session refused (`SESSION_REFUSED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended; a caller with other credentials has none to end. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid JSON (`INVALID_JSON`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not authenticated (`UNAUTHENTICATED`) */
            401: {
                headers: {
                    /** @description How to say who one is. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description User deleted (`USER_DELETED`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Body too large (`BODY_TOO_LARGE`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type (`UNSUPPORTED_MEDIA_TYPE`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request (`VALIDATION_ERROR`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests (`RATE_LIMITED`) */
            429: {
                headers: {
                    /** @description Seconds after which to try again, where waiting helps. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error (`INTERNAL_ERROR`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication unavailable (`AUTH_UNAVAILABLE`), Unknown zone (`UNKNOWN_ZONE`), Log unavailable (`LOG_UNAVAILABLE`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
