/** The entry: what browsers load first. */
import { render } from 'preact';
import { App } from './app.tsx';
import { startLive } from './live/live.ts';
import { startRefreshing } from './live/refresh.ts';
import { resumeSession } from './session.ts';
import './styles/main.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
void resumeSession();
startLive();
startRefreshing();
