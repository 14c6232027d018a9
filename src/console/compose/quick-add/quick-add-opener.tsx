/**
 * The button and the key that open quick add from anywhere. The grammar is loaded when the page has come to rest; who
 * types before that types into the dialog all the same, and not into the keys of the page.
 */
import { useEffect, useState } from 'preact/hooks';
import { useKeys } from '../../frame/keys.ts';
import { showFault } from '../../frame/notices.tsx';
import { Modal } from '../../parts/modal.tsx';
import type QuickAddForm from './quick-add-form.tsx';

const REST_MS = 1_500;
let loaded: typeof QuickAddForm | null = null;

async function load(): Promise<typeof QuickAddForm> {
  loaded ??= (await import('./quick-add-form.tsx')).default;
  return loaded;
}

export function QuickAddOpener() {
  const [isOpen, open] = useState(false);
  useKeys([{ key: 'q', what: 'Add a task', run: () => open(true) }]);
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => null), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <button type="button" class="primary add" onClick={() => open(true)} aria-keyshortcuts="q">
        <span aria-hidden="true">+</span> Add
      </button>
      {isOpen ? <QuickAddDialog close={() => open(false)} /> : null}
    </>
  );
}

function QuickAddDialog({ close }: { readonly close: () => void }) {
  const [text, setText] = useState('');
  const [Form, setForm] = useState(() => loaded);
  useEffect(() => {
    if (Form !== null) return;
    load().then(
      (form) => setForm(() => form),
      (error: unknown) => showFault('This part of the page did not load', error),
    );
  }, [Form]);
  return (
    <Modal title="Add a task" close={close}>
      {Form === null ? (
        <input
          class="quick-waiting"
          aria-label="Task"
          autofocus
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      ) : (
        <Form begun={text} close={close} />
      )}
    </Modal>
  );
}
