/** Which events can be taken back, and why one is not. */
export const UNDOABLE: ReadonlySet<string> = new Set([
  'task.updated',
  'task.status_changed',
  'task.deleted',
  'task.restored',
]);

const REASONS: Readonly<Record<string, string>> = {
  no_compensation: 'No edit takes this back.',
  no_way_back: 'There is no way back to that state.',
  too_long_ago:
    'Too much has happened since: what was changed meanwhile is not known any more. Edit the task instead.',
};

/** Null for a refusal of another kind. */
export function refusalWords(code: string, members: Readonly<Record<string, unknown>>): string | null {
  if (code === 'CHANGED_SINCE') {
    const fields = Array.isArray(members.fields) ? members.fields.map(String) : [];
    const named = fields.map((field) => field.replaceAll('_', ' ')).join(', ');
    return `Changed again since: ${named}. Nothing was brought back, so that nothing newer is lost.`;
  }
  if (code === 'NOT_UNDOABLE') return REASONS[String(members.reason)] ?? 'No edit takes this back.';
  return null;
}
