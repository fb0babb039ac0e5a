import { type Group, Vector3 } from 'three';
import type { JointStates } from '../joint_frame.js';
import type {
  AboutView,
  LessonView,
  MemoryView,
  NodeStatus,
  ServerMessage,
  SkillView,
  ToldMessage,
  WireTarget,
  Wish,
} from '../protocol.js';
import { Access } from './access.js';
import { ArmModel } from './arm_model.js';
import { showComparison } from './comparison_panel.js';
import { rowAt, TimeCursor } from './cursor.js';
import { element } from './dom.js';
import { DrivePanel } from './drive_panel.js';
import { Freshness } from './freshness.js';
import { showJoints } from './joint_bars.js';
import { JointPlots } from './joint_plots.js';
import { showLesson, showStatus } from './lesson_panel.js';
import { LessonPictures } from './lesson_pictures.js';
import type { Link, LinkEvents, LinkState, Reply } from './link.js';
import { logLine, showMessage } from './log_panel.js';
import { MeshLoader } from './mesh_loader.js';
import { motionOf, motionOfData } from './motion_file.js';
import { Reach } from './reach.js';
import { Recorder } from './recorder.js';
import { motionOfRecording } from './recording_motion.js';
import { ArmScene, type ViewName } from './scene.js';
import { evenRows } from './smooth.js';
import { showSkills } from './skills_panel.js';
import { stopControl } from './stop_control.js';
import { tabs } from './tabs.js';
import { TeachPanel } from './teach_panel.js';
import { stillWanted, themeControl } from './theme.js';
import { workspaceView } from './workspace_view.js';

type Performed = Extract<ServerMessage, { type: 'performed' }>;

/** Points of the performed path that are kept. */
const TRAIL = 3000;
/** What set something in motion or changes what is learned: needs control. */
const controlled = ['reset', 'execute', 'forget', 'teach', 'save', 'compare'];

/** What a page that is more than a viewer adds. */
export interface Extras {
  /** Whether synapses and seed can be chosen, and how they are. */
  configure?: (backend: string, seed: number) => void;
  /** The panel of this name is seen. */
  seen?: (panel: string) => void;
}

/** The page: what a link tells is shown, what the user does is asked of it. */
export class App {
  private readonly access: Access;
  private readonly link: Link;
  /** The picture, where there is one. */
  scene: ArmScene | undefined;
  private model: ArmModel | undefined;
  private urdf: { text: string; tool?: string } | undefined;
  private reach: Reach | undefined;
  private aboutView: AboutView | undefined;
  private lesson: LessonView | null = null;
  private performed: Performed | null = null;
  private memory: MemoryView | null = null;
  private skills: SkillView[] = [];
  private workspace: Group | undefined;
  private target: Vector3[] = [];
  private trail: Vector3[] = [];
  private status: { arm: NodeStatus | null; learner: NodeStatus | null } = { arm: null, learner: null };
  private jointsShown = false;
  /** Somebody drives the arm by hand. */
  private driven = false;
  private linkState: LinkState = 'connecting';
  private mine = false;
  private panel = 'lesson';
  private readonly freshness: Freshness;
  private readonly cursor: TimeCursor;
  private readonly plots: JointPlots;
  private readonly pictures: LessonPictures;
  private readonly teaching: TeachPanel;
  private readonly driving: DrivePanel;

