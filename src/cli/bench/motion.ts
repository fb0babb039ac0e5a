import { Session } from 'node:inspector';
import { approachMove } from '../../arm/trajectory/moves.js';
import { JointTrajectoryController } from '../../controller/joint_trajectory_controller.js';
import { defaultParameters } from '../../controller/types.js';
import {
  controlledJoints,
  MeasuredJoints,
  MotionCore,
  type MotionSource,
  StreamSource,
  TrajectorySource,
  VelocityOutput,
} from '../../motion/index.js';
import { table } from '../output.js';
import { median, type BenchReport } from './bench.js';

const joints = 7;
const rounds = 7;
const ticks = 4000;
const tickS = 0.002;
/** Most looks at what is allocated. */
const windows = 12;

/** What a cycle costs. */
export interface CycleCost {
  name: string;
  /** Median over rounds of the mean of a cycle, microseconds. */
  us: number;
  /** Allocated by the cores a cycle, bytes (what the benchmark itself allocates is left out). */
  bytes: number;
}

/** One tick of the motion core with 7 joints that stream velocities, against a cycle of the joint_trajectory_controller core. */
export async function run(): Promise<BenchReport> {
  const costs = cycleCosts();
  const text = [
    table([
      [`${joints} joints`, 'us a cycle', 'bytes a cycle'],
      ...costs.map((c) => [c.name, c.us.toFixed(2), c.bytes.toFixed(1)]),
    ]),
    'limit of the motion core: 20 us, 0 bytes',
  ].join('\n');
  return { result: { joints, cycles: costs }, text };
}

/** The cores in the middle of a motion. */
export function cycleCosts(): CycleCost[] {
  const limits = Array.from({ length: joints }, (_, j) => ({
    name: `joint_${j}`,
    lower: -3,
    upper: 3,
    velocity: 1,
    acceleration: 4,
    jerk: 100,
  }));
  const there = new Float64Array(joints).fill(2.5);
  // as long as the benchmark takes, so that every tick moves
  const slow = limits.map((l) => ({ ...l, velocity: 0.01 }));
  const motion = approachMove(new Float64Array(joints), there, slow, 1);
  const stream = new StreamSource(joints, 1e9);
  return [
    cost('trajectory', coreCycle(limits, new TrajectorySource(motion))),
    cost(
      'teleoperation',
      coreCycle(limits, stream, () => stream.velocity(wave, 0)),
    ),
    cost('controller core', controllerCycle(limits, motion.durationS, there)),
  ];
}

const wave = Float64Array.from({ length: joints }, (_, j) => 0.01 * (j + 1));

type Limits = Parameters<typeof controlledJoints>[0];

/** A motion core in the middle of a motion; the arm follows at once. */
function coreCycle(limits: Limits, source: MotionSource, feed: () => void = () => {}): () => void {
  const names = limits.map((l) => l.name);
  const measured = new MeasuredJoints(
    names,
    limits.map((l) => l.velocity),
  );
  const position = new Float64Array(joints);
  const velocity = new Float64Array(joints);
  const port = {
    unavailable: () => '',
    send: (sent: Float64Array) => {
      for (let j = 0; j < joints; j++) {
        velocity[j] = sent[j];
        position[j] += sent[j] * tickS;
      }
    },
  };
  const core = new MotionCore({
    limits,
    measured,
    settings: {
      startPolicy: 'approach',
      startToleranceRad: 0.01,
      approachSpeed: 0.5,
      startDelayS: 0,
      settleS: 1,
      goalToleranceRad: 0,
      trackingToleranceRad: 0.3,
      jointStateTimeoutS: 0.3,
      jointStateMaxAgeS: 1,
      heartbeatTimeoutS: 0,
      maxGapS: 0.05,
    },
    output: () => new VelocityOutput(port, limits, 4),
    approach: (from, to, speed) => approachMove(from, to, limits, speed),
  });
  let nowS = 0;
  const cycle = (): void => {
    nowS += tickS;
    feed();
    measured.receive(names, position, velocity, nowS, nowS, nowS);
    core.tick(nowS);
  };
  for (let k = 0; k < 100; k++) cycle();
  core.start({ source, onEnd: ({ reason }) => void (ended = reason) }, nowS);
  let ended = '';
  return () => {
    cycle();
    if (ended) throw new Error(`the motion ended: ${ended}`);
  };
}

function controllerCycle(limits: Limits, durationS: number, there: Float64Array): () => void {
  const controller = new JointTrajectoryController(controlledJoints(limits), defaultParameters(joints));
  const rest = new Float64Array(joints);
  controller.activate(0, rest);
  controller.follow(
    {
      jointNames: limits.map((l) => l.name),
      points: [
        { positions: there, velocities: rest, accelerations: rest, effort: [], timeFromStartS: durationS },
      ],
    },
    0,
  );
  let nowS = 0;
  return () => {
    nowS += tickS;
    controller.update(nowS, controller.state.commandPosition, controller.state.commandVelocity);
  };
}

function cost(name: string, cycle: () => void): CycleCost {
  const us: number[] = [];
  for (let k = 0; k < ticks; k++) cycle();
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    for (let k = 0; k < ticks; k++) cycle();
    us.push(Number(process.hrtime.bigint() - start) / 1e3 / ticks);
  }
  // until the engine has compiled all of it, it makes objects of numbers
  let bytes = Infinity;
  for (let k = 0; k < windows && bytes > 0; k++) bytes = Math.min(bytes, allocated(cycle) / ticks);
  return { name, us: median(us), bytes };
}

interface Allocations {
  callFrame: { url: string };
  selfSize: number;
  children: Allocations[];
}

/** Bytes that the cores allocate in so many cycles, by the engine's own account; garbage counts. */
function allocated(cycle: () => void): number {
  const session = new Session();
  session.connect();
  let bytes = 0;
  const add = ({ callFrame, selfSize, children }: Allocations): void => {
    if (/[/\\]src[/\\](motion|arm|controller)[/\\]/.test(callFrame.url)) bytes += selfSize;
    children.forEach(add);
  };
  session.post('HeapProfiler.startSampling', {
    samplingInterval: 128,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as object);
  for (let k = 0; k < ticks; k++) cycle();
  session.post('HeapProfiler.stopSampling', (error, answer) => {
    if (!error) add(answer.profile.head as Allocations);
  });
  session.disconnect();
  return bytes;
}
