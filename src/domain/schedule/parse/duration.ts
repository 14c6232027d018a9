/** ISO 8601 durations of fixed length: whole weeks, days, hours, minutes and seconds (`P1DT12H`). */
const DURATION =
  /^P(?:(\d{1,10})W)?(?:(\d{1,10})D)?(?:T(?=\d)(?:(\d{1,10})H)?(?:(\d{1,10})M)?(?:(\d{1,10})S)?)?$/;

/** Null where it is none; months and years, which have no fixed length, are none. */
export function secondsOfDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null || text === 'P') return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** The one spelling in days, hours, minutes and seconds; `PT0S` for none. */
export function durationOf(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'D'],
    [Math.floor(seconds / 3600) % 24, 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ] as const;
  const shown = parts.map(([value, unit]) => (value === 0 ? '' : `${value}${unit}`));
  const time = shown.slice(1).join('');
  if (seconds === 0) return 'PT0S';
  return `P${shown[0]}${time === '' ? '' : `T${time}`}`;
}
