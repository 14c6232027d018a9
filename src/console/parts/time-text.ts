/** Times in words: pure, the zone and the present are given. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
    formats.set(key, format);
  }
  return format;
}

/** `14:05`, of another day `Mon 7 Dec 14:05`, of another year with it. */
export function clockText(at: number, zone: string, now: number): string {
  const time = formatOf(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  if (dayKey(at, zone) === dayKey(now, zone)) return time;
  return `${dayText(at, zone, now)} ${time}`;
}

/** `Mon 7 Dec`, in another year `Mon 7 Dec 2027`. */
export function dayText(at: number, zone: string, now: number): string {
  const isOtherYear = dayKey(at, zone).slice(0, 4) !== dayKey(now, zone).slice(0, 4);
  const year = isOtherYear ? ({ year: 'numeric' } as const) : {};
  const day = { weekday: 'short', day: 'numeric', month: 'short', ...year } as const;
  return formatOf(zone, day).format(at).replaceAll(',', '');
}

/** To the second with its zone: `Mon 7 December 2026, 14:05:09 CET`. */
export function exactText(at: number, zone: string): string {
  return formatOf(zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at);
}

/** `2026-12-07`: sorts, and tells days apart. */
export function dayKey(at: number, zone: string): string {
  const parts = formatOf(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** So many days after a day, or before it. */
export function shiftedDay(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** `in 40 s`, `3 min ago`, `now`; null beyond a day either way. */
export function distanceText(at: number, now: number): string | null {
  const away = Math.abs(at - now);
  if (away >= DAY) return null;
  if (away < 1_000) return 'now';
  const length = lengthText(away);
  return at > now ? `in ${length}` : `${length} ago`;
}

/** A length of time by its largest unit, or two: `850 ms`, `40 s`, `3 min`, `2 h 5 min`, `3 d`. */
export function lengthText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1).replace(/\.0$/, '')} s`;
  if (ms < MINUTE) return `${Math.floor(ms / 1_000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms >= DAY) return `${Math.floor(ms / DAY)} d`;
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  return `${Math.floor(ms / HOUR)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
}

/** `Zurich` of `Europe/Zurich`: what people call a zone. */
export function placeOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** Whether two zones show the same at an instant. */
export function showTheSame(at: number, one: string, other: string): boolean {
  const options = { dateStyle: 'short', timeStyle: 'short' } as const;
  return one === other || formatOf(one, options).format(at) === formatOf(other, options).format(at);
}
