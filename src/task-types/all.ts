import type { UserBackups } from '../application/ports/user-backups.ts';
import type { TaskWorkers } from '../application/ports/work/task-workers.ts';
import { dataBackup } from './backup/data-backup.ts';
import { custom } from './custom/custom.ts';
import type { Executors } from './executor.ts';
import { dailyNews } from './news/daily-news.ts';
import type { NewsFeed } from './news/feed-list.ts';
import { newsMonitor } from './news/news-monitor.ts';
import { calendarEvent } from './personal/calendar-event.ts';
import { reminder } from './personal/reminder.ts';
import { todo } from './personal/todo.ts';
import { priceTracker } from './prices/price-tracker.ts';
import { dailyWeather } from './weather/daily-weather.ts';
import type { WeatherProviders } from './weather/open-meteo.ts';
import { weatherAlert } from './weather/weather-alert.ts';

export interface Providers extends WeatherProviders {
  /** Read by the news tasks that name no sources. */
  readonly newsFeeds: readonly NewsFeed[];
  readonly taskWorkers: TaskWorkers;
  readonly backups: UserBackups;
}

/** What runs each task type. */
export function createExecutors(providers: Providers): Executors {
  return {
    daily_weather: dailyWeather(providers),
    daily_news: dailyNews(providers.newsFeeds),
    news_monitor: newsMonitor(providers.newsFeeds),
    weather_alert: weatherAlert(providers),
    price_tracker: priceTracker,
    data_backup: dataBackup(providers.backups),
    todo,
    reminder,
    calendar_event: calendarEvent,
    custom: custom(providers.taskWorkers),
  };
}