  /** @param connect makes the link. */
  constructor(
    connect: (events: LinkEvents, token: string) => Link,
    private readonly extras: Extras = {},
  ) {
    // STOP first: whatever fails below, it works
    stopControl(
      () => this.link?.ask({ type: 'stop' }) ?? Promise.resolve({ ok: false, message: 'not connected' }),
      () => this.moving,
      ({ ok, message }) => showMessage(`stop: ${message}`, ok),
    );
    this.access = new Access((token) => this.link.useToken(token));
    this.freshness = new Freshness();
    this.cursor = new TimeCursor(() => this.followCursor());
    this.plots = new JointPlots(
      () => this.cursor.timeS,
      () => this.panel === 'joints',
    );
    this.pictures = new LessonPictures();
    this.teaching = new TeachPanel({
      ask: (wish) => this.ask(wish),
      read: (data, name) => {
        if (!this.reach) throw new Error('the learner has not told its joints yet');
        const { profile } = this.reach;
        if (data instanceof Uint8Array) return motionOfRecording(data, profile);
        return typeof data === 'string' ? motionOf(data, name, profile) : motionOfData(data, profile);
      },
      chosen: (motion) => this.showDraft(motion && this.reach ? this.reach.path(motion.target) : []),
      told: showMessage,
      configure: extras.configure,
    });
    this.driving = new DrivePanel({
      jog: extras.configure ? undefined : (command) => this.link.jog?.(command),
      record: (on) => this.wish({ type: 'record', on }),
    });
    this.scene = this.picture();
    tabs((name) => this.show(name));
    this.buttons();
    this.recorder();
    themeControl(() => {
      this.scene?.retint();
      this.drawLesson();
    });
    addEventListener('resize', () => this.followCursor());
    this.control(undefined, 'none');
    this.link = connect(
      {
        receive: (message) => this.take(message),
        state: (state, detail) => this.linked(state, detail),
        fault: (what) => showMessage(what, false),
      },
      this.access.token,
    );
  }

  /** Chooses a motion made for this arm. */
  showMotion(name: string, make: (reach: Reach) => WireTarget): void {
    if (this.reach) this.teaching.shown({ name, target: make(this.reach) });
  }

  private get moving(): boolean {
    return (
      this.driven ||
      this.status.arm?.state === 'moving' ||
      ['approaching', 'executing', 'stopping'].includes(this.status.learner?.state ?? '')
    );
  }

  private async ask(wish: Wish): Promise<Reply> {
    const reply = await this.link.ask(wish);
    // the stages of a lesson were shown in the learner's place
    showStatus('learner-state', 'learner', this.status.learner);
    return reply;
  }

  private take(message: ToldMessage): void {
    switch (message.type) {
      case 'robot':
        this.takeRobot(message);
        break;
      case 'about':
        this.aboutView = message.about;
        this.pictures.about(message.about.learned);
        this.teaching.about(message.about, this.extras.configure !== undefined);
        this.makeReach();
        this.drawWorkspace();
        break;
      case 'examples':
        this.teaching.offer(message.examples);
        break;
      case 'joints':
        this.takeJoints(message);
        break;
      case 'lesson':
        this.takeLesson(message.lesson);
        break;
      case 'activity':
        this.pictures.happened(message.activity);
        break;
      case 'performed':
        this.performed = message;
        if (this.model) {
          this.trail = this.model.path(message.names, message.rows);
          this.scene?.path('executed', this.trail);
        }
        this.drawCurves();
        break;
      case 'status':
        this.takeStatus(message.arm, message.learner);
        break;
      case 'skills':
        this.skills = message.skills;
        this.listSkills();
        break;
      case 'comparison':
        showComparison(message.comparison);
        break;
      case 'memory':
        this.memory = message.memory;
        this.drawAged();
        break;
      case 'teleop':
        this.driven = message.teleop?.state === 'moving';
        this.driving.told(message.teleop);
        break;
      case 'shown':
        this.takeShown(message);
        break;
      case 'stage':
        showStatus('learner-state', 'learner', { state: message.stage, stopped: false, reason: '' });
        break;
      case 'control':
        this.control(message.allowed, message.writer);
        break;
      case 'ping':
        this.freshness.told(message.ages, message.delays);
        break;
    }
  }

