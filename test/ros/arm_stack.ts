import { join } from 'node:path';
import { RosTest, type TestProcess } from './harness';
import { reach } from './reach';
import type { Message, RosClient, TestTopic } from './ros_client';

export type Output = 'topic' | 'action' | 'velocity';
export const joints = ['base_joint', 'shoulder'];

const trigger = 'std_srvs/srv/Trigger';
const jointState = 'sensor_msgs/msg/JointState';

/** Faster than this an arm moves for certain, rad/s; slower than that it rests. */
const movingRadPerS = 0.3;
const restRadPerS = 0.01;

export const pause = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * s));
const of = (values: number[], m: Message): number[] => joints.map((j) => values[m.name.indexOf(j)]);
export const position = (m: Message): number[] => of(m.position, m);
const velocity = (m: Message): number[] => of(m.velocity, m);
export const speed = (m: Message): number => Math.max(...velocity(m).map(Math.abs));
const over = (s: Message): boolean => /^(idle|ready|stopped)$/.test(s.state as string);
const stamp = (m: Message): number => m.header.stamp.sec + 1e-9 * m.header.stamp.nanosec;

/** Learner, joint states that can be killed by themselves, and an arm; for velocities a guard between them. */
export class ArmStack {
  arm!: TestProcess;
  learner!: TestProcess;
  relay!: TestProcess;
  client!: RosClient;
  /** Where the arm is, whatever the learner hears of it. */
  states!: TestTopic;
  status!: TestTopic;

  private constructor(
    readonly output: Output,
    readonly ros: RosTest,
    private readonly guarded: boolean,
  ) {}

  /** @param guarded a velocity guard between learner and arm, where velocities are streamed. */
  static async start(output: Output, guarded = true): Promise<ArmStack> {
    const stack = new ArmStack(output, await RosTest.start(), guarded && output === 'velocity');
    stack.startArm();
    stack.startRelay();
    if (stack.guarded) stack.ros.node('velocity_guard', { parameters: { command_joints: joints } });
    stack.startLearner();
    stack.client = await stack.ros.client();
    stack.states = await stack.client.subscribe(jointState, '/arm_joint_states', 'sensor', false);
    stack.status = await stack.client.subscribe(
      'oneshot_arm_msgs/msg/LearnerStatus',
      '/motor_learner/status',
      'latched',
      false,
    );
    await stack.states.any(() => true, 60000);
    await stack.status.any((s) => s.joint_states_fresh, 60000);
    await stack.teach();
    return stack;
  }

  /** It goes on with the last velocities for 10 s: nearly as a controller from ros2_control, which does so for ever. */
  startArm(): void {
    this.arm = this.ros.node('arm_simulator', {
      parameters: { joints, velocity_timeout: 10, physics: 'servo', update_rate: 50 },
      remap: { joint_states: 'arm_joint_states' },
    });
  }

  startRelay(): void {
    this.relay = this.ros.process('relay', 'python3', ['-u', join(__dirname, 'relay.py')]);
  }

  startLearner(): void {
    this.learner = this.ros.node('motor_learner', {
      parameters: {
        output: this.output,
        command_joints: joints,
        approach_speed: 0.9,
        max_tcp_error_m: 1e-6,
        on_refusal: 'target',
        tracking_tolerance_rad: 0.0,
        // a machine that is busy with other tests holds everything up for a moment
        stream_max_gap_s: 0.25,
        joint_state_timeout_s: 0.7,
        joint_state_max_age_s: 2.0,
        settle_s: 3.0,
        execution_tolerance_m: 0.0,
        execution_delay_s: 0.0,
      },
      remap: this.guarded ? { 'forward_velocity_controller/commands': 'velocity_guard/commands' } : {},
    });
  }

  call(name: string): Promise<Message> {
    return this.client.call(trigger, `/motor_learner/${name}`, {}, 20);
  }

  /** The motion, which goes one way only: that of the target itself, since no recall is near enough to it. */
  private async teach(): Promise<void> {
    const goal = this.client.goal(
      'oneshot_arm_msgs/action/Teach',
      '/motor_learner/teach',
      { trajectory: reach() },
      90,
    );
    const { status, result } = await goal.result;
    if (status !== 'succeeded') throw new Error(`${this.output}: ${result.message}`);
  }

  /** Unlatched, with nothing under way. */
  async ready(): Promise<void> {
    for (let k = 0; ; k++) {
      await this.ended();
      if (!this.status.last.joint_states_fresh) await this.status.next((s) => s.joint_states_fresh, 60000);
      const answer = await this.call('reset');
      if (answer.success) return;
      if (k === 20) throw new Error(`reset: ${answer.message}`);
    }
  }

