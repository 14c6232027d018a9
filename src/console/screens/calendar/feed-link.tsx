/** A URL for calendar programs: shown once, for whoever has it can read the calendar. */
import { useState } from 'preact/hooks';
import { answered, api } from '../../api/client.ts';
import { showFault } from '../../frame/notices.tsx';
import { Modal } from '../../parts/modal.tsx';

export function FeedLink() {
  const [isOpen, open] = useState(false);
  return (
    <>
      <button type="button" onClick={() => open(true)}>
        Subscribe
      </button>
      {isOpen ? <FeedDialog close={() => open(false)} /> : null}
    </>
  );
}

function FeedDialog({ close }: { readonly close: () => void }) {
  const [url, setUrl] = useState<string | null>(null);
  const issue = () =>
    answered(api.POST('/api/v1/calendar/feed')).then(
      (feed) => setUrl(feed.url),
      (error: unknown) => showFault('There is no new URL', error),
    );
  return (
    <Modal title="Subscribe with a calendar program" close={close}>
      <div class="stack">
        {url === null ? (
          <>
            <p>
              Whoever has the URL can read your events and due dates. It is shown once; a URL that you had
              before stops working.
            </p>
            <button type="button" class="primary" onClick={() => void issue()}>
              Make a URL
            </button>
          </>
        ) : (
          <label class="field">
            <span>Give this to your calendar program</span>
            <input class="wide code" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
          </label>
        )}
      </div>
    </Modal>
  );
}
