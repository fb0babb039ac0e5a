/**
 * Every launch file under the real launch system, where it is installed: `ros2 launch` of a ROS 2 installation, or of the public sources
 * of launch, launch_ros, ros2cli and rosidl_runtime_py (pip install --no-deps), on PATH, PYTHONPATH and AMENT_PREFIX_PATH.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broker, mosquitto } from '../edscorbot/broker';
import { patience, root, rosEnvironment, rosMissing, RosTest, type TestProcess } from './harness';
import type { RosClient } from './ros_client';

const ros2 = spawnSync('ros2', ['launch', '--help'], {
  env: rosMissing() ? {} : rosEnvironment(),
  encoding: 'utf8',
});
const missing = !/launch_file/.test(ros2.stdout ?? '');
if (missing) console.warn('launch tests skipped: no `ros2 launch` here');

const all = readdirSync(join(root, 'launch')).filter((name) => /\.launch\.(py|xml)$/.test(name));
/** Gazebo is not there where the tests run: test/sim_gazebo.test.ts. */
const files = all.filter((name) => name !== 'gazebo.launch.py');
const [reach, ramp] = ['reach', 'ramp'].map((name) => join(root, 'examples', `${name}.json`));
const sixAxis = join(root, 'examples/arms/six_axis.json');
/** What every launch file takes. */
const common = ['use_sim_time', 'log_level', 'autostart'];

interface Launched {
  process: TestProcess;
  namespace: string;
}

interface Case {
  args: string[];
  /** Further names of nodes than these must not be there. */
  nodes: string[];
  /** What it must come to. */
  works: (launched: Launched) => Promise<void>;
}

