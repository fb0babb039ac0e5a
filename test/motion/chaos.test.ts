import fc from 'fast-check';
import { approachMove } from '../../src/arm/trajectory/moves';
import { type MotionSource, RecallSource, StreamSource, TrajectorySource } from '../../src/motion';
import { type OutputKind, Rig, settings } from './rig';

/** Sequences a output: together they are the chaos. */
const sequences = 3400;
const n = 2;

type Step =
  | { do: 'run'; seconds: number; tickS: number }
  | { do: 'hold up'; seconds: number; heard: boolean }
  | { do: 'stall arm' | 'stall servo'; seconds: number }
  | { do: 'mute' | 'missing' | 'throw' | 'future'; on: boolean }
  | { do: 'jump'; rad: number; times: number }
  | { do: 'stop' | 'reset' | 'cancel' | 'stream' | 'recall' | 'finish' | 'others' | 'bad goal' }
  | { do: 'goal'; to: number; speed: number }
  | { do: 'parameters'; timeoutS: number; maxGapS: number; refuse: boolean };

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const one = <T extends string>(...names: T[]) => fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: one('run'), seconds: number(0.02, 0.4), tickS: number(0.006, 0.03) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('hold up'),
      seconds: fc.oneof(number(0, 0.4), number(0, 5)),
      heard: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('stall arm', 'stall servo'),
      seconds: fc.oneof(number(0, 0.5), number(0, 5)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: one('mute', 'missing', 'throw', 'future'), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: one('jump'), rad: number(-2, 2), times: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: one('goal'), to: number(-1.4, 1.4), speed: number(0.2, 1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: one('stop', 'reset', 'cancel', 'stream', 'recall', 'finish', 'others', 'bad goal'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: one('parameters'),
      timeoutS: number(0.05, 1),
      maxGapS: number(0.02, 1),
      refuse: fc.boolean(),
    }),
  },
) as fc.Arbitrary<Step>;

/** What must hold of everything that goes out, whatever happens. */
class Oracle {
  private checked = 0;
  private lastVelocity: { atS: number; velocity: number[] } | null = null;
  /** Direction of every joint's last command before the stop; 0: it rested. */
  private direction: number[] | null = null;
  private speed: number[] | null = null;
  private latched = '';
  private braking = false;
  private asked = 0;
  private started = 0;

  constructor(private readonly rig: Rig) {}

  starting(): void {
    this.started++;
  }

  check(): void {
    const { rig } = this;
    if (this.latched && rig.core.stopReason === '')
      throw new Error(`the latch "${this.latched}" is gone without a reset`);
    for (; this.checked < rig.sent.length; this.checked++) this.checkSent(rig.sent[this.checked]);
    if (rig.core.stopReason && !this.latched) {
      this.latched = rig.core.stopReason;
      this.asked = rig.sent.length;
    }
    if (this.latched && rig.core.state !== 'brake' && rig.core.state !== 'stopped')
      throw new Error(`latched, and yet ${rig.core.state}`);
    if (this.latched && rig.kind === 'velocity') this.slowing();
    this.brakedToTheEnd();
    for (const end of rig.ends) if (!end.reason) throw new Error(`a motion ${end.outcome} without a reason`);
    if (rig.ends.length > this.started) throw new Error('a motion ended twice');
  }

  released(): void {
    if (this.rig.core.stopReason !== '') return;
    this.latched = '';
    this.speed = this.direction = null;
  }

  /** At the end all motions have ended. */
  over(): void {
    if (this.rig.ends.length !== this.started)
      throw new Error(`${this.started} motions began, ${this.rig.ends.length} ended`);
  }

