import { prepareDemonstration } from '../../../../src/arm/demonstration/demonstration.js';
import { profileNamed } from '../../../../src/arm/kinematics/profiles.js';
import { measureExecuted, shortcoming, type Executed } from '../../../../src/arm/preview/executed.js';
import { comparePerformed } from '../../../../src/compare/performed.js';
import { parseUrdf } from '../../../../src/arm/urdf/parse.js';
import { lastShare } from '../../../../src/lesson/sequence.js';
import { loadMujoco, type Mujoco } from '../../../physics/mujoco.js';
import type { Wish } from '../../protocol.js';
import { fromBase64, toBase64 } from '../base64.js';
import type { Link, LinkEvents, Reply } from '../link.js';
import { activityView, lessonView } from './lesson_view.js';
import { keepSkill, keptSkills } from './skill_store.js';
import { StudioArm, TOOL } from './studio_arm.js';
import type { StudioFiles } from './studio_files.js';
import { type MemoryOptions, StudioLearner, type StudioLesson } from './studio_learner.js';

const PROFILE = 'edscorbot_paper';
/** A performance further from its prediction, or later, is no success. */
const TOLERANCE = { deviationM: 0.02, delayS: 0.5 };

/** A learner and an arm in the page itself, in place of a viewer's server: no ROS, no network. */
export class LocalLink implements Link {
  readonly learner: StudioLearner;
  readonly arm: StudioArm;
  private lesson: StudioLesson | undefined;
  private executed: (Executed & { shortcoming: string }) | null = null;
  private told = '';
  private pings = 0;

  /** @param changed told after each lesson, for views of the memory. */
  constructor(
    private readonly files: StudioFiles,
    private readonly events: LinkEvents,
    private readonly changed: () => void,
  ) {
    const model = parseUrdf(files.urdf);
    const profile = profileNamed(PROFILE);
    this.learner = new StudioLearner(files, model, profile);
    this.arm = new StudioArm(model, profile, files.limits, files.urdf);
    queueMicrotask(() => this.begin());
  }

  useToken(): void {}

  async ask(wish: Wish): Promise<Reply> {
    try {
      return { ok: true, message: await this.act(wish) };
    } catch (error) {
      return { ok: false, message: (error as Error).message };
    }
  }

  /** Changes where the synapses live; what was taught is taught again. */
  configure(options: Partial<MemoryOptions>): void {
    this.learner.memory = { ...this.learner.memory, ...options };
    const { lesson } = this;
    if (lesson) this.teach(lesson.name, lesson.target, lesson.updates, lesson.refine);
  }

  private begin(): void {
    const { events, files, learner } = this;
    events.receive({ type: 'robot', urdf: files.urdf, tool: TOOL });
    const { backend, seed } = learner.memory;
    const { profile } = learner;
    const learned = profile.joints.slice(0, profile.learned);
    const { workspace: box } = files.limits;
    const workspace = box && { ...box, frame: 'base' };
    events.receive({
      type: 'about',
      about: { profile: PROFILE, learned, backend, seed, updates: 1, refine: 0, workspace },
    });
    events.receive({ type: 'examples', examples: files.examples });
    events.state('connected', '');
    events.receive({ type: 'control', writer: 'none', allowed: true });
    this.tellSkills();
    masses().then(
      (mujoco) => this.arm.useMujoco(mujoco),
      (error: Error) => {
        this.arm.withoutMujoco();
        events.fault(`MuJoCo did not load, the arm goes on with servos, without masses: ${error.message}`);
      },
    );
    setInterval(() => this.tick(), 20);
    setInterval(() => {
      events.receive({ type: 'ping', n: ++this.pings, ages: { joints: 0, learner: 0, arm: 0 } });
    }, 500);
  }

  private tick(): void {
    this.arm.run();
    const { joints, position: positions, velocity: velocities, command, stage } = this.arm;
    this.events.receive({
      type: 'joints',
      timeS: performance.now() / 1000,
      names: [...joints],
      positions,
      velocities,
      command,
    });
    const arm = this.arm.state;
    const learner = {
      ...arm,
      state: arm.stopped ? arm.state : stage !== 'holding' ? stage : this.lesson ? 'ready' : 'idle',
    };
    const text = JSON.stringify([arm, learner]);
    if (text !== this.told) this.events.receive({ type: 'status', arm, learner });
    this.told = text;
  }

  private async act(wish: Wish): Promise<string> {
    switch (wish.type) {
      case 'stop':
        this.arm.stop('stop was asked for');
        return 'stopping; reset makes it ready again';
      case 'reset':
        this.arm.reset();
        return 'ready';
      case 'teach':
        return this.teach(wish.name, wish.target, wish.updates, wish.refine);
      case 'execute':
        return this.perform();
      case 'compare':
        return this.compare();
      case 'record':
        return this.record(wish.on);
      case 'memory':
        throw new Error(`${wish.type} needs ROS: oneshot-arm node viewer`);
      case 'forget':
        if (this.arm.stage !== 'holding') throw new Error('the arm is busy');
        this.lesson = undefined;
        this.learner.forget();
        this.events.receive({ type: 'lesson', lesson: null });
        this.changed();
        return 'back to the meta-trained weights';
      case 'save':
        return this.save(wish.name, wish.overwrite);
      case 'load':
        return this.load(wish.name);
    }
  }

