import { Vector3 } from 'three';
import type { ActionName, ActivityView, LessonView, NodeStatus, ServerMessage } from '../protocol.js';
import { ArmModel } from './arm_model.js';
import { Connection } from './connection.js';
import { element, showJoints, showLesson, showMessage, showStatus } from './panels.js';
import { drawRaster } from './raster.js';
import { ArmScene } from './scene.js';

/** Points of the performed path that are kept. */
const TRAIL = 3000;

const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const scene = new ArmScene(element<HTMLCanvasElement>('scene'));
let model: ArmModel | undefined;
let lesson: LessonView | null = null;
let activity: ActivityView | undefined;
let target: Vector3[] = [];
let trail: Vector3[] = [];
let performing = false;
let jointsShown = false;

function drawLesson(): void {
  showLesson(lesson);
  if (!model || !lesson) return;
  target = lesson.targetPath.length ? model.targetPath(lesson) : [];
  scene.path('target', target);
  scene.path('learned', model.path(lesson.joints, lesson.learnedAngles));
  showDistance(model.tool());
}

function takeJoints({ names, positions }: { names: string[]; positions: number[] }): void {
  if (!model) return;
  const moved = model.pose(names, positions);
  if (!moved && jointsShown) return;
  showJoints(names, positions, (name) => model?.motion(name));
  jointsShown = true;
  const tool = model.tool();
  scene.mark(tool);
  const last = trail[trail.length - 1];
  if (!last || last.distanceTo(tool) > 5e-4) {
    trail.push(tool);
    if (trail.length > TRAIL) trail.shift();
    scene.path('executed', trail);
  }
  showDistance(tool);
}

function showDistance(tool: Vector3): void {
  const near = Math.min(...target.map((p) => p.distanceTo(tool)));
  element('distance').textContent = Number.isFinite(near) ? `${(100 * near).toFixed(1)} cm` : '–';
}

function takeStatus(arm: NodeStatus | null, learner: NodeStatus | null): void {
  showStatus('arm-state', 'arm', arm);
  showStatus('learner-state', 'learner', learner);
  // The performed path begins where the performance does.
  const now = learner?.state === 'executing';
  if (now && !performing) trail = [];
  performing = now;
}

function take(message: ServerMessage): void {
  switch (message.type) {
    case 'robot':
      if (model) scene.remove(model.object);
      model = new ArmModel(message.urdf, message.tool);
      scene.add(model.object);
      scene.fit(model.reachM);
      jointsShown = false;
      scene.mark(model.tool());
      drawLesson();
      break;
    case 'joints':
      takeJoints(message);
      break;
    case 'lesson':
      lesson = message.lesson;
      drawLesson();
      break;
    case 'activity':
      activity = message.activity;
      element('activity-panel').hidden = false;
      frame();
      drawRaster(element<HTMLCanvasElement>('raster'), activity);
      break;
    case 'performed':
      if (!model) break;
      trail = model.path(message.names, message.rows);
      scene.path('executed', trail);
      break;
    case 'status':
      takeStatus(message.arm, message.learner);
      break;
    case 'control':
      for (const id of ['reset', 'execute', 'forget'])
        element<HTMLButtonElement>(id).disabled = token === '' || message.writer === 'other';
      if (token === '') showMessage('read-only view: open the control address to move the arm', true);
      else if (message.writer === 'other') showMessage('another page controls the arm', true);
      break;
  }
}

const connection = new Connection(take, (connected) => {
  const chip = element('connection');
  chip.textContent = connected ? 'connected' : 'connection lost';
  chip.className = `chip ${connected ? 'good' : 'bad'}`;
});

for (const action of ['stop', 'reset', 'execute', 'forget'] as ActionName[])
  element(action).addEventListener('click', () => {
    showMessage(`${action} …`, true);
    void connection.ask(action, token).then(({ ok, message }) => showMessage(`${action}: ${message}`, ok));
  });

/** Centres the arm in what the panels leave free. */
function frame(): void {
  const narrow = innerWidth <= 760;
  const raster = element('activity-panel');
  scene.frame({
    left: narrow ? 0 : 285,
    right: narrow ? 0 : 245,
    top: 66,
    bottom: raster.hidden || narrow ? 0 : raster.offsetHeight + 12,
  });
}
addEventListener('resize', frame);
frame();

const dark = matchMedia('(prefers-color-scheme: dark)');
function setTheme(theme: string): void {
  document.documentElement.dataset.theme = theme;
  scene.retint();
  drawLesson();
  if (activity) drawRaster(element<HTMLCanvasElement>('raster'), activity);
}
element('theme').addEventListener('click', () =>
  setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'),
);
dark.addEventListener('change', () => setTheme(dark.matches ? 'dark' : 'light'));
setTheme(dark.matches ? 'dark' : 'light');
addEventListener('resize', () => activity && drawRaster(element<HTMLCanvasElement>('raster'), activity));
