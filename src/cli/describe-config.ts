import { parseVariables } from '../app/config/config.ts';
import { VARIABLE_NAMES, VARIABLES } from '../app/config/variables.ts';

/** What is in force, a line for each variable, secrets masked. Throws ConfigError. */
export function describeConfig(env: NodeJS.ProcessEnv, argv: readonly string[] = []): string {
  const values = parseVariables(env, argv);
  const mode = values.NATS_URL === null ? 'embedded' : 'outside';
  const width = Math.max(...VARIABLE_NAMES.map((name) => name.length));
  return VARIABLE_NAMES.map((name) => {
    const { only = mode, otherwise = 'not set' } = VARIABLES[name];
    const shown = shownValue(name, values[name]);
    const text = shown === '' ? `(${only === mode ? otherwise : 'not set'})` : shown;
    return `${name.padEnd(width)}  ${text}`;
  }).join('\n');
}

/** The variables as the documentation lists them. */
export function configurationTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = VARIABLE_NAMES.map((name) => {
    const { byDefault, otherwise = 'unset', only, meaning } = VARIABLES[name];
    const shown = otherwise === 'unset' ? shownValue(name, byDefault) || otherwise : otherwise;
    const where = only === undefined ? '' : only === 'embedded' ? 'embedded server: ' : 'outside NATS: ';
    return `| \`${name}\` | ${cell(shown)} | ${where}${cell(meaning)} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** Empty for a variable that is not set and has no value by default. */
function shownValue(name: keyof typeof VARIABLES, value: unknown): string {
  if (value === null) return '';
  const { show = String } = VARIABLES[name];
  return show === 'secret' ? '***' : (show as (value: unknown) => string)(value);
}
