import { describe, expect, it, test } from 'vitest';
import { mergedConfig, missingFields } from '../../../src/domain/template/use.ts';
import { covers, lowerOf } from '../../../src/domain/user/tier.ts';

test('a tier covers itself and those below it; the lower of two is the same either way', () => {
  expect(covers('basic', 'basic')).toBe(true);
  expect(covers('pro', 'free')).toBe(true);
  expect(covers('free', 'pro')).toBe(false);
  expect([lowerOf('free', 'pro'), lowerOf('pro', 'free'), lowerOf('pro', 'pro')]).toEqual([
    'free',
    'free',
    'pro',
  ]);
});

test('BR-TPL-004: what the user gives replaces a default whole, member by member', () => {
  const default_config = { limit: 20, place: { name: 'Bern', country: 'CH' } };
  expect(mergedConfig({ default_config }, { place: { name: 'Basel' } })).toEqual({
    limit: 20,
    place: { name: 'Basel' },
  });
});

describe('BR-TPL-005: a required field', () => {
  const OWN =
    'name description schedule priority tags metadata due_date due_timezone reminder_time remind_before'.split(
      ' ',
    );

  it.each(OWN)('%s is given by the task itself, not by its config', (name) => {
    const template = { required_fields: [name] };
    expect(missingFields(template, { fields: { [name]: 'x' }, config: {} })).toEqual([]);
    expect(missingFields(template, { fields: {}, config: { [name]: 'x' } })).toEqual([name]);
  });

  it('of another name is given by the config; null gives nothing', () => {
    const template = { required_fields: ['location', 'units'] };
    expect(missingFields(template, { fields: { location: 'x' }, config: { units: null } })).toEqual([
      'location',
      'units',
    ]);
    expect(missingFields(template, { fields: {}, config: { location: 'x', units: 0 } })).toEqual([]);
  });
});
