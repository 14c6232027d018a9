import type { Executors } from '../executor.ts';
import { custom } from './custom.ts';
import { dailyWeather, type WeatherProviders } from './daily-weather.ts';
import {
  calendarEvent,
  dailyNews,
  dataBackup,
  newsMonitor,
  priceTracker,
  weatherAlert,
} from './not-available.ts';
import { reminder } from './reminder.ts';
import { todo } from './todo.ts';

/** What runs each task type. */
export function createExecutors(providers: WeatherProviders): Executors {
  return {
    daily_weather: dailyWeather(providers),
    daily_news: dailyNews,
    news_monitor: newsMonitor,
    weather_alert: weatherAlert,
    price_tracker: priceTracker,
    data_backup: dataBackup,
    todo,
    reminder,
    calendar_event: calendarEvent,
    custom,
  };
}
