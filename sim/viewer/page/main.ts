import 'uplot/dist/uPlot.min.css';
import './style.css';
import { App } from './app.js';
import { AskedMemory } from './asked_memory.js';
import { Connection } from './connection.js';
import type { Link } from './link.js';
import { CharactersPanel } from './studio/characters_panel.js';
import { strokesOnArm } from './studio/strokes.js';
import { loadCharacters } from './studio/studio_files.js';

let link: Link | undefined;
const memory = new AskedMemory(
  (wish) => link?.ask(wish) ?? Promise.resolve({ ok: false, message: 'not connected' }),
);
const app = new App(
  (events, token) =>
    (link = new Connection(
      {
        ...events,
        receive: (message) => {
          memory.take(message);
          events.receive(message);
        },
      },
      token,
    )),
  { seen: (panel) => memory.see(panel) },
);
// told apart in the page itself; what is written is taught like any other motion
new CharactersPanel(loadCharacters, (name, strokes) =>
  app.showMotion(`write ${name}`, (reach) => strokesOnArm(strokes, reach)),
);
