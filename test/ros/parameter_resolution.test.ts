import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { rosMissing, RosTest, root } from './harness';
import { parameterCases } from './parameter_cases';

/** Name and parameters of the node, or that its arguments were refused. */
type Answer = { name: string; values: object } | { refused: true };

const describeRos = rosMissing() ? describe.skip : describe;

describeRos('parameters of a node, for every combination of arguments', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parameters-'));
  const commandLines = parameterCases.map(({ args, files = [] }, k) => {
    const paths = files.map((text, f) => {
      const path = join(folder, `${k}_${f}.yaml`);
      writeFileSync(path, text);
      return path;
    });
    return args.map((argument) => argument.replace(/^\{(\d)\}$/, (_, f) => paths[Number(f)]));
  });
  let ros: RosTest;
  let resolve: (command: string, script: string) => Answer[];

  beforeAll(async () => {
    ros = await RosTest.start();
    resolve = (command, script) =>
      execFileSync(command, [join(root, script)], {
        env: ros.env,
        input: commandLines.map((line) => `${JSON.stringify(line)}\n`).join(''),
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'inherit'],
      })
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await ros.stop();
  });

  test('they are what rclpy has', () => {
    const expected = resolve('python3', 'test/ros/resolve_parameters.py');
    const got = resolve(process.execPath, 'dist/test/ros/resolve_parameters.js');
    expect(expected).toHaveLength(parameterCases.length);
    expect(parameterCases.length).toBeGreaterThan(60);
    // the cases tell apart what applies and what does not
    const applied = expected.filter((a) => 'values' in a && Object.keys(a.values).length > 0).length;
    expect(applied).toBeGreaterThan(30);
    expect(applied).toBeLessThan(parameterCases.length);
    expect(got.map((answer, k) => ({ args: parameterCases[k].args, ...answer }))).toEqual(
      expected.map((answer, k) => ({ args: parameterCases[k].args, ...answer })),
    );
  }, 120_000);

  test.each([
    [
      'motor_learner',
      { backend: 'pcm', learned_joints: ['elbow', 'shoulder'], approach_speed: 0.25, seed: 7 },
    ],
    [
      'arm_simulator',
      { physics: 'servo', update_rate: 50, 'servo.damping_ratio': 0.7, 'constraints.goal': [0.1, 0.2] },
    ],
  ])(
    'what a dump of %s says starts the same node again',
    async (name, parameters) => {
      const dump = (): string =>
        execFileSync('python3', [join(root, 'test/ros/dump_parameters.py'), `/left/${name}`], {
          env: ros.env,
          encoding: 'utf8',
        });
      const space = ['-r', '__ns:=/left'];
      const first = ros.node(name, { parameters, args: space });
      const said = dump();
      await first.stop();
      const values = (parse(said) as Record<string, { ros__parameters: object }>)[`/left/${name}`];
      expect(values.ros__parameters).toMatchObject(
        Object.fromEntries(Object.entries(parameters).filter(([key]) => !key.includes('.'))),
      );
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, said);
      const second = ros.node(name, { args: [...space, '--params-file', path] });
      expect(dump()).toBe(said);
      await second.stop();
    },
    60_000,
  );
});
