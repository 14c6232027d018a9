import { expect, test } from 'vitest';
import { liesWithin, readingsOf } from '../../../src/task-types/weather/place-names.ts';

const place = (name: string, country: string, country_code: string, admin1: string) => ({
  name,
  country,
  country_code,
  admin1,
});
const PLACES = [
  place('London', 'United Kingdom', 'GB', 'England'),
  place('London', 'Canada', 'CA', 'Ontario'),
  place('New York', 'United States', 'US', 'New York'),
  place('Paris', 'France', 'FR', 'Île-de-France'),
  place('Paris', 'United States', 'US', 'Texas'),
  place('Springfield', 'United States', 'US', 'Missouri'),
  place('Springfield', 'United States', 'US', 'Illinois'),
  place('Washington', 'United States', 'US', 'District of Columbia'),
  place('San Francisco', 'United States', 'US', 'California'),
  place('Wilmington', 'United States', 'US', 'Delaware'),
  place('São Paulo', 'Brazil', 'BR', 'São Paulo'),
  place('Zürich', 'Switzerland', 'CH', 'Zurich'),
  place('Seoul', 'South Korea', 'KR', 'Seoul'),
  place('The Hague', 'The Netherlands', 'NL', 'South Holland'),
  place('Dubai', 'United Arab Emirates', 'AE', 'Dubai'),
  place('Perth', 'Australia', 'AU', 'Western Australia'),
  place('Berlin', 'Germany', 'DE', 'State of Berlin'),
  place('Berlin', 'United States', 'US', 'New Hampshire'),
];

/** As a geocoder that compares letters: its region, and how often it was asked. */
function found(wanted: string): { readonly region: string | null; readonly calls: number } {
  const readings = readingsOf(wanted);
  for (const [at, { name, within }] of readings.entries()) {
    const known = PLACES.filter((it) => it.name.toLowerCase().startsWith(name.toLowerCase()));
    const fitting = known.find((it) => liesWithin(it, within));
    if (fitting !== undefined) return { region: fitting.admin1, calls: at + 1 };
  }
  return { region: null, calls: readings.length };
}

test.each([
  ['London', 'England', 1],
  ['London, UK', 'England', 1],
  ['London, U.K.', 'England', 1],
  ['London, England, UK', 'England', 1],
  ['london, ontario', 'Ontario', 1],
  ['London, ON, Canada', 'Ontario', 1],
  ['New York, NY', 'New York', 1],
  ['New York City', 'New York', 2],
  ['NYC', 'New York', 2],
  ['Paris, Texas, USA', 'Texas', 1],
  ['Springfield, IL', 'Illinois', 1],
  ['Springfield IL', 'Illinois', 2],
  ['Washington, D.C.', 'District of Columbia', 1],
  ['Washington DC', 'District of Columbia', 2],
  ['San Francisco CA', 'California', 2],
  ['Wilmington, DE', 'Delaware', 1],
  ['Sao Paulo, Brazil', 'São Paulo', 2],
  ['Zurich', 'Zurich', 2],
  ['Seoul, Korea', 'Seoul', 1],
  ['The Hague, Netherlands', 'South Holland', 1],
  ['Dubai, UAE', 'Dubai', 1],
  ['Dubai, United Arab Emirates', 'Dubai', 1],
  ['Perth, WA', 'Western Australia', 1],
  ['Berlin, DE', 'State of Berlin', 1],
  ['Berlin, Deutschland', 'State of Berlin', 1],
  ['Berlin, Alemania', 'State of Berlin', 1],
  ['Berlin, Berlin', 'State of Berlin', 1],
  ['Berlin Germany', 'State of Berlin', 2],
  ['Berlin, NH', 'New Hampshire', 1],
])('%s lies in %s', (wanted, region, calls) => {
  expect(found(wanted)).toEqual({ region, calls });
});

test.each(['Berlin, France', 'London, TX', 'Springfield, Ontario', 'Nowhere', 'Paris, Germany, USA', ','])(
  '%s is nowhere, and found out with few calls',
  (wanted) => {
    const { region, calls } = found(wanted);
    expect(region).toBeNull();
    expect(calls).toBeLessThanOrEqual(5);
  },
);
