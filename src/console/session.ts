/** Who is signed in here. The cookie that says so is not to be read by scripts: the service is asked. */
import { computed, signal } from '@preact/signals';
import { type ApiSchema, api, outcomeOf } from './api/client.ts';
import { ApiProblem } from './api/problems.ts';
import { queryClient } from './api/query-client.ts';

export type SessionState =
  | { readonly state: 'unknown' }
  | { readonly state: 'out'; readonly why: string | null }
  | { readonly state: 'in'; readonly user: ApiSchema<'Session'> }
  /** What is on the page stays there until the same person has signed in again. */
  | { readonly state: 'ended'; readonly user: ApiSchema<'Session'>; readonly why: string };

export const session = signal<SessionState>({ state: 'unknown' });

/** Whose page it is; null: nobody's yet. */
export const viewer = computed(() => {
  const { value } = session;
  return value.state === 'in' || value.state === 'ended' ? value.user : null;
});

const ENDED = 'Your session has ended. Sign in again: nothing is lost.';

/** Where people may sign in at the provider: its host; null: nowhere. */
export const provider = document.querySelector<HTMLMetaElement>('meta[name=provider]')?.content || null;

/** Why the provider signed nobody in. */
const LOGIN_FAILURES: Readonly<Record<string, string>> = {
  cancelled: 'You were not signed in: it was cancelled.',
  expired: 'You were not signed in: it took too long, or was used before. Try again.',
  refused: 'You were not signed in: the answer did not fit. Try again, or ask the operator.',
  unavailable: 'You were not signed in: the provider does not answer. Try again soon.',
};

/** After signing in elsewhere, in another tab: the page goes on where it was. */
export async function resumeEnded(): Promise<void> {
  if (session.value.state !== 'ended') return;
  try {
    const { data } = await outcomeOf(api.GET('/api/v1/session'));
    if (data !== undefined) takeUp(data);
  } catch {
    // Not yet.
  }
}

/** With the code of a link (`#code=…`), which is good once; else with the session that is there. */
export async function resumeSession(): Promise<void> {
  const landed = new URLSearchParams(location.hash.slice(1));
  const code = landed.get('code');
  const failure = landed.get('login');
  // It is not to stay in the history of the browser.
  if (code !== null || failure !== null) history.replaceState(null, '', location.pathname + location.search);
  try {
    if (code !== null) return await signIn({ code });
    const { data } = await outcomeOf(api.GET('/api/v1/session'));
    session.value = data === undefined ? { state: 'out', why: null } : { state: 'in', user: data };
  } catch (error) {
    const isRefused = error instanceof ApiProblem && error.status === 401;
    const why = code === null && isRefused ? (LOGIN_FAILURES[failure ?? ''] ?? null) : messageOf(error);
    session.value = { state: 'out', why };
  }
}

/** Throws what was answered where nobody is signed in by it. */
export async function signIn(by: ApiSchema<'SignIn'>): Promise<void> {
  const { data } = await outcomeOf(api.POST('/api/v1/session', { body: by }));
  if (data !== undefined) takeUp(data);
}

/** Of the one who was here before, what is on the page is only asked for again. */
function takeUp(user: ApiSchema<'Session'>): void {
  const isBack = viewer.value?.user_id === user.user_id;
  if (!isBack) queryClient.clear();
  session.value = { state: 'in', user };
  if (isBack) void queryClient.invalidateQueries();
}

export async function signOut(): Promise<void> {
  await outcomeOf(api.DELETE('/api/v1/session'));
  queryClient.clear();
  session.value = { state: 'out', why: null };
}

/** The service no longer knows the session: what is on the page is asked for again after the next sign-in. */
export function endSession(): void {
  const { value } = session;
  if (value.state === 'in') session.value = { state: 'ended', user: value.user, why: ENDED };
}

// Any call may be the one to find that the session has ended.
api.use({
  onResponse({ request, response }) {
    const isSessionCall = new URL(request.url).pathname.endsWith('/api/v1/session');
    if (response.status === 401 && !isSessionCall) endSession();
  },
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
