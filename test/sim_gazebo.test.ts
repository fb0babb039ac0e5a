import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { parse } from 'yaml';
import { parseUrdf } from '../src/arm/urdf/parse';

const root = join(__dirname, '..');
const folder = join(root, 'sim', 'gazebo');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const arm = ['base_joint', 'shoulder', 'elbow', 'pitch', 'roll'];

/** Gazebo itself is not there where the tests run: these check what can be checked without it. */
describe('files for Gazebo', () => {
  test.each(['world.sdf', 'ros2_control.urdf.xml'])('%s is well-formed', (name) => {
    expect(XMLValidator.validate(read(name))).toBe(true);
  });

  test('the world has ground, light, pedestal and what gz sim needs to run', () => {
    const list = (name: string) => ['plugin', 'model', 'light'].includes(name);
    const { sdf } = new XMLParser({ ignoreAttributes: false, isArray: list }).parse(read('world.sdf'));
    expect(sdf.world.model.map((m: Record<string, string>) => m['@_name'])).toEqual(['ground', 'pedestal']);
    expect(sdf.world.light).toHaveLength(1);
    expect(sdf.world.plugin.map((p: Record<string, string>) => p['@_filename'])).toContain(
      'gz-sim-physics-system',
    );
  });

  test('description, interfaces and controllers name the same joints; the launch file puts them together', () => {
    const launch = read('gazebo.launch.py');
    const python = spawnSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
      input: launch,
    });
    expect(String(python.stderr)).toBe('');
    // As robot_description() of the launch file does.
    const extra = /<robot[^>]*>(.*)<\/robot>/s.exec(read('ros2_control.urdf.xml'))![1];
    const urdf = readFileSync(join(root, 'urdf', 'edscorbot.urdf'), 'utf8').replace(
      '</robot>',
      `${extra}</robot>`,
    );
    expect(XMLValidator.validate(urdf)).toBe(true);
    expect(parseUrdf(urdf).root).toBe('world');
    const { robot } = new XMLParser({ ignoreAttributes: false }).parse(urdf);
    expect(robot.ros2_control.joint.map((j: Record<string, string>) => j['@_name'])).toEqual(arm);
    const controllers = parse(read('controllers.yaml'));
    expect(controllers.joint_trajectory_controller.ros__parameters.joints).toEqual(arm);
  });
});
