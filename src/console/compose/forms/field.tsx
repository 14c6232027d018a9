/** A field of a form: its label, what it is for, and what the service found wrong with it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { FieldFault } from '../../api/problems.ts';
import { Text } from '../../parts/text.tsx';

/** What an input needs to be told of by its label and its faults. */
export interface InputProps {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string;
}

export interface FieldProps {
  readonly label: string;
  readonly help?: string | null;
  readonly isRequired?: boolean;
  /** Those of this field. */
  readonly faults?: readonly FieldFault[];
  readonly children: (input: InputProps) => ComponentChildren;
}

export function Field({ label, help = null, isRequired = false, faults = [], children }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        <Text>{label}</Text>
        {isRequired ? <span class="soft"> (required)</span> : null}
      </label>
      {children({ id, 'aria-invalid': faults.length > 0, 'aria-describedby': `${id}-help` })}
      <div id={`${id}-help`}>
        {help === null ? null : (
          <small>
            <Text>{help}</Text>
          </small>
        )}
        <FieldFaults faults={faults} />
      </div>
    </div>
  );
}

export function FieldFaults({ faults }: { readonly faults: readonly FieldFault[] }) {
  return faults.map(({ msg }) => (
    <p key={msg} class="field-fault">
      <Text>{sentence(msg)}</Text>
    </p>
  ));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
