/** Said while there is no connection. What is shown comes back to the present by itself. */
import { isOffline, waitingWrites } from '../api/connection.ts';

export function OfflineBanner() {
  const waiting = waitingWrites.value;
  return (
    <div role="status">
      {isOffline.value ? (
        <p class="offline">
          You are offline: what is shown may be old.{' '}
          {waiting === 0
            ? 'Changes wait here until you are back.'
            : `${waiting === 1 ? 'A change waits' : `${waiting} changes wait`} to be sent: leave this page open.`}
        </p>
      ) : null}
    </div>
  );
}
