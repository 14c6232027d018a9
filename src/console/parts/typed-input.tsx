/**
 * A field whose value holds once it is typed whole. What is being typed is kept here: a screen that is drawn anew
 * meanwhile, for an event or an answer has come, takes nothing of it away.
 */
import type { InputHTMLAttributes } from 'preact';
import { useState } from 'preact/hooks';

export interface TypedInputProps
  extends Omit<InputHTMLAttributes, 'value' | 'onInput' | 'onChange' | 'onBlur'> {
  /** What holds. */
  readonly value: string;
  readonly done: (typed: string) => void;
}

export function TypedInput({ value, done, ...input }: TypedInputProps) {
  const [typed, type] = useState<string | null>(null);
  return (
    <input
      {...input}
      value={typed ?? value}
      onInput={(event) => type(event.currentTarget.value)}
      onChange={(event) => done(event.currentTarget.value)}
      onBlur={() => type(null)}
    />
  );
}
