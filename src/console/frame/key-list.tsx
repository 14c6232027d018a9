/** The keys that act now. */
import { Modal } from '../parts/modal.tsx';
import { boundKeys } from './keys.ts';

export function KeyList({ close }: { readonly close: () => void }) {
  return (
    <Modal title="Keys" close={close}>
      <dl class="keys">
        {boundKeys().map(({ key, what }) => (
          <div key={key}>
            <dt>
              <kbd>{NAMES[key] ?? key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

const NAMES: Readonly<Record<string, string>> = { ' ': 'space', ArrowLeft: '←', ArrowRight: '→' };
