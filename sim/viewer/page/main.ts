import 'uplot/dist/uPlot.min.css';
import './style.css';
import { App } from './app.js';
import { Connection } from './connection.js';
import { CharactersPanel } from './studio/characters_panel.js';
import { strokesOnArm } from './studio/strokes.js';
import { loadCharacters } from './studio/studio_files.js';

const app = new App((events, token) => new Connection(events, token));
// told apart in the page itself; what is written is taught like any other motion
new CharactersPanel(loadCharacters, (name, strokes) =>
  app.showMotion(`write ${name}`, (reach) => strokesOnArm(strokes, reach)),
);