  private checkSent(sent: Rig['sent'][number]): void {
    const { limits, position } = this.rig;
    if (sent.kind === 'velocity') {
      sent.velocity.forEach((v, j) => {
        const { name, velocity, acceleration, lower, upper } = limits[j];
        if (!(Math.abs(v) <= velocity + 1e-9)) throw new Error(`${name}: ${v} rad/s`);
        if (this.lastVelocity) {
          const change = Math.abs(v - this.lastVelocity.velocity[j]);
          const allowed = acceleration * (sent.atS - this.lastVelocity.atS);
          if (change > allowed + 1e-9)
            throw new Error(`${name}: jumps by ${change} rad/s, allowed ${allowed}`);
        }
        if (position[j] > upper + 0.15 || position[j] < lower - 0.15)
          throw new Error(`${name} is led out to ${position[j]}`);
      });
      this.lastVelocity = { atS: sent.atS, velocity: sent.velocity };
      return;
    }
    const { motion } = sent;
    const rows = motion.timesS.length;
    const [p, v] = [new Float64Array(n), new Float64Array(n)];
    const [lastP, lastV] = [new Float64Array(n), new Float64Array(n)];
    const h = Math.max(1e-4, motion.durationS / 60);
    for (let t = 0; t <= motion.durationS; t += h) {
      motion.sample(t, p, v);
      for (let j = 0; j < n; j++) {
        const { name, velocity, acceleration, lower, upper } = limits[j];
        const first = motion.positions[j];
        if (!(p[j] >= Math.min(lower, first) - 1e-4 && p[j] <= Math.max(upper, first) + 1e-4))
          throw new Error(`${name}: to ${p[j]} rad`);
        if (!(Math.abs(v[j]) <= velocity * 1.001 + 1e-6)) throw new Error(`${name}: ${v[j]} rad/s`);
        if (t > 0) {
          if (Math.abs(v[j] - lastV[j]) > acceleration * h * 1.002 + 1e-6)
            throw new Error(`${name}: ${(v[j] - lastV[j]) / h} rad/s^2 at ${t}`);
          if (Math.abs(p[j] - lastP[j] - ((v[j] + lastV[j]) / 2) * h) > acceleration * h * h + 1e-6)
            throw new Error(`${name}: velocity is not the derivative of position`);
        }
      }
      lastP.set(p);
      lastV.set(v);
    }
    for (let j = 0; j < n; j++) {
      if (motion.velocities[(rows - 1) * n + j] !== 0) throw new Error('a trajectory does not end at rest');
      // after a stop: on in the joint's direction, or nowhere
      if (!this.latched || this.checked < this.asked) continue;
      const way = motion.positions[(rows - 1) * n + j] - motion.positions[j];
      const from = motion.velocities[j];
      if (way * from < -1e-6 || (Math.abs(way) > 1e-6 && from === 0))
        throw new Error(`after the stop joint ${j} is led by ${way} rad from ${from} rad/s`);
      const [truth, slow] = [this.rig.velocity[j], 0.02];
      if (Math.abs(truth) > slow && truth * way < -1e-3 && this.rig.jumps === 0)
        throw new Error(`after the stop joint ${j} is led back: moves at ${truth}, told ${way}`);
    }
  }

  /** However often a stop had to be told, braking is over when the last one is, not before: it may still move the arm. */
  private brakedToTheEnd(): void {
    const { core, sent, nowS, kind } = this.rig;
    const last = sent[sent.length - 1];
    const over = this.braking && core.state !== 'brake';
    this.braking = core.state === 'brake';
    if (!over || kind === 'velocity' || last?.kind !== 'trajectory') return;
    const leftS = last.atS + last.motion.durationS - nowS;
    if (leftS > 1e-6) throw new Error(`braking is said to be over ${leftS} s before its stop is`);
  }

  /** After a stop no joint becomes faster, nor turns. */
  private slowing(): void {
    const now = this.lastVelocity?.velocity;
    if (!now) return;
    if (!this.speed || !this.direction) {
      this.speed = now.map(Math.abs);
      this.direction = now.map(Math.sign);
      return;
    }
    now.forEach((v, j) => {
      const idle = this.asked === 0;
      if (!idle && Math.abs(v) > this.speed![j] + 1e-9 && this.rig.core.state === 'brake')
        throw new Error(`after the stop joint ${j} becomes faster: ${this.speed![j]} -> ${v}`);
      if (v !== 0 && this.direction![j] !== 0 && Math.sign(v) !== this.direction![j])
        throw new Error(`after the stop joint ${j} turns`);
      this.speed![j] = Math.abs(v);
    });
  }
}

