import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';

type Given<Name extends string, Switch extends string> = Partial<Record<Name, string>> &
  Record<Switch, boolean>;

/** Options with a value, and those without. Throws UsageError. */
export function optionsGiven<Name extends string, Switch extends string = never>(
  args: readonly string[],
  names: readonly Name[],
  switches: readonly Switch[] = [],
): Given<Name, Switch> {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' as const, multiple: true as const }]),
    ...switches.map((name) => [name, { type: 'boolean' as const }]),
  ]);
  try {
    const { values } = parseArgs({ args: [...args], options });
    const entries = Object.entries(values).map(([name, value]) => {
      if (!Array.isArray(value)) return [name, value === true];
      const [first = '', ...more] = value as string[];
      if (first === '' || more.length > 0) throw new UsageError(`--${name} takes one value`);
      return [name, first];
    });
    return { ...Object.fromEntries(switches.map((name) => [name, false])), ...Object.fromEntries(entries) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