  /** Until the motion has ended; the learner's last word on it. */
  async ended(timeoutMs = 30000): Promise<Message> {
    return over(this.status.last) ? this.status.last : this.status.next(over, timeoutMs);
  }

  /** A motion in its middle. Tried again where a busy machine ended it before. */
  async inTheMiddle(): Promise<void> {
    for (let k = 0; ; k++) {
      await this.ready();
      const answer = await this.call('execute');
      const runs = (s: Message): boolean => s.state === 'executing';
      try {
        if (!answer.success) throw new Error(answer.message as string);
        const last = this.status.last;
        const { state, reason } = runs(last)
          ? last
          : await this.status.next((s) => runs(s) || over(s), 30000);
        if (state !== 'executing') throw new Error(reason as string);
        await this.states.next((m) => speed(m) > movingRadPerS, 3000);
        return;
      } catch (error) {
        if (k === 9) throw new Error(`${this.output}: no motion: ${(error as Error).message}`);
      }
    }
  }

  /** A second sender streams velocities. */
  async disturb(): Promise<void> {
    await this.client.publish('std_msgs/msg/Float64MultiArray', '/velocity_guard/commands', {
      data: [0.1, 0],
    });
  }

  /** Somebody else moves the arm; for velocities past the guard, as a sender that is gone left it. */
  async movedByOthers(): Promise<Motion> {
    const [base, shoulder] = position(this.states.last);
    if (this.output === 'velocity')
      await this.client.publish('std_msgs/msg/Float64MultiArray', '/forward_velocity_controller/commands', {
        data: [0.4, 0],
      });
    else
      await this.client.publish(
        'trajectory_msgs/msg/JointTrajectory',
        '/joint_trajectory_controller/joint_trajectory',
        {
          joint_names: joints,
          points: [
            {
              positions: [base + 1.2, shoulder],
              velocities: [0, 0],
              accelerations: [0, 0],
              time_from_start: { sec: 4, nanosec: 0 },
            },
          ],
        },
      );
    await this.states.next((m) => speed(m) > movingRadPerS, 10000);
    return this.watch();
  }

  /** Records how the arm moves from now on. */
  watch(): Motion {
    return new Motion(this.states, this.states.messages.length - 1);
  }

  /** What learner and arm said last. */
  get said(): string {
    return [this.learner, this.arm].map((p) => `${p.name}:\n${p.output.slice(-1500)}`).join('\n');
  }

  stop(): Promise<void> {
    for (const process of [this.arm, this.learner, this.relay]) process.child.kill('SIGCONT');
    return this.ros.stop();
  }
}

/** What the arm did since a moment. */
export class Motion {
  /** Direction of each joint at that moment; 0: it rested. */
  private readonly direction: number[];

  constructor(
    private readonly states: TestTopic,
    private readonly from: number,
  ) {
    this.direction = velocity(states.messages[from]).map((v) => (Math.abs(v) > 0.05 ? Math.sign(v) : 0));
  }

  private get messages(): Message[] {
    return this.states.messages.slice(this.from);
  }

  /** How far a joint went back from the furthest that it got in its direction, rad; a resting one: how far it moved. */
  get backRad(): number {
    const start = position(this.messages[0]);
    const furthest = [...start];
    let worst = 0;
    for (const m of this.messages)
      position(m).forEach((p, j) => {
        const d = this.direction[j];
        if (d === 0) worst = Math.max(worst, Math.abs(p - start[j]));
        else {
          if (d * (p - furthest[j]) > 0) furthest[j] = p;
          worst = Math.max(worst, d * (furthest[j] - p));
        }
      });
    return worst;
  }

  /** Furthest that a joint got, rad. */
  get wayRad(): number {
    const start = position(this.messages[0]);
    return Math.max(...this.messages.flatMap((m) => position(m).map((p, j) => Math.abs(p - start[j]))));
  }

  /** Until the arm has rested for a third of a second. Returns how far it moved after that, once it is asked for. */
  async rest(timeoutMs = 20000): Promise<() => number> {
    let since = NaN;
    let rested: number[] = [];
    let index = this.from;
    await this.states.next(
      () => {
        for (; index < this.states.messages.length; index++) {
          const m = this.states.messages[index];
          if (speed(m) > restRadPerS) since = NaN;
          else if (Number.isNaN(since)) since = stamp(m);
          else if (stamp(m) - since > 0.33) {
            rested = position(m);
            return true;
          }
        }
        return false;
      },
      timeoutMs,
      this.from,
    );
    const restedAt = index;
    return () =>
      Math.max(
        0,
        ...this.states.messages
          .slice(restedAt)
          .flatMap((m) => position(m).map((p, j) => Math.abs(p - rested[j]))),
      );
  }
}
