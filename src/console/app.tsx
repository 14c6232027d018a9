/** The whole of it: who is signed in, the frame, and the screen that the address names. */
import { QueryClientProvider } from '@tanstack/preact-query';
import { Fragment } from 'preact';
import { ErrorBoundary } from 'preact-iso/lazy';
import { LocationProvider, Route, Router } from 'preact-iso/router';
import { queryClient } from './api/query-client.ts';
import { href } from './base.ts';
import { Frame } from './frame/frame.tsx';
import { NoSuchScreen } from './frame/no-screen.tsx';
import { SignIn, SignInAgain } from './screens/sign-in/sign-in.tsx';
import { FIRST_SCREEN, SCREENS } from './screens.ts';
import { session, viewer } from './session.ts';

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <LocationProvider scope={href('')}>
        <Gate />
      </LocationProvider>
    </QueryClientProvider>
  );
}

function Gate() {
  const { state } = session.value;
  const user = viewer.value;
  if (state === 'unknown') return null;
  if (user === null) return <SignIn />;
  return (
    <Fragment key={user.user_id}>
      <Screens />
      {state === 'ended' ? <SignInAgain /> : null}
    </Fragment>
  );
}

function Screens() {
  return (
    <Frame>
      <ErrorBoundary>
        <Router>
          <Route path={href('')} component={FirstScreen} />
          {SCREENS.map(({ path, screen }) => (
            <Route key={path} path={href(path)} component={screen} />
          ))}
          <Route default component={NoSuchScreen} />
        </Router>
      </ErrorBoundary>
    </Frame>
  );
}

const FirstScreen = SCREENS.find(({ path }) => path === FIRST_SCREEN)?.screen ?? NoSuchScreen;
