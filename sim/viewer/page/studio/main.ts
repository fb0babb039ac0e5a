import 'uplot/dist/uPlot.min.css';
import '../style.css';
import type { LessonView } from '../../protocol.js';
import { App } from '../app.js';
import { element } from '../dom.js';
import { ArmPanel } from './arm_panel.js';
import { CharactersPanel } from './characters_panel.js';
import { LocalLink } from './local_link.js';
import { MemoryPanel } from './memory_panel.js';
import { loadCharacters, loadStudio } from './studio_files.js';
import { strokesOnArm } from './strokes.js';

/** The page with a learner and an arm of its own: no ROS, no server but one for files. */
async function start(): Promise<void> {
  const files = await loadStudio();
  let link: LocalLink | undefined;
  let lesson: LessonView | null = null;
  let panel = '';
  const memory = new MemoryPanel((options) => link?.configure(options));
  const app = new App(
    (events) =>
      (link = new LocalLink(
        files,
        {
          ...events,
          receive: (message) => {
            if (message.type === 'lesson') lesson = message.lesson;
            events.receive(message);
          },
        },
        () => memory.show(panel === 'memory' ? link!.learner.cores() : undefined, lesson),
      )),
    {
      configure: (backend, seed) => {
        if (link)
          link.learner.memory = { ...link.learner.memory, backend: backend as 'software' | 'pcm', seed };
      },
      seen: (name) => {
        panel = name;
        if (name === 'memory') memory.show(link?.learner.cores(), lesson);
      },
    },
  );
  new ArmPanel(
    link!.arm,
    (on) => link!.ask({ type: 'record', on }),
    () => app.scene,
  );
  new CharactersPanel(loadCharacters, (name, strokes) =>
    app.showMotion(`write ${name}`, (reach) => strokesOnArm(strokes, reach)),
  );
}

start().catch((error: Error) => {
  element('alarm').hidden = false;
  element('alarm').textContent = `The studio could not start: ${error.message}`;
});
