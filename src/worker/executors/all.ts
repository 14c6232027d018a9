import type { TaskWorkers } from '../../application/ports/ports.ts';
import type { UserBackups } from '../../application/ports/user-backups.ts';
import type { Executors } from '../executor.ts';
import type { NewsFeed } from '../news/feed-list.ts';
import type { WeatherProviders } from '../weather/open-meteo.ts';
import { calendarEvent } from './calendar-event.ts';
import { custom } from './custom.ts';
import { dailyNews } from './daily-news.ts';
import { dailyWeather } from './daily-weather.ts';
import { dataBackup } from './data-backup.ts';
import { newsMonitor } from './news-monitor.ts';
import { priceTracker } from './price-tracker.ts';
import { reminder } from './reminder.ts';
import { todo } from './todo.ts';
import { weatherAlert } from './weather-alert.ts';

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
