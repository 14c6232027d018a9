# Lines of GET /audit/events as OCSF events (schema.ocsf.io, 1.8.0), one a line, for a SIEM:
#
#     curl -s "$URL/api/v1/audit/events?after=$LAST" -H "authorization: Bearer $TOKEN" | jq -cn -f examples/ocsf.jq
#
# What happened to a task, a template, a calendar or a person's own settings is Entity Management (3004); what the service notes of
# its log is a Base Event (0). Nothing is opened: what people write stays sealed. The last line says that all has come;
# without it the filter fails at the end (exit 5), and what it has printed is what there is so far. See docs/audit.md.

# 2026-11-23T08:54:00.123Z as milliseconds of the epoch.
def epoch_ms: ((.[0:19] + "Z") | fromdateiso8601) * 1000 + ((.[20:23] | tonumber?) // 0);

# user:ann, user:ann for user:bob, service:audit, worker:host-1, scheduler
def actor:
  if startswith("user:") then { user: { uid: .[5:], type_id: 1 } } else { app_name: . } end;

# [activity_id, activity_name] of Entity Management.
def activity:
  .type as $type | .data as $data |
  {
    "task.created": [1, "Create"],
    "template.published": [1, "Create"],
    "user.calendar_feed_issued": [1, "Create"],
    "user.event_destination_created": [1, "Create"],
    "calendar.created": [1, "Create"],
    "task.updated": [3, "Update"],
    "task.rescheduled": [3, "Update"],
    "template.changed": [3, "Update"],
    "user.tier_changed": [3, "Update"],
    "user.event_destination_changed": [3, "Update"],
    "calendar.changed": [3, "Update"],
    "task.deleted": [4, "Delete"],
    "user.deleted": [4, "Delete"],
    "user.erased": [4, "Delete"],
    "user.calendar_feed_revoked": [4, "Delete"],
    "user.event_destination_deleted": [4, "Delete"],
    "calendar.deleted": [4, "Delete"],
    "template.retired": [9, "Disable"],
    "user.event_destination_turned_off": [9, "Disable"]
  }[$type]
  // if $type == "task.status_changed" and $data.action == "pause" then [12, "Suspend"]
     elif $type == "task.status_changed" and $data.action == "resume" then [13, "Resume"]
     elif $type == "task.status_changed" then [3, "Update"]
     else [99, $type] end;

def entity:
  if .type | startswith("task.") then { type_id: 99, type: "Task", uid: .subject }
  elif .type | startswith("calendar.") then { type_id: 99, type: "Calendar", uid: .subject }
  elif .type | startswith("template.") then { type_id: 99, type: "Template", uid: .subject }
  elif .type | startswith("user.calendar_feed_") then { type_id: 99, type: "Calendar feed", uid: .subject }
  elif .data.destination_id != null then { type_id: 99, type: "Event destination", uid: .data.destination_id }
  else { type_id: 2, type: "User", uid: .subject, user: { uid: .subject, type_id: 1 } } end;

# Of runs: whether it went well.
def status:
  if .type == "task.execution_completed" then { status_id: 1, status: "Success" }
  elif .type == "task.execution_failed" then { status_id: 2, status: "Failure", status_code: .data.code }
  else {} end;

def severity:
  if .type | startswith("log.") then [5, "Critical"]
  elif .type == "task.execution_failed" then [2, "Low"]
  else [1, "Informational"] end;

def classified($class; $activity):
  {
    class_uid: $class,
    class_name: (if $class == 0 then "Base Event" else "Entity Management" end),
    category_uid: (if $class == 0 then 0 else 3 end),
    category_name: (if $class == 0 then "Uncategorized" else "Identity & Access Management" end),
    activity_id: $activity[0],
    activity_name: $activity[1],
    type_uid: ($class * 100 + $activity[0])
  };

def metadata($line):
  {
    version: "1.8.0",
    product: { name: "task-service", vendor_name: "task-service" },
    log_name: "TASK_LOG",
    sequence: $line.sequence
  };

def ocsf:
  . as $line
  | if .sequence == null then error("this is no line of /audit/events: \(tojson[0:200])")
    elif .event == null then
      # Bytes that are no document: an auditor has to see them.
      classified(0; [0, "Unknown"])
      + { time: (now * 1000 | floor), severity_id: 4, severity: "High", metadata: metadata($line),
          message: "the log holds what is no event", raw_data: .event_base64, unmapped: { subject: .subject, raw_data_encoding: "base64" } }
    else
      .event
      | severity as $severity
      | (if .type | test("^(task|template|user|calendar)\\.") then
           classified(3004; activity) + { actor: (.actor | actor), entity: entity }
         else
           classified(0; [99, .type]) + { unmapped: { actor: .actor, data: .data } }
         end)
        + status
        + {
            time: (.time | epoch_ms),
            severity_id: $severity[0],
            severity: $severity[1],
            message: "\(.type) \(.subject) by \(.actor)",
            metadata: (metadata($line) + {
              uid: .id, event_code: .type, original_time: .time, correlation_uid: .correlationid
            } + (if .userid == null then {} else { tenant_uid: .userid } end))
          }
    end;

foreach (inputs, null) as $line (
  { ended: false };
  if $line == null then . elif $line.end != null then { ended: true } else .ended = false end;
  if $line == null then
    if .ended then empty else error("the lines were cut short: read on behind the last sequence") end
  elif $line.end != null then empty
  else $line | ocsf end
)
