/** The inputs of a form that a JSON Schema describes, one for each shape. */
import { useState } from 'preact/hooks';
import type { FieldFault } from '../../api/problems.ts';
import { labelText, Text } from '../../parts/text.tsx';
import { alternativeOf, blankOf, type ConfigField, type ConfigShape, isMembers } from './config-shape.ts';
import { ConfigValue } from './config-values.tsx';
import { Field, FieldFaults } from './field.tsx';

export interface ConfigInputProps {
  readonly field: ConfigField;
  /** Undefined: nothing is said. */
  readonly value: unknown;
  readonly change: (value: unknown) => void;
  /** At the field and below it, by their paths from there. */
  readonly faults: readonly FieldFault[];
}

export function ConfigInput(props: ConfigInputProps) {
  const { field, faults } = props;
  switch (field.shape.kind) {
    case 'constant':
      return null;
    case 'group':
    case 'list':
    case 'pairs':
    case 'either':
      return field.title === '' ? <GroupFields {...props} /> : <Group {...props} />;
    default:
      return (
        <Field
          label={field.title}
          help={helpOf(field)}
          isRequired={field.isRequired}
          faults={faults.filter(({ loc }) => loc.length === 0)}
        >
          {(input) => <ConfigValue field={field} value={props.value} change={props.change} input={input} />}
        </Field>
      );
  }
}

function helpOf({ description, example, shape }: ConfigField): string | null {
  const shown =
    example === null || shape.kind === 'flag' || shape.kind === 'choice' ? null : `Such as ${example}`;
  return [description, shown].filter((part) => part !== null).join(' ') || null;
}

/** Of several inputs under one title. */
function Group(props: ConfigInputProps) {
  const { field, faults } = props;
  return (
    <fieldset class="group">
      <legend>
        <Text>{field.title}</Text>
        {field.isRequired ? <span class="soft"> (required)</span> : null}
      </legend>
      {field.description === null ? null : (
        <small>
          <Text>{field.description}</Text>
        </small>
      )}
      <FieldFaults faults={faults.filter(({ loc }) => loc.length === 0)} />
      <GroupFields {...props} />
    </fieldset>
  );
}

function GroupFields({ field, ...rest }: ConfigInputProps) {
  const { shape } = field;
  switch (shape.kind) {
    case 'group':
      return <Members {...rest} shape={shape} />;
    case 'list':
      return <Items {...rest} shape={shape} />;
    case 'pairs':
      return <Pairs {...rest} title={labelText(field.title)} />;
    case 'either':
      return <Either {...rest} shape={shape} title={labelText(field.title)} />;
    default:
      return null;
  }
}

type ShapeProps<K extends ConfigShape['kind']> = Omit<ConfigInputProps, 'field'> & {
  readonly shape: Extract<ConfigShape, { kind: K }>;
};

function Members({ shape, value, change, faults }: ShapeProps<'group'>) {
  const members = isMembers(value) ? value : {};
  return (
    <div class="members">
      {shape.fields.map((field) => (
        <ConfigInput
          key={field.name}
          field={field}
          value={members[field.name]}
          change={(next) => change({ ...members, [field.name]: next })}
          faults={faultsOf(faults, field.name)}
        />
      ))}
    </div>
  );
}

function Items({ shape, value, change, faults }: ShapeProps<'list'>) {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const { item } = shape;
  const title = labelText(item.title) || 'Value';
  return (
    <>
      {items.map((each, index) => (
        <div class="item" key={index}>
          <ConfigInput
            field={{ ...item, title: `${title} ${index + 1}`, description: null, isRequired: false }}
            value={each}
            change={(next) => change(items.with(index, next))}
            faults={faultsOf(faults, index)}
          />
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${title.toLowerCase()} ${index + 1}`}
            onClick={() => change(items.toSpliced(index, 1))}
          >
            ✕
          </button>
        </div>
      ))}
      <button type="button" class="more" onClick={() => change([...items, blankOf(item.shape) ?? ''])}>
        Add {title.toLowerCase()}
      </button>
    </>
  );
}

/** Kept as rows while they are written: two may have one name for a moment, and none at first. */
function Pairs({
  title,
  value,
  change,
  faults,
}: Omit<ConfigInputProps, 'field'> & { readonly title: string }) {
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>(
    Object.entries(isMembers(value) ? value : {}).map(([name, inner]) => [name, String(inner)]),
  );
  const write = (next: readonly (readonly [string, string])[]) => {
    setRows(next);
    change(Object.fromEntries(next));
  };
  return (
    <>
      {rows.map(([name, inner], index) => (
        <div class="pair" key={index}>
          <input
            aria-label={`${title}: name ${index + 1}`}
            value={name}
            onInput={(event) => write(rows.with(index, [event.currentTarget.value, inner]))}
          />
          <input
            aria-label={`${title}: value ${index + 1}`}
            value={inner}
            onInput={(event) => write(rows.with(index, [name, event.currentTarget.value]))}
          />
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${labelText(name) || `row ${index + 1}`}`}
            onClick={() => write(rows.toSpliced(index, 1))}
          >
            ✕
          </button>
          <FieldFaults faults={faultsOf(faults, name)} />
        </div>
      ))}
      <button type="button" class="more" onClick={() => write([...rows, ['', '']])}>
        Add a row
      </button>
    </>
  );
}

function Either({ shape, title, value, change, faults }: ShapeProps<'either'> & { readonly title: string }) {
  const [chosen, choose] = useState(alternativeOf(shape.alternatives, value));
  const alternative = shape.alternatives[chosen];
  if (alternative === undefined) return null;
  const { shape: inner } = alternative;
  const isPlain = inner.kind !== 'group' && inner.kind !== 'list' && inner.kind !== 'pairs';
  const take = (index: number) => {
    choose(index);
    change(blankOf(shape.alternatives[index]?.shape ?? { kind: 'json' }));
  };
  return (
    <>
      <select
        aria-label={`${title}: which`}
        value={chosen}
        onChange={(event) => take(Number(event.currentTarget.value))}
      >
        {shape.alternatives.map((each, index) => (
          <option key={index} value={index}>
            {labelText(each.title) || `Form ${index + 1}`}
          </option>
        ))}
      </select>
      {isPlain ? (
        <ConfigInput
          field={{ ...alternative, isRequired: false }}
          value={value}
          change={change}
          faults={faults}
        />
      ) : (
        <GroupFields key={chosen} field={alternative} value={value} change={change} faults={faults} />
      )}
    </>
  );
}

function faultsOf(faults: readonly FieldFault[], step: string | number): readonly FieldFault[] {
  return faults.filter(({ loc }) => loc[0] === step).map((fault) => ({ ...fault, loc: fault.loc.slice(1) }));
}