function play(kind: OutputKind, steps: readonly Step[]): void {
  const rig = new Rig(kind, n, { ...settings });
  const oracle = new Oracle(rig);
  const names = rig.limits.map((l) => l.name);
  let stream: StreamSource | null = null;
  let rows = 0;
  const start = (source: MotionSource): void => {
    oracle.starting();
    rig.start(source);
    oracle.check();
  };
  const run = (seconds: number, tickS: number): void => {
    for (let t = 0; t < seconds; t += tickS) {
      if (stream && rows % 3 === 0) stream.velocity([0.5, Math.sin(rig.nowS)], rig.nowS);
      rows++;
      rig.run(tickS, tickS);
      oracle.check();
    }
  };
  run(0.15, 0.01);
  for (const s of steps) {
    switch (s.do) {
      case 'run':
        run(s.seconds, s.tickS);
        break;
      case 'hold up':
        rig.pass(s.seconds);
        if (s.heard) rig.hear();
        rig.core.tick(rig.nowS);
        break;
      case 'stall arm':
        rig.armStalledUntilS = rig.nowS + s.seconds;
        break;
      case 'stall servo':
        // what was lost by it is seen in the joint states: only a velocity-driven arm can lose
        if (kind === 'velocity') rig.servoStalledUntilS = rig.nowS + s.seconds;
        break;
      case 'mute':
        rig.muted = s.on;
        break;
      case 'missing':
        rig.missing = s.on ? 'nobody listens' : '';
        break;
      case 'throw':
        rig.throwing = s.on;
        break;
      case 'future':
        rig.stampOffsetS = s.on ? 100 : 0;
        break;
      case 'jump':
        [rig.jumpRad, rig.jumps] = [s.rad, s.times];
        break;
      case 'goal':
        start(new TrajectorySource(approachMove([0.1, -0.1], [s.to, -s.to / 2], rig.limits, s.speed)));
        break;
      case 'bad goal':
        start(
          new TrajectorySource(
            approachMove(
              [0, 0],
              [1, 1],
              rig.limits.map((l) => ({ ...l, velocity: 9, acceleration: 99, jerk: 1e5 })),
              1,
            ),
          ),
        );
        break;
      case 'stream':
        start((stream = new StreamSource(n, 0.1)));
        break;
      case 'finish':
        stream?.finish();
        break;
      case 'recall': {
        let k = 0;
        start(
          new RecallSource({
            recall: {
              next: (row) => {
                row[0] = 0.6 * Math.sin(k / 20);
                row[1] = k % 50 === 49 ? -1.5 : 0.3;
                return k++ < 100;
              },
            },
            start: Float64Array.of(0.2, 0.1),
            stepS: 0.01,
            phaseStop: { slowRad: 0.02, stopRad: 0.08, longestS: 1 },
          }),
        );
        break;
      }
      case 'others':
        // somebody else moves the arm
        if (kind !== 'velocity')
          rig.controller.follow(
            {
              jointNames: names,
              points: [
                {
                  positions: [-0.5, 0.5],
                  velocities: [0, 0],
                  accelerations: [0, 0],
                  effort: [],
                  timeFromStartS: 3,
                },
              ],
            },
            rig.nowS,
          );
        break;
      case 'stop':
        rig.core.stop(rig.nowS, 'stop');
        oracle.check();
        if (rig.core.stopReason === '') throw new Error('stop() does not latch');
        break;
      case 'reset':
        rig.core.reset(rig.nowS);
        oracle.released();
        break;
      case 'cancel':
        rig.core.cancel(rig.nowS, '');
        break;
      case 'parameters':
        rig.core.configure({
          ...settings,
          jointStateTimeoutS: s.timeoutS,
          maxGapS: s.maxGapS,
          startPolicy: s.refuse ? 'refuse' : 'approach',
        });
        rig.controller.configure({ ...rig.parameters });
    }
    oracle.check();
  }
  stream?.finish();
  stream = null;
  rig.throwing = false;
  rig.until(() => (oracle.check(), !rig.core.busy), 40, 0.02);
  oracle.over();
}

describe('whatever happens, in whatever order', () => {
  test.each(['topic', 'action', 'velocity'] as const)(
    'output %s',
    (kind) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 9 }), (steps) => play(kind, steps)),
        { numRuns: sequences, seed: Number(process.env.CHAOS_SEED ?? 1) },
      );
    },
    900_000,
  );
});
