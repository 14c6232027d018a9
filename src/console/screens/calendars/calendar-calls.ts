/** What is asked about calendars of days; what is sent is checked by the service, field by field. */
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { writeOnce } from '../../compose/write-once.ts';

export type DayCalendar = ApiSchema<'Calendar'>;

/** As the API takes it. */
export interface CalendarFieldsSent {
  readonly name: string;
  readonly dates: readonly string[];
  readonly weekdays: readonly number[];
}

export function postCalendar(
  fields: CalendarFieldsSent,
  shared: boolean,
  checking: () => void,
): Promise<DayCalendar> {
  const body = { ...bodyOf(fields), shared };
  return told(
    writeOnce(
      (key) =>
        answered(api.POST('/api/v1/calendars', { body, params: { header: { 'Idempotency-Key': key } } })),
      checking,
    ),
  );
}

/** `revision`: what the change is based on; one that somebody changed after it is REVISION_MISMATCH. */
export function putCalendar(
  calendarId: string,
  revision: number,
  fields: CalendarFieldsSent,
  checking: () => void,
): Promise<DayCalendar> {
  const path = { calendar_id: calendarId };
  return told(
    writeOnce((key) => {
      const header = { 'Idempotency-Key': key, 'If-Match': `"${revision}"` };
      const body = bodyOf(fields);
      return answered(api.PUT('/api/v1/calendars/{calendar_id}', { body, params: { path, header } }));
    }, checking),
  );
}

export function deleteCalendar(
  { calendar_id, revision }: DayCalendar,
  checking: () => void,
): Promise<unknown> {
  return told(
    writeOnce((key) => {
      const header = { 'Idempotency-Key': key, 'If-Match': `"${revision}"` };
      const params = { path: { calendar_id }, header };
      return answered(api.DELETE('/api/v1/calendars/{calendar_id}', { params }));
    }, checking),
  );
}

export function calendarBy(calendarId: string): Promise<DayCalendar> {
  const params = { path: { calendar_id: calendarId } };
  return answered(api.GET('/api/v1/calendars/{calendar_id}', { params }));
}

function bodyOf({ name, dates, weekdays }: CalendarFieldsSent): ApiSchema<'SaveCalendar'> {
  return { name, dates: [...dates], weekdays: [...weekdays] };
}

async function told<T>(write: Promise<T>): Promise<T> {
  const done = await write;
  void queryClient.invalidateQueries();
  return done;
}