  private takeRobot({ urdf, tool, meshes }: Extract<ServerMessage, { type: 'robot' }>): void {
    if (this.model) for (const part of [this.model.object, this.model.preview]) this.scene?.remove(part);
    this.urdf = { text: urdf, tool };
    this.model = new ArmModel(
      urdf,
      tool,
      new MeshLoader(meshes),
      () => this.scene?.draw(),
      (why) => showMessage(`a mesh is not shown: ${why}`, false),
    );
    this.model.showCollisions(pressed('shapes'));
    this.scene?.add(this.model.object);
    this.scene?.add(this.model.preview);
    this.scene?.fit(this.model.reachM);
    this.jointsShown = false;
    this.scene?.mark(this.model.toolFrame());
    this.makeReach();
    this.drawWorkspace();
    this.drawLesson();
  }

  private makeReach(): void {
    if (!this.urdf?.tool || !this.aboutView) return;
    try {
      this.reach = new Reach(this.urdf.text, this.urdf.tool, this.aboutView);
      this.driving.offer(this.reach.joints);
    } catch (error) {
      this.reach = undefined;
      showMessage(`motions cannot be shown in this page: ${(error as Error).message}`, false);
    }
  }

  private takeJoints(message: JointStates): void {
    this.freshness.missed(message.missed ?? 0);
    const { model } = this;
    if (!model) return;
    const motion = (name: string) => model.motion(name);
    this.plots.take(message, motion);
    const moved = model.pose(message.names, message.positions);
    if (!moved && this.jointsShown) return;
    showJoints(message.names, message.positions, motion);
    this.jointsShown = true;
    const tool = model.tool();
    this.scene?.mark(model.toolFrame());
    const last = this.trail[this.trail.length - 1];
    if (this.status.learner?.state === 'executing' && (!last || last.distanceTo(tool) > 5e-4)) {
      this.trail.push(tool);
      if (this.trail.length > TRAIL) this.trail.shift();
      this.scene?.path('executed', this.trail);
    }
    this.showDistance();
  }

  private takeLesson(lesson: LessonView | null): void {
    const fresh = lesson !== null && lesson.executed === null;
    const known = this.lesson?.reasons ?? [];
    for (const reason of lesson?.reasons ?? [])
      if (fresh || !known.includes(reason)) logLine(`lesson ${lesson!.name}: ${reason}`, false);
    this.lesson = lesson;
    if (!lesson || fresh) {
      // what belongs to a lesson goes with it
      showComparison(null);
      this.performed = null;
      this.memory = null;
      this.trail = [];
    }
    if (lesson) this.showDraft([]);
    this.cursor.span(lesson ? (lesson.learnedTimesS[lesson.learnedTimesS.length - 1] ?? 0) : 0);
    this.drawLesson();
    this.enable();
    if (fresh && !stillWanted()) this.cursor.run();
  }

  /** What was recorded can be taught. */
  private takeShown({ names, timesS, rows }: Extract<ServerMessage, { type: 'shown' }>): void {
    const { reach } = this;
    const columns = reach?.joints.map((joint) => names.indexOf(joint));
    if (!reach || !columns || columns.includes(-1) || rows.length < 2)
      return showMessage('the recorded motion is not of the joints that learn', false);
    const count = Math.min(1000, rows.length);
    const even = evenRows(
      timesS,
      rows.map((row) => columns.map((k) => row[k])),
      count,
    );
    this.teaching.shown({
      name: `shown ${new Date().toLocaleTimeString()}`,
      target: reach.target(even, (timesS[timesS.length - 1] - timesS[0]) / (count - 1)),
    });
  }

  private takeStatus(arm: NodeStatus | null, learner: NodeStatus | null): void {
    // the performed path begins where the performance does
    if (learner?.state === 'executing' && this.status.learner?.state !== 'executing') {
      this.trail = [];
      this.cursor.hold();
      if (this.model) this.model.preview.visible = false;
    }
    for (const [name, now, before] of [
      ['arm', arm, this.status.arm],
      ['learner', learner, this.status.learner],
    ] as const)
      if (now?.reason && now.reason !== before?.reason) logLine(`${name}: ${now.reason}`, false);
    this.status = { arm, learner };
    showStatus('arm-state', 'arm', arm);
    showStatus('learner-state', 'learner', learner);
  }

