/** Gazebo itself is not there where the tests run: what is made for it is checked against our own reading of the arms, and by libsdformat. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { jointLimits } from '../src/arm/limits/joint_limits';
import { movingJoints } from '../src/arm/urdf/model';
import { parseUrdf } from '../src/arm/urdf/parse';
import { jointsTo } from '../src/arm/urdf/tool_link';
import { armNames, readArm } from '../src/files/arms';
import { oraclePython } from './oracles';
import { rosEnvironment, rosMissing } from './ros/harness';

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'gazebo-'));
afterAll(() => rmSync(folder, { recursive: true }));
const env = rosMissing() ? process.env : rosEnvironment();
const noYaml = spawnSync('python3', ['-c', 'import yaml'], { env }).status !== 0;
if (noYaml) console.warn('what is made for Gazebo is not checked: no yaml in python3');
const testPython = noYaml ? test.skip : test;

interface Made {
  description: string;
  controllers: Record<
    string,
    {
      ros__parameters: {
        joints: string[];
        constraints: Record<string, { max_deceleration_on_cancel?: number }>;
      };
    }
  >;
  stand: number;
  pedestal: string;
}

/** What launch/gazebo_arm.py makes. */
function made(arm: string, namespace = '', withPath = process.env.PATH): Made {
  const script = `
import json, sys
sys.path.insert(0, "launch")
import gazebo_arm as g
urdf, limits, tool = g.packaged(sys.argv[1])
stand = g.stand_m(limits)
print(json.dumps({"description": g.with_ros2_control(urdf, "/rules.yaml", sys.argv[2]),
  "controllers": g.controllers(urdf, limits, tool), "stand": stand, "pedestal": g.pedestal(stand)}))`;
  const { status, stdout, stderr } = spawnSync('python3', ['-B', '-c', script, arm, namespace], {
    cwd: root,
    env: { ...env, PATH: withPath },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim().split('\n').pop());
  return JSON.parse(stdout) as Made;
}
const xml = new XMLParser({
  ignoreAttributes: false,
  isArray: (name, path) => ['plugin', 'model', 'light'].includes(name) && /^sdf/.test(String(path)),
});
const world = readFileSync(join(root, 'config', 'gazebo', 'world.sdf'), 'utf8');

test('the world is well-formed and has ground, light, and what gz sim needs to run', () => {
  expect(XMLValidator.validate(world)).toBe(true);
  const { sdf } = xml.parse(world);
  const names = (list: Record<string, string>[], of: string) => list.map((x) => x[`@_${of}`]);
  expect(names(sdf.world.model, 'name')).toEqual(['ground']);
  expect(sdf.world.light).toHaveLength(1);
  expect(names(sdf.world.plugin, 'filename').sort()).toEqual([
    'gz-sim-physics-system',
    'gz-sim-scene-broadcaster-system',
    'gz-sim-user-commands-system',
  ]);
});

testPython.each(armNames())(
  '%s: interfaces of all joints that move, those on the way to the tool in the controller',
  (name) => {
    const arm = readArm({ arm: name });
    const { description, controllers, stand } = made(name, 'left');
    const model = parseUrdf(description);
    expect([...model.links.keys()].sort()).toEqual([...arm.model.links.keys(), 'world'].sort());
    expect(model.root).toBe('world');
    const file = join(folder, `${name}.checked.urdf`);
    writeFileSync(file, description);
    const checked = spawnSync('check_urdf', [file], { encoding: 'utf8' });
    if (!checked.error)
      expect(checked).toMatchObject({ status: 0, stdout: expect.stringMatching(/Successfully Parsed XML/) });
    expect(model.joints.find((j) => j.name === 'world_joint')).toMatchObject({
      type: 'fixed',
      parent: 'world',
      child: arm.model.root,
    });
    const { robot } = xml.parse(description);
    expect(robot.ros2_control.joint.map((j: Record<string, string>) => j['@_name']).sort()).toEqual(
      movingJoints(arm.model).map((j) => j.name).sort(), // prettier-ignore
    );
    for (const joint of robot.ros2_control.joint)
      expect([joint.command_interface, joint.state_interface]).toEqual([
        { '@_name': 'position' },
        [{ '@_name': 'position' }, { '@_name': 'velocity' }],
      ]);
    expect(robot.gazebo.plugin).toMatchObject({
      '@_filename': 'gz_ros2_control-system',
      parameters: '/rules.yaml',
      ros: { namespace: 'left' },
    });
    const { joints, constraints } = controllers['/**/joint_trajectory_controller'].ros__parameters;
    expect(joints).toEqual(jointsTo(arm.model, arm.tcpLink));
    const limits = jointLimits(arm.model, joints, arm.limits);
    expect(joints.map((j) => constraints[j].max_deceleration_on_cancel)).toEqual(
      limits.map((l) => l.acceleration),
    );
    expect(stand).toBe(-arm.limits.workspace!.floor!);
  },
);

const link = (name: string, mass: number) =>
  `<link name="${name}">${mass ? `<inertial><mass value="${mass}"/><inertia ixx="1" ixy="0" ixz="0" iyy="1" iyz="0" izz="1"/></inertial>` : ''}</link>`;
const joint = (name: string, type: string, parent: string, child: string, more = '') =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/><axis xyz="0 0 1"/><limit lower="-1" upper="1" velocity="1" effort="1"/>${more}</joint>`;
const saved = (text: string): string => {
  const file = join(folder, 'arm.urdf');
  writeFileSync(file, `<robot name="mine">${text}</robot>`);
  return file;
};

testPython(
  'any description: a base that is fixed already stays so, joints that follow others are not commanded',
  () => {
    const arm = `${link('world', 0)}${link('base', 1)}${link('a', 1)}${link('b', 1)}${joint('stand', 'fixed', 'world', 'base')}${joint('turn', 'continuous', 'base', 'a')}`;
    const { description, controllers, stand } = made(
      saved(`${arm}${joint('follow', 'revolute', 'a', 'b', '<mimic joint="turn"/>')}`),
    );
    expect(description.match(/<link name="world"/g)).toHaveLength(1);
    expect(description).not.toContain('world_joint');
    expect(xml.parse(description).robot.ros2_control.joint['@_name']).toBe('turn');
    expect(controllers['/**/joint_trajectory_controller'].ros__parameters.joints).toEqual(['turn']);
    expect(stand).toBe(0);
  },
);

testPython('what Gazebo would leave out in silence, and an arm that is none, are refused', () => {
  const arm = `${link('base', 1)}${link('a', 0)}${link('tip', 0)}${joint('turn', 'revolute', 'base', 'a')}${joint('end', 'fixed', 'a', 'tip')}`;
  expect(() => made(saved(arm))).toThrow(/leaves out links that move and have no mass: a$/);
  expect(made(saved(arm.replace(link('tip', 0), link('tip', 0.1)))).description).toContain('GazeboSimSystem');
  expect(() => made('nobody')).toThrow(/arm: expected one of edscorbot, .*got nobody/);
});

const xacroPython = oraclePython('xacro', 'yaml');
(xacroPython ? test : test.skip)(
  'a xacro with macros, expanded by the real one, becomes what the same arm written out does',
  () => {
    const member = (n: number, above: string) => `${link(`member_${n}`, 0.5 * n)}
      ${joint(`joint_${n}`, 'revolute', above, `member_${n}`, `<origin xyz="0 0 ${0.2 * n}"/>`)}`;
    const plain = saved(`${link('base', 1)}${member(1, 'base')}${member(2, 'member_1')}`);
    const file = join(folder, 'arm.xacro');
    writeFileSync(
      file,
      `<robot xmlns:xacro="http://www.ros.org/wiki/xacro" name="mine">
        <xacro:property name="length" value="0.2"/>
        <xacro:macro name="member" params="n above">
          ${link('member_${n}', 7).replace('value="7"', 'value="${n / 2}"')}
          ${joint('joint_${n}', 'revolute', '${above}', 'member_${n}', '<origin xyz="0 0 ${length * n}"/>')}
        </xacro:macro>
        ${link('base', 1)}<xacro:member n="1" above="base"/><xacro:member n="2" above="member_1"/>
      </robot>`,
    );
    const written = made(plain);
    const expanded = made(file, '', [dirname(xacroPython!), process.env.PATH].join(delimiter));
    expect(expanded.controllers).toEqual(written.controllers);
    expect(parseUrdf(expanded.description)).toEqual(parseUrdf(written.description));
  },
);

/** libsdformat where its development files are: SDF as Gazebo reads it, made of SDF or URDF; one line an element. */
const check = `
#include <sdf/sdf.hh>
#include <iostream>
int main(int n, char **files) {
  for (int k = 1; k < n; k++) {
    sdf::Root root;
    for (const auto &error : root.Load(files[k])) std::cout << "error " << error.Message() << "\\n";
    const auto *model = root.Model();
    for (uint64_t j = 0; model && j < model->JointCount(); j++) {
      const auto *joint = model->JointByIndex(j);
      std::cout << files[k] << " joint " << joint->Name() << " " << int(joint->Type()) << " " << joint->ParentLinkName() << "\\n";
    }
    if (model && model->Element()->HasElement("plugin")) std::cout << files[k] << " plugin " << model->Element()->GetElement("plugin")->Get<std::string>("filename") << "\\n";
    for (uint64_t w = 0; w < root.WorldCount(); w++) std::cout << files[k] << " world " << root.WorldByIndex(w)->ModelCount() << "\\n";
  }
}`;
const sdformat = spawnSync('sh', ['-c', 'for v in 15 14 13 12; do pkg-config --cflags --libs sdformat$v 2>/dev/null && exit; done; exit 1'], { encoding: 'utf8' }); // prettier-ignore
if (sdformat.status !== 0) console.warn('SDF is not checked: no libsdformat-dev');

(sdformat.status !== 0 || noYaml ? test.skip : test)(
  'libsdformat reads world, pedestal and arms without an error, and loses no joint that moves',
  () => {
    const program = join(folder, 'check');
    writeFileSync(`${program}.cc`, check);
    const flags = sdformat.stdout.trim().split(/\s+/);
    execFileSync('g++', ['-std=c++17', '-O0', `${program}.cc`, '-o', program, ...flags]);
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const arms = armNames();
    const files = arms.map((name) => file(`${name}.urdf`, made(name).description));
    const others = [file('world.sdf', world), file('pedestal.sdf', made('edscorbot').pedestal)];
    const lines = execFileSync(program, [...files, ...others], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
    arms.forEach((name, k) => {
      const of = lines
        .filter((line) => line.startsWith(files[k]))
        .map((line) => line.slice(files[k].length + 1));
      const joints = of.filter((line) => line.startsWith('joint')).map((line) => line.split(' '));
      // other fixed joints are lumped
      expect(joints.filter(([, , , parent]) => parent === 'world').map(([, joint]) => joint)).toEqual([
        'world_joint',
      ]);
      expect(
        joints
          .map(([, joint]) => joint)
          .filter((joint) => joint !== 'world_joint')
          .sort(),
      ).toEqual(
        readArm({ arm: name }).model.joints.filter((j) => j.type !== 'fixed').map((j) => j.name).sort(), // prettier-ignore
      );
      expect(of).toContain('plugin gz_ros2_control-system');
    });
    expect(lines).toContain(`${others[0]} world 1`);
  },
  120_000,
);

test('the launch file is Python', () => {
  const launch = readFileSync(join(root, 'launch', 'gazebo.launch.py'), 'utf8');
  const { stderr } = spawnSync('python3', ['-c', 'import ast,sys; ast.parse(sys.stdin.read())'], {
    input: launch,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});
