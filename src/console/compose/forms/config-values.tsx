/** The single inputs of such a form: text, numbers, choices, JSON. */
import { useState } from 'preact/hooks';
import { shownZone } from '../../parts/zones.ts';
import { instantOfLocal, localText } from '../wall-time.ts';
import type { ConfigField, ConfigShape } from './config-shape.ts';
import type { InputProps } from './field.tsx';

export interface ConfigValueProps {
  readonly field: ConfigField;
  readonly value: unknown;
  readonly change: (value: unknown) => void;
  readonly input: InputProps;
}

export function ConfigValue({ field, value, change, input }: ConfigValueProps) {
  const { shape, byDefault } = field;
  switch (shape.kind) {
    case 'flag':
      return (
        <input
          {...input}
          type="checkbox"
          checked={value === undefined ? byDefault === true : value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return <Choices {...input} field={field} values={shape.values} value={value} change={change} />;
    case 'number':
      return (
        <input
          {...input}
          inputMode={shape.step === 1 ? 'numeric' : 'decimal'}
          placeholder={byDefault === undefined ? undefined : String(byDefault)}
          value={value === undefined ? '' : String(value)}
          onInput={(event) => change(numberOrText(event.currentTarget.value))}
        />
      );
    case 'json':
      return <JsonText {...input} value={value} change={change} />;
    case 'text':
      return <TextInput {...input} shape={shape} value={value} change={change} placeholder={byDefault} />;
    default:
      return null;
  }
}

interface ValueProps extends InputProps {
  readonly value: unknown;
  readonly change: (value: unknown) => void;
}

function Choices({
  field,
  values,
  value,
  change,
  ...input
}: ValueProps & { readonly field: ConfigField; readonly values: readonly unknown[] }) {
  const isOpen = !field.isRequired || value === undefined;
  const unsaid = field.byDefault === undefined ? '' : `${String(field.byDefault)} (as usual)`;
  return (
    <select
      {...input}
      value={values.indexOf(value)}
      onChange={(event) => change(values[Number(event.currentTarget.value)])}
    >
      {isOpen ? <option value={-1}>{unsaid}</option> : null}
      {values.map((each, index) => (
        <option key={index} value={index}>
          {String(each)}
        </option>
      ))}
    </select>
  );
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  date: 'date',
  time: 'time',
  uri: 'url',
  email: 'email',
};

function TextInput({
  shape,
  value,
  change,
  placeholder,
  ...input
}: ValueProps & { readonly shape: Extract<ConfigShape, { kind: 'text' }>; readonly placeholder: unknown }) {
  const text = typeof value === 'string' ? value : '';
  if (shape.format === 'date-time') return <InstantInput {...input} value={text} change={change} />;
  const onInput = (event: InputEvent & { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
    change(event.currentTarget.value);
  if (shape.isLong) return <textarea {...input} value={text} onInput={onInput} />;
  const hint = typeof placeholder === 'string' ? placeholder : undefined;
  return (
    <input
      {...input}
      type={INPUT_TYPES[shape.format ?? ''] ?? 'text'}
      placeholder={hint}
      value={text}
      onInput={onInput}
    />
  );
}

/** An instant, shown and written in the zone of the page. */
export function InstantInput({
  value,
  change,
  ...input
}: InputProps & { readonly value: string; readonly change: (value: string) => void }) {
  const zone = shownZone(null);
  const at = Date.parse(value);
  return (
    <input
      {...input}
      type="datetime-local"
      value={Number.isNaN(at) ? '' : localText(zone, at)}
      onChange={(event) => {
        const instant = instantOfLocal(zone, event.currentTarget.value);
        change(instant === null ? '' : new Date(instant).toISOString());
      }}
    />
  );
}

/** Text that is no JSON is sent as text. */
function JsonText({ value, change, ...input }: ValueProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  return (
    <textarea
      {...input}
      class="code"
      spellcheck={false}
      value={text}
      onInput={(event) => {
        setText(event.currentTarget.value);
        change(jsonOrText(event.currentTarget.value));
      }}
    />
  );
}

function jsonOrText(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What is no number is sent as it is: the service says so. */
function numberOrText(text: string): unknown {
  const plain = text.trim().replace(/^(-?\d+),(\d+)$/, '$1.$2');
  if (plain === '') return undefined;
  return Number.isNaN(Number(plain)) ? text : Number(plain);
}