(missing ? describe.skip : describe)('launch files', () => {
  let ros: RosTest;
  let client: RosClient;
  let broker: Broker | undefined;
  const logs = mkdtempSync(join(tmpdir(), 'launch-'));

  beforeAll(async () => {
    ros = await RosTest.start();
    client = await ros.client();
    if (mosquitto) broker = await Broker.start();
  });
  afterAll(async () => {
    await ros.stop();
    await broker?.stop();
    rmSync(logs, { recursive: true, force: true });
  });

  /** Waits until a learner has been taught, and well. */
  async function taught(process: TestProcess, name: string): Promise<void> {
    const line = new RegExp(`\\[${name}\\]: tool-centre-point error ([\\d.]+) cm before, ([\\d.]+) cm after`);
    await process.waitFor(line, 60_000);
    const [, before, after] = line.exec(process.output)!.map(Number);
    expect(after).toBeLessThan(0.1 * before);
  }

  /** Teaches by a goal, which nothing performs. */
  async function teaches({ namespace }: Launched): Promise<void> {
    const { positions, dt } = JSON.parse(readFileSync(reach, 'utf8')) as {
      positions: number[][];
      dt: number;
    };
    const points = positions.map((row, k) => {
      const ns = Math.round(k * dt * 1e9);
      return { positions: row, time_from_start: { sec: Math.floor(ns / 1e9), nanosec: ns % 1e9 } };
    });
    const trajectory = { joint_names: ['base_joint', 'shoulder'], points };
    const name = `/${namespace}/motor_learner/teach`;
    const { status, result } = await client.goal('oneshot_arm_msgs/action/Teach', name, { trajectory }, 60)
      .result;
    expect({ status, message: status === 'succeeded' ? '' : result.message }).toEqual({
      status: 'succeeded',
      message: '',
    });
    expect(await client.state(`${namespace}/motor_learner`)).toBe('active');
  }

  async function active({ namespace }: Launched): Promise<void> {
    await client.waitFor('service', `/${namespace}/character_classifier/get_state`, { timeout: 60 });
    expect(await client.state(`${namespace}/character_classifier`)).toBe('active');
  }

  const cases: Record<string, Case> = {
    'classifier.launch.py': { args: [], nodes: ['character_classifier'], works: active },
    // a lifecycle manager starts this one
    'classifier.launch.xml': {
      args: ['autostart:=false'],
      nodes: ['character_classifier'],
      works: async (launched) => {
        const node = `${launched.namespace}/character_classifier`;
        await client.waitFor('service', `/${node}/get_state`, { timeout: 60 });
        expect(await client.state(node)).toBe('unconfigured');
        expect([await client.change(node, 1), await client.change(node, 3)]).toEqual([true, true]);
        await active(launched);
      },
    },
    'demo.launch.py': {
      args: [`target:=${ramp}`],
      nodes: ['arm_simulator', 'motor_learner', 'viewer'],
      works: async ({ process, namespace }) => {
        await taught(process, `${namespace}.motor_learner`);
        // and moves the arm
        await process.waitFor(/arm_simulator\]: trajectory of \d+ points taken/, 30_000);
        await process.waitFor(/http:\/\/\S+/, 30_000);
        expect((await fetch(/http:\/\/\S+/.exec(process.output)![0])).status).toBe(200);
      },
    },
    'demo.launch.xml': {
      args: [`target:=${ramp}`, 'viewer:=false', 'backend:=pcm'],
      nodes: ['arm_simulator', 'motor_learner'],
      works: async ({ process, namespace }) => {
        await process.waitFor(/backend pcm/, 60_000);
        await taught(process, `${namespace}.motor_learner`);
      },
    },
    'two_arms.launch.xml': {
      args: ['viewer:=false', `left_target:=${reach}`, `right_target:=${sixAxis}`],
      nodes: ['arm_simulator', 'motor_learner'],
      works: async ({ process }) => {
        await Promise.all(['left', 'right'].map((side) => taught(process, `${side}.motor_learner`)));
        expect(process.output).toMatch(/left\.motor_learner\]: weights motor-default/);
        expect(process.output).toMatch(/right\.motor_learner\]: weights motor-arm/);
      },
    },
    'robot.launch.py': {
      args: [
        `target:=${reach}`,
        'viewer:=false',
        'profile:=edscorbot_paper',
        'controller:=my_controller',
        'output:=topic',
      ],
      nodes: ['motor_learner'],
      works: async ({ process, namespace }) => {
        const arm = ros.node('arm_simulator', {
          remap: {
            __ns: `/${namespace}`,
            'joint_trajectory_controller/joint_trajectory': 'my_controller/joint_trajectory',
          },
        });
        await taught(process, `${namespace}.motor_learner`);
        await arm.waitFor(/trajectory of \d+ points taken/, 30_000);
        await arm.stop('SIGINT');
      },
    },
    'teach.launch.py': {
      args: ['viewer:=false'],
      nodes: ['arm_simulator', 'motor_learner', 'teleop'],
      works: teaches,
    },
    'teleop.launch.py': {
      args: ['viewer:=false'],
      nodes: ['arm_simulator', 'teleop'],
      works: async ({ namespace }) => {
        await client.waitFor('service', `/${namespace}/teleop/describe_parameters`, { timeout: 60 });
        await client.waitFor('publisher', `/${namespace}/joint_states`, { timeout: 60 });
      },
    },
    'edscorbot.launch.py': {
      args: ['viewer:=false', 'emulator:=true'],
      nodes: ['edscorbot_driver', 'edscorbot_emulator', 'motor_learner'],
      works: async (launched) => {
        await teaches(launched);
        await launched.process.waitFor(/edscorbot_driver\]:.*(unhomed|disarmed|homed|ready)/i, 30_000);
      },
    },
  };

  test('each has a test, takes what all take, and says what for', () => {
    expect(Object.keys(cases).sort()).toEqual([...files].sort());
    const script = `
import json, sys
from launch.launch_description_sources import get_launch_description_from_any_launch_file as load
from launch.utilities import perform_substitutions
from launch import LaunchContext
def shown(path):
    context = LaunchContext()
    context.extend_locals({"current_launch_file_directory": path.rsplit("/", 1)[0]})
    default = lambda a: perform_substitutions(context, a.default_value)
    return {a.name: [default(a), a.description] for a in load(path).get_launch_arguments()}
print(json.dumps([shown(path) for path in sys.argv[1:]]))`;
    const paths = all.map((name) => join(root, 'launch', name));
    const text = execFileSync('python3', ['-c', script, ...paths], { env: ros.env, encoding: 'utf8' });
    const shown = JSON.parse(text.trim().split('\n').pop()!) as Record<string, [string, string]>[];
    const shownBy = new Map(all.map((file, k) => [file, shown[k]]));
    for (const [file, args] of shownBy) {
      expect(Object.values(args).filter(([, description]) => description.length < 5)).toEqual([]);
      expect([file, Object.keys(args)]).toEqual([file, expect.arrayContaining(common)]);
      if (file !== 'two_arms.launch.xml')
        expect([file, Object.keys(args)]).toEqual([file, expect.arrayContaining(['namespace'])]);
      // what one in XML shows is what it hands on
      const python = file.endsWith('.xml') && shownBy.get(file.replace('.xml', '.py'));
      if (python) expect(python).toMatchObject(args);
    }
  });

  test.each(files)(
    '%s starts, works, and ends on SIGINT with nothing left',
    async (file) => {
      const { args, works } = cases[file];
      if (file.startsWith('edscorbot')) {
        if (!broker) return console.warn(`${file} skipped: mosquitto is not installed`);
        args.push(`broker_port:=${broker.port}`);
      }
      const namespace = file.replaceAll('.', '_');
      const mark = `ONESHOT_ARM_TEST_OF=${file}`;
      const process = ros.process(
        file,
        'ros2',
        ['launch', join(root, 'launch', file), `namespace:=${namespace}`, ...args],
        { ROS_LOG_DIR: logs, ONESHOT_ARM_TEST_OF: file },
      );
      await works({ process, namespace });
      const started = [...process.output.matchAll(/\[(\w+)-\d+\]: process started with pid/g)].map(
        (m) => m[1],
      );
      expect([...new Set(started)].sort()).toEqual(cases[file].nodes);
      expect(processesWith(mark).length).toBeGreaterThan(started.length);
      const tookMs = await process.stop('SIGINT');
      expect(processesWith(mark)).toEqual([]);
      expect(tookMs).toBeLessThan(3000 * patience());
      const ends = [...process.output.matchAll(/process has (finished cleanly|died)[^\n]*/g)].map(
        (m) => m[1],
      );
      expect(ends).toEqual(started.map(() => 'finished cleanly'));
    },
    120_000,
  );
});

/** Processes with this in their environment. */
function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/environ`, 'latin1').split('\0').includes(mark);
    } catch {
      return false;
    }
  });
}