  private linked(state: LinkState, detail: string): void {
    this.linkState = state;
    const chip = element('connection');
    const text = {
      connecting: 'connecting',
      connected: 'connected',
      silent: `no answer: ${detail}`,
      lost: 'connection lost, trying again',
      refused: 'refused: the token is needed',
    }[state];
    if (chip.textContent !== text) chip.textContent = text;
    chip.className = `chip ${state === 'connected' ? 'good' : 'bad'}`;
    this.freshness.live(state === 'connected');
    if (state === 'refused') this.access.show(false);
    if (state === 'lost' || state === 'refused') this.mine = false;
    this.enable();
  }

  private control(allowed: boolean | undefined, writer: 'you' | 'other' | 'none'): void {
    this.mine = allowed === true && writer !== 'other';
    this.access.show(allowed);
    if (allowed && writer === 'other') showMessage('another page controls the arm', true);
    this.enable();
  }

  private enable(): void {
    const able = this.mine && this.linkState === 'connected';
    for (const id of controlled)
      element<HTMLButtonElement>(id).disabled =
        !able || (['execute', 'forget', 'save', 'compare'].includes(id) && !this.lesson);
    element<HTMLInputElement>('refine').disabled = !able;
    this.driving.enable(able);
    this.listSkills();
  }

  private listSkills(): void {
    showSkills(this.skills, this.mine, (name) => void this.wish({ type: 'load', name }));
  }

  /** @returns whether it came about. */
  private async wish(wish: Wish): Promise<boolean> {
    const what = 'name' in wish ? `${wish.type} ${wish.name}` : wish.type;
    showMessage(`${what} …`, true);
    const { ok, message } = await this.ask(wish);
    showMessage(`${what}: ${message}`, ok);
    return ok;
  }

