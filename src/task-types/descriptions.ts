/** What people are told of each task type before they have a task of it. */
import type { TaskTypeDescription } from '../application/ports/task-types.ts';
import type { TaskType } from '../domain/task/status.ts';
import { dataBackupDescription } from './backup/description.ts';
import { customDescription } from './custom/description.ts';
import { dailyNewsDescription, newsMonitorDescription } from './news/descriptions.ts';
import { calendarEventDescription, reminderDescription, todoDescription } from './personal/descriptions.ts';
import { priceTrackerDescription } from './prices/description.ts';
import { dailyWeatherDescription, weatherAlertDescription } from './weather/descriptions.ts';

export const TASK_TYPE_DESCRIPTIONS: Readonly<Record<TaskType, TaskTypeDescription>> = {
  daily_weather: dailyWeatherDescription,
  daily_news: dailyNewsDescription,
  news_monitor: newsMonitorDescription,
  weather_alert: weatherAlertDescription,
  price_tracker: priceTrackerDescription,
  data_backup: dataBackupDescription,
  todo: todoDescription,
  reminder: reminderDescription,
  calendar_event: calendarEventDescription,
  custom: customDescription,
};