  /** Keeps how the arm is led; at the end that is a motion to teach. */
  private record(on: boolean): string {
    if (on) {
      this.arm.beginRecord();
      return 'lead the tool';
    }
    const { profile } = this.learner;
    const { timesS, rows } = this.arm.endRecord();
    this.arm.freeDrive = false;
    const joints = profile.joints.slice(0, profile.learned);
    const shown = prepareDemonstration({ joints: this.arm.joints, timesS, positions: rows }, { joints });
    const row = (k: number): number[] =>
      Array.from(shown.positions.subarray(k * joints.length, (k + 1) * joints.length));
    this.events.receive({
      type: 'shown',
      names: joints,
      timesS: Array.from(shown.timesS),
      rows: Array.from(shown.timesS, (_, k) => row(k)),
    });
    return `a motion of ${shown.timesS[shown.timesS.length - 1].toFixed(1)} s; the arm holds where it is`;
  }

  private teach(name: string, target: StudioLesson['target'], updates: number, refine: number): string {
    if (this.arm.stage !== 'holding') throw new Error('the arm is busy');
    this.lesson = this.learner.teach(name, target, updates, refine);
    this.executed = null;
    this.show();
    return `${(100 * this.lesson.result.after.tcpErrorMeanM).toFixed(2)} cm after one lesson`;
  }

  private async perform(): Promise<string> {
    const { lesson } = this;
    if (!lesson) throw new Error('nothing was learned yet');
    return new Promise((resolve, reject) => {
      const seconds = lesson.judgement.trajectory?.durationS.toFixed(2);
      this.arm
        .perform(lesson.judgement, () => resolve(`performing ${lesson.name} in ${seconds} s`))
        .then((measured) => {
          const { profile } = this.learner;
          const { trajectory, stepTimesS, preview } = lesson.judgement;
          const recording = { timesS: measured.timesS, urdfAngles: measured.rows.flat() };
          const executed = measureExecuted(
            lesson.sequence.whole,
            recording,
            trajectory!,
            stepTimesS,
            preview.positions,
            profile,
          );
          this.executed = { ...executed, shortcoming: shortcoming(executed, TOLERANCE) };
          this.events.receive({ type: 'performed', names: [...this.arm.joints], ...measured });
          if (this.lesson === lesson) this.show();
        })
        .catch(reject);
    });
  }

  private compare(): string {
    const { lesson, learner, executed } = this;
    if (!lesson) throw new Error('nothing was learned yet');
    const { result, sequence, name } = lesson;
    const { motions } = comparePerformed(
      sequence.whole,
      result.after.angles,
      executed?.knots ?? null,
      learner.profile,
      [learner.beside(lesson)],
    );
    this.events.receive({ type: 'comparison', comparison: { lesson: name, motions } });
    return 'shown';
  }

  private save(name: string, overwrite: boolean): string {
    const { lesson } = this;
    const taken = keptSkills().some((s) => s.name === name);
    if (taken && !overwrite) throw new Error(`there is a skill ${name} already`);
    const synapses = this.learner.synapses();
    if (!lesson || !synapses) throw new Error('nothing was learned yet');
    if (lesson.sequence.lessons.length > 1) throw new Error('a motion of several lessons is not kept');
    keepSkill({
      name,
      target: lesson.target,
      updates: lesson.updates,
      refine: lesson.refine,
      backend: this.learner.memory.backend,
      weights: this.files.motor.name,
      durationS: lesson.sequence.whole.durationS,
      tcpErrorMeanM: lesson.result.after.tcpErrorMeanM,
      synapses: toBase64(synapses),
    });
    this.tellSkills();
    return `skill ${name} ${taken ? 'replaced' : 'kept'} in this browser`;
  }

  private load(name: string): string {
    const skill = keptSkills().find((s) => s.name === name);
    if (!skill) throw new Error(`there is no skill ${name}`);
    if (this.arm.stage !== 'holding') throw new Error('the arm is busy');
    this.lesson = this.learner.recall(skill, new Float32Array(fromBase64(skill.synapses).buffer));
    this.executed = null;
    this.show();
    return `skill ${name} is ready`;
  }

  private show(): void {
    const { lesson, executed } = this;
    if (!lesson) return;
    const about = { backend: this.learner.memory.backend, weights: this.files.motor.name, profile: PROFILE };
    this.events.receive({ type: 'lesson', lesson: lessonView(lesson, about, executed) });
    const { whole, lessons } = lesson.sequence;
    const motionShare = lastShare(lessons, whole.durationS);
    this.events.receive({ type: 'activity', activity: activityView(lesson.activity, motionShare) });
    this.changed();
  }

  private tellSkills(): void {
    const skills = keptSkills().map((s) => ({
      name: s.name,
      durationS: s.durationS,
      tcpErrorMeanM: s.tcpErrorMeanM,
      backend: s.backend,
      usable: s.weights === this.files.motor.name,
    }));
    this.events.receive({ type: 'skills', skills });
  }
}

/** MuJoCo, where the page can have it. */
function masses(): Promise<Mujoco> {
  return location.protocol === 'file:'
    ? Promise.reject(
        new Error('the page was opened as a file; npx oneshot-arm studio, or any web server, serves it'),
      )
    : loadMujoco();
}
