import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../cli/run';
import { oraclePython } from '../oracles';
import { writeTheirs } from '../record/their_recording';
import { root, rosMissing, RosTest, TestProcess } from './harness';
import type { RosClient, TestTopic } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;

/** Runs a command in a terminal of 24 x 100 characters; what comes on standard input are its keys. */
const terminal = `
import fcntl, os, pty, select, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 100, 0, 0))
keys = True
while True:
    ready, _, _ = select.select([fd] + ([0] if keys else []), [], [])
    if 0 in ready:
        data = os.read(0, 1000)
        keys = len(data) > 0
        os.write(fd, data)
    if fd in ready:
        try:
            shown = os.read(fd, 10000)
        except OSError:
            break
        if not shown:
            break
        os.write(1, shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

// an arm in real time: what holds the machine up for a moment disturbs it
jest.retryTimes(2, { logErrorsBeforeRetry: true });

describeRos('from a terminal', () => {
  const folder = temporaryFolder();
  const python = rosMissing() ? null : oraclePython('mcap_ros2');
  let ros: RosTest;
  let client: RosClient;
  let states: TestTopic;
  const main = join(root, 'dist/src/cli/main.js');
  beforeAll(async () => {
    ros = await RosTest.start();
    ros.node('arm_simulator', { parameters: { physics: 'servo', velocity_timeout: 0.5 } });
    // wide enough for a machine with too much to do
    const patient = { joint_state_timeout_s: 5.0, joint_state_max_age_s: 5.0 };
    ros.node('teleop', {
      parameters: { ...patient, output: 'velocity', command_timeout_s: 0.6, stream_max_gap_s: 1.0 },
    });
    ros.node('motor_learner', {
      parameters: {
        ...patient,
        settle_s: 3.5,
        tracking_tolerance_rad: 0.0,
        execution_tolerance_m: 1.0,
        execution_delay_s: 0.0,
      },
    });
    client = await ros.client();
    states = await client.subscribe('sensor_msgs/msg/JointState', '/joint_states', 'sensor');
    const topic = '/motor_learner/status';
    const status = await client.subscribe('oneshot_arm_msgs/msg/LearnerStatus', topic, 'latched');
    await status.any((s) => s.joint_states_fresh, 30000);
  }, 60000);
  let child: ChildProcess | undefined;
  afterAll(async () => {
    child?.kill('SIGKILL'); // its terminal goes, and so does what runs in it
    await ros?.stop();
  });

  /** `oneshot-arm teach` and what it reports. */
  async function teach(...args: string[]) {
    const json = join(folder.path, 'lesson.json');
    const taught = ros.process('teach', process.execPath, [main, 'teach', ...args, '--json', json]);
    const { code } = await taught.exited;
    expect({ code, output: code === 0 ? '' : taught.output }).toEqual({ code: 0, output: '' });
    return JSON.parse(readFileSync(json, 'utf8'));
  }

  test('teach: a file becomes a lesson of the running learner and is performed as predicted', async () => {
    const { after, executed } = await teach('examples/reach.json', '--execute');
    expect(executed.deviationM).toBeLessThan(0.01);
    expect(executed.tcpErrorMeanM).toBeLessThan(0.02);
    expect(Math.abs(executed.tcpErrorMeanM - after.tcpErrorMeanM)).toBeLessThan(0.01);
  }, 60000);

  test('teach: what was performed worse than the tolerance ends with 1, and says why', async () => {
    const tolerate = (m: number) => client.setParameter('motor_learner', 'execution_tolerance_m', m);
    expect((await tolerate(1e-6)).successful).toBe(true);
    try {
      const taught = ros.process('teach', process.execPath, [
        main,
        'teach',
        'examples/reach.json',
        '--execute',
      ]);
      expect((await taught.exited).code).toBe(1);
      expect(taught.output).toMatch(/not as predicted: tracking: .*\(allowed 0\.00 cm\)/);
    } finally {
      await tolerate(1);
    }
  }, 60000);

  (python ? test : test.skip)(
    "teach: a recording of another program's is performed within 2 cm, refined within 0.5",
    async () => {
      const file = join(folder.path, 'theirs.mcap');
      writeTheirs(python as string, file);
      const args = [file, '--topic', '/arm/joint_states', '--execute'];
      expect((await teach(...args)).executed.tcpErrorMeanM).toBeLessThan(0.02);
      expect((await teach(...args, '--refine', '20')).executed.tcpErrorMeanM).toBeLessThan(0.005);
    },
    90000,
  );

  test('teleop: keys move the arm and record a motion; letting go brakes, escape ends and leaves the terminal as it was', async () => {
    child = spawn(
      'python3',
      [
        ...['-c', terminal, process.execPath, main, 'teleop'],
        ...['--joints', 'base_joint,shoulder', '--hold', '0.6', '--wait', '30'],
      ],
      { cwd: root, env: ros.env, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    const shown = new TestProcess('terminal', child);
    const press = (keys: string) => child?.stdin?.write(keys);
    const angle = (name: string): number => states.last.position[states.last.name.indexOf(name)] as number;
    await shown.waitFor(/speed 0\.5[^]*base_joint -?\d\.\d\d {2}shoulder -?\d\.\d\d/, 40000);

    press('m');
    await shown.waitFor(/RECORDING/, 20000);
    const [from, shoulder] = [angle('base_joint'), angle('shoulder')];
    const held = setInterval(() => press('q'), 50);
    try {
      await states.next((m) => m.position[m.name.indexOf('base_joint')] > from + 0.2, 30000);
    } finally {
      clearInterval(held);
    }
    await shown.waitFor(/moving by joint_jog/);
    // let go: at rest, and it stays
    const rest = await states.next((m) => Math.max(...m.velocity.map(Math.abs)) < 1e-3, 30000);
    const at = rest.position[rest.name.indexOf('base_joint')] as number;
    expect(Math.abs(rest.position[rest.name.indexOf('shoulder')] - shoulder)).toBeLessThan(0.01);
    press('m');
    await shown.waitFor(/recorded a motion of \d/, 20000);
    expect(Math.abs(angle('base_joint') - at)).toBeLessThan(0.01);
    press('p');
    await shown.waitFor(/paused/, 20000);
    press('\x1b');
    expect(await shown.exited).toMatchObject({ code: 0 });
    expect(shown.output.trimEnd().endsWith('\x1b[?25h')).toBe(true);
  }, 180000);
});
