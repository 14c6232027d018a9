/** The end of a form: what would be saved, and the two ways out. It stays in view. */

export interface FormActionsProps {
  readonly step: 'writing' | 'sending' | 'checking';
  /** What the button is called. */
  readonly word: string;
  readonly cancel: () => void;
  /** Names of the fields that are changed; null: it is new. */
  readonly changed: readonly string[] | null;
}

export function FormActions({ step, word, cancel, changed }: FormActionsProps) {
  const isSame = changed?.length === 0;
  return (
    <div class="form-actions">
      <p class="soft" aria-live="polite">
        {changed === null
          ? null
          : isSame
            ? 'Nothing is changed.'
            : `Changed: ${changed.map(wordsOf).join(', ')}`}
      </p>
      <button type="button" onClick={cancel}>
        Cancel
      </button>
      <button type="submit" class="primary" disabled={step !== 'writing'}>
        {step === 'checking' ? 'Checking whether it arrived' : step === 'sending' ? 'Saving' : word}
      </button>
    </div>
  );
}

function wordsOf(field: string): string {
  if (field === 'config') return 'settings';
  return field === 'schedules' ? 'schedule' : field.replaceAll('_', ' ');
}
