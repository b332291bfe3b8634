import './theme.css';
import { render } from 'preact';
import { App } from './app.js';
import { updateLocation } from './state/location.js';
import { readSavedTrace } from './state/saved.js';

// A file that was saved has its trace in it, and keeps its address in the fragment.
readSavedTrace();
updateLocation();
render(<App />, document.getElementById('page') as HTMLElement);
