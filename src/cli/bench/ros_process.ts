/**
 * A process of `bench ros`. Arguments: role, period (s), duration (s), "lessons" where it gives lessons meanwhile. Roles: "loop"
 * publishes joint states at even times, "latency_send" too, "latency_receive" takes those, "nothing" only gives lessons.
 * Prints "ready", and at its end what it saw.
 */
import { join } from 'node:path';
import { packageRoot } from '../../files/ros_environment.js';
import { readTargetFile } from '../../files/target_file.js';
import { parameterTable } from '../../nodes/motor_learner/parameters.js';
import { setUp } from '../../nodes/motor_learner/setup.js';
import { defaultValues, fromNanoseconds, type JointState, RosNode, shutdown } from '../../ros/index.js';

const [, , role, period, duration, load] = process.argv;
const [periodS, seconds] = [Number(period), Number(duration)];

/** Lessons one after the other, in their thread; how many there were. */
async function giveLessons(): Promise<() => number> {
  const { thread, book } = setUp(defaultValues(parameterTable), '');
  const file = join(packageRoot(), 'examples/reach.json');
  const { target } = readTargetFile(file, book.profile);
  const judging = { timeScaling: true, maxTimeScaling: 10, maxTcpErrorM: 0, maxTcpErrorOfExtent: 0 };
  const options = {
    ...{ ...judging, maxOrientationErrorRad: 0 },
    ...{ updates: 1, refineSteps: 0, readAfterS: 0, toleranceM: 0 },
  };
  let given = 0;
  const next = async (): Promise<void> => {
    for (;;) {
      await thread.ask({ kind: 'teach', target, options });
      given++;
    }
  };
  await thread.ask({ kind: 'teach', target, options });
  void next().catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
  return () => given;
}

async function main(): Promise<void> {
  const lessons = load === 'lessons' ? await giveLessons() : () => 0;
  const say = (): void => console.log('ready');
  if (role === 'nothing') return say();
  const node = await RosNode.start({ name: `bench_${role}`, argv: [], parameters: {} });
  const topic = `/oneshot_arm_bench/${role.split('_')[0]}`;
  const [times, late]: [number[], number[]] = [[], []];
  const startNs = process.hrtime.bigint();
  const sinceStart = (ns: bigint): number => Number(ns - startNs);
  const over = (): boolean => times.length > 1 && times[times.length - 1] - times[0] >= seconds * 1e9;
  let ended = false;
  const endWhereOver = (): void => {
    if (ended || !over()) return;
    ended = true;
    const seen = { times: times.map((t) => t - times[0]), late, lessons: lessons() };
    process.stdout.write(`${JSON.stringify(seen)}\n`, () => void shutdown(0));
  };
  if (role === 'latency_receive')
    node.subscribe<JointState>('sensor_msgs/msg/JointState', topic, 'default', ({ header: { stamp } }) => {
      const now = process.hrtime.bigint();
      times.push(sinceStart(now));
      late.push(Number(now - BigInt(stamp.sec) * 1_000_000_000n - BigInt(stamp.nanosec)));
      endWhereOver();
    });
  else {
    const publisher = node.publisher<JointState>('sensor_msgs/msg/JointState', topic);
    const name = Array.from({ length: 7 }, (_, k) => `j${k}`);
    const [position, velocity] = [new Float64Array(7), new Float64Array(7)];
    node.timer(
      periodS,
      () => {
        const now = process.hrtime.bigint();
        times.push(sinceStart(now));
        const header = { stamp: fromNanoseconds(now), frame_id: '' };
        publisher.publish({ header, name, position, velocity, effort: [] });
        endWhereOver();
      },
      'steady',
    );
  }
  say();
  await node.done;
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
