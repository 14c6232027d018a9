/** Who comes without a session. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { href } from '../../base.ts';
import { Text } from '../../parts/text.tsx';
import { provider, resumeEnded, session, signIn } from '../../session.ts';

/** Over a page whose session has ended: what somebody was writing there stays. */
export function SignInAgain() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const look = () => void resumeEnded();
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, []);
  return (
    <dialog
      ref={dialog}
      class="session-ended"
      aria-label="Sign in again"
      onCancel={(event) => event.preventDefault()}
    >
      <SignIn />
    </dialog>
  );
}

export function SignIn() {
  const { value } = session;
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const why = fault ?? (value.state === 'out' || value.state === 'ended' ? value.why : null);
  // Never posted: a form's submission is only what Enter comes to.
  const submit = async (event: Event) => {
    event.preventDefault();
    setAsking(true);
    try {
      await signIn({ token: token.trim() });
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setAsking(false);
    }
  };
  return (
    <main class="sign-in">
      <div class="panel">
        <h1>Sign in to your tasks</h1>
        {why === null ? null : (
          <p role="alert" class="bad">
            <Text>{why}</Text>
          </p>
        )}
        {provider === null ? null : (
          <a
            class="button primary"
            href={href(`session/login?to=${encodeURIComponent(value.state === 'ended' ? 'tasks' : here())}`)}
            target={value.state === 'ended' ? '_blank' : '_top'}
            rel="noopener"
          >
            Sign in with {provider}
          </a>
        )}
        <form onSubmit={submit}>
          <label class="field">
            <span>Token</span>
            <input
              type="password"
              autoComplete="off"
              spellcheck={false}
              required
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
            <small>
              A bearer token of this service. It is kept by the service, sealed, and not by this browser.
            </small>
          </label>
          <button type="submit" class="primary" disabled={isAsking || token.trim() === ''}>
            Sign in
          </button>
        </form>
        <p class="soft">
          If you started the service on this machine, its terminal shows a link that signs you in.{' '}
          <a href={href('docs')} target="_blank" rel="noopener">
            API reference
          </a>
        </p>
      </div>
    </main>
  );
}

/** The screen that the address names, without the base. */
function here(): string {
  return (location.pathname + location.search).slice(href('').length);
}