  private buttons(): void {
    for (const action of ['reset', 'execute', 'compare'] as const)
      element(action).addEventListener('click', () => void this.wish({ type: action }));
    const dialog = element<HTMLDialogElement>('forget-dialog');
    element('forget').addEventListener('click', () => dialog.showModal());
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'yes') void this.wish({ type: 'forget' });
      dialog.returnValue = '';
    });
    const name = element<HTMLInputElement>('skill-name');
    const replacing = element<HTMLDialogElement>('overwrite-dialog');
    const save = (overwrite: boolean): void =>
      void this.wish({ type: 'save', name: name.value.trim(), overwrite });
    element('save').addEventListener('click', () => {
      const wanted = name.value.trim();
      if (!wanted) return showMessage('save: a skill needs a name', false);
      if (!this.skills.some((skill) => skill.name === wanted)) return save(false);
      element('overwrite-name').textContent = wanted;
      replacing.showModal();
    });
    replacing.addEventListener('close', () => {
      if (replacing.returnValue === 'yes') save(true);
      replacing.returnValue = '';
    });
    for (const button of document.querySelectorAll<HTMLElement>('[data-view]'))
      button.addEventListener('click', () => this.scene?.look(button.dataset.view as ViewName));
    for (const id of ['follow', 'shapes', 'workspace'])
      element(id).addEventListener('click', () => {
        element(id).setAttribute('aria-pressed', String(!pressed(id)));
        if (id === 'workspace') return this.drawWorkspace();
        if (id === 'follow') return this.scene?.follow(pressed(id));
        this.model?.showCollisions(pressed(id));
        this.scene?.draw();
      });
    element('picture').addEventListener('click', () => {
      if (!this.scene) return;
      const a = document.createElement('a');
      a.href = this.scene.picture();
      a.download = 'oneshot_arm.png';
      a.click();
    });
  }

  /** The picture, where the browser can draw one. */
  private picture(): ArmScene | undefined {
    try {
      return new ArmScene(element<HTMLCanvasElement>('scene'));
    } catch {
      element('scene').hidden = true;
      const line = element('no-picture');
      line.hidden = false;
      line.textContent =
        'This browser shows no 3D picture (WebGL is missing or switched off). Everything else works: teaching from examples and files, performing, plots, and STOP.';
      return undefined;
    }
  }

  private recorder(): void {
    new Recorder(element<HTMLCanvasElement>('scene'), {
      scene: () => this.scene,
      reach: () => this.reach,
      present: () => (this.reach && this.model ? this.model.angles(this.reach.joints) : []),
      draft: (path, angles) => {
        this.showDraft(path);
        const pose = this.reach!.pose(angles);
        this.model?.showPreview(pose.names, pose.positions);
        this.scene?.draw();
      },
      done: ({ rows, dt }) => {
        if (this.model) this.model.preview.visible = false;
        this.teaching.shown({
          name: `drawn ${new Date().toLocaleTimeString()}`,
          target: this.reach!.target(rows, dt),
        });
      },
      say: (text) => (element('motion').textContent = text),
    });
  }

  private showDraft(path: Vector3[]): void {
    this.scene?.path('draft', path);
  }

  private show(panel: string): void {
    this.panel = panel;
    this.extras.seen?.(panel);
    this.driving?.show(panel === 'drive');
    if (this.plots) this.drawCurves();
    if (panel === 'lesson') this.pictures?.draw();
    this.drawAged();
  }

  private drawLesson(): void {
    const { lesson, model } = this;
    showLesson(lesson);
    this.pictures.taught(lesson);
    this.target = model && lesson && lesson.targetPath.length ? model.targetPath(lesson) : [];
    this.scene?.path('target', this.target);
    this.scene?.path('learned', model && lesson ? model.path(lesson.joints, lesson.learnedAngles) : []);
    this.scene?.path('executed', this.trail);
    this.drawAged();
    this.showDistance();
    this.drawCurves();
  }

  /** What is recalled after a while, as long as the memory is looked at. */
  private drawAged(): void {
    const { lesson, model, memory } = this;
    const seen = this.panel === 'memory' && model && lesson && memory;
    element('aged-line').hidden = !seen;
    this.scene?.path('aged', seen ? model.targetPath({ ...lesson, targetPath: memory.path }) : []);
  }

  private drawWorkspace(): void {
    const { scene, model, aboutView } = this;
    if (this.workspace) scene?.remove(this.workspace);
    this.workspace = undefined;
    element<HTMLButtonElement>('workspace').disabled = !aboutView?.workspace;
    if (!scene || !model || !aboutView?.workspace || !pressed('workspace')) return scene?.draw();
    this.workspace = workspaceView(aboutView.workspace, model.frame(aboutView.workspace.frame));
    scene.add(this.workspace);
  }

  private drawCurves(): void {
    this.plots.about(this.lesson, this.performed);
    const { performed } = this;
    this.pictures.drawErrors(this.target, {
      points: performed ? this.trail : [],
      timesS: performed?.timesS ?? [],
    });
  }

  /** Ghost, rasters and plots follow the time cursor. */
  private followCursor(): void {
    const { lesson, model, cursor } = this;
    const seen = lesson !== null && lesson.learnedTimesS.length > 1 && cursor.timeS > 0;
    if (model) {
      model.preview.visible = seen;
      if (seen)
        model.showPreview(lesson.joints, rowAt(lesson.learnedTimesS, lesson.learnedAngles, cursor.timeS));
    }
    this.scene?.draw();
    this.plots?.mark();
    this.pictures?.follow(cursor.timeS);
  }

  private showDistance(): void {
    const tool = this.model?.tool();
    const near = tool ? Math.min(...this.target.map((p) => p.distanceTo(tool))) : Infinity;
    element('distance').textContent = Number.isFinite(near) ? `${(100 * near).toFixed(1)} cm` : '–';
  }
}

/** Whether a button that stays down is down. */
function pressed(id: string): boolean {
  return element(id).getAttribute('aria-pressed') === 'true';
}
