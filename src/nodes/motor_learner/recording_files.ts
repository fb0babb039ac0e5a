import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileRecorder } from '../../files/recording_file.js';
import type { MotionSink } from '../../motion/index.js';
import { header, type RosNode, toNanoseconds } from '../../ros/index.js';
import { motionMessage } from './lesson_message.js';
import type { LearnerParameters } from './parameters.js';

type File = ReturnType<typeof fileRecorder>;

/** Topics that go into a file as they are, and whether they count outside of motions. */
const recorded: readonly [type: string, topic: string, qos: 'sensor' | 'latched', always: boolean][] = [
  ['sensor_msgs/msg/JointState', 'joint_states', 'sensor', false],
  ['tf2_msgs/msg/TFMessage', '/tf', 'sensor', false],
  ['oneshot_arm_msgs/msg/Lesson', '~/lesson', 'latched', true],
  ['trajectory_msgs/msg/JointTrajectory', '~/learned_trajectory', 'latched', true],
  ['oneshot_arm_msgs/msg/Activity', '~/activity', 'latched', true],
  ['oneshot_arm_msgs/msg/LearnerStatus', '~/status', 'latched', false],
];
/** What comes so long after a lesson or a motion still belongs to it, s. */
const afterS = 2;

/**
 * Recordings of a learner (MCAP), by parameter record_directory: one file a lesson, with what is published of it and, while the arm
 * moves, joint states, commands and transforms; and one a shown motion. Chunks are written as they fill, at least once a second:
 * a kill costs no more.
 */
export class RecordingFiles {
  private lesson: File | null = null;
  private demonstration: File | null = null;
  private demonstrationPath = '';
  private of: object | null = null;
  private moving = false;
  private untilMs = -Infinity;
  private count = 0;

  constructor(private readonly node: RosNode<LearnerParameters>) {
    if (!this.directory) return;
    for (const [type, topic, qos, always] of recorded)
      node.subscribeRaw(type, topic, qos, (bytes, name) => {
        if (topic === 'joint_states' || topic === '/tf')
          this.demonstration?.write(name, type, bytes, this.nowNs());
        if (always || this.moving || performance.now() < this.untilMs)
          this.lesson?.write(name, type, bytes, this.nowNs());
      });
    node.timer(1, () => {
      this.lesson?.flush();
      this.demonstration?.flush();
    });
    node.onStop(() => {
      this.lesson?.close();
      this.demonstration?.close();
    });
  }

  /** What the motion core tells of commands. */
  readonly sink: MotionSink = {
    command: (_nowS, position, velocity) =>
      this.lesson?.write(
        this.topic('command'),
        'sensor_msgs/msg/JointState',
        {
          header: header(this.node.now()),
          name: this.joints,
          position,
          velocity,
          effort: [],
        },
        this.nowNs(),
      ),
    trajectory: (_nowS, motion) =>
      this.lesson?.write(
        this.topic('commanded_trajectory'),
        'trajectory_msgs/msg/JointTrajectory',
        motionMessage(motion),
        this.nowNs(),
      ),
    state: (_nowS, state) => {
      const moving = state !== 'idle' && state !== 'stopped';
      if (this.moving && !moving) this.untilMs = performance.now() + 1000 * afterS;
      this.moving = moving;
    },
  };

  /** Names of the commanded joints, for streamed commands. */
  joints: readonly string[] = [];

  /** Told whenever a lesson is published: a new one begins a new file. */
  published(lesson: { name: string } | null): void {
    if (!this.directory || !lesson || lesson === this.of) return;
    this.of = lesson;
    this.lesson?.close();
    this.lesson = this.open('lesson', lesson.name).file;
    this.untilMs = performance.now() + 1000 * afterS;
  }

  demonstrationBegins(): void {
    if (!this.directory) return;
    const { file, path } = this.open('demonstration', '');
    this.demonstration = file;
    this.demonstrationPath = path;
  }

  /** Path of the demonstration's file; empty where there is none. */
  demonstrationEnds(): string {
    if (!this.demonstration) return '';
    this.demonstration.close();
    this.demonstration = null;
    return this.demonstrationPath;
  }

  private get directory(): string {
    return this.node.parameters.get('record_directory');
  }

  private open(what: string, name: string): { file: File; path: string } {
    mkdirSync(this.directory, { recursive: true });
    const at = new Date().toISOString().replace(/[-:]|\.\d+Z/g, '');
    const plain = name.replace(/[^\w-]/g, '_').slice(0, 64);
    const path = join(
      this.directory,
      `${[what, at, process.pid, ++this.count, plain].filter(Boolean).join('-')}.mcap`,
    );
    return { file: fileRecorder(path), path };
  }

  private topic(name: string): string {
    return `${this.node.rcl.getFullyQualifiedName()}/${name}`;
  }

  private nowNs(): bigint {
    return toNanoseconds(this.node.now());
  }
}
