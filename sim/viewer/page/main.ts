import 'uplot/dist/uPlot.min.css';
import './style.css';
import { App } from './app.js';
import { Connection } from './connection.js';

new App((events, token) => new Connection(events, token));
