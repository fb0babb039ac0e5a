import { urdfProfile } from '../../src/arm/kinematics/urdf_profile.js';
import { parseUrdf } from '../../src/arm/urdf/parse.js';
import { jointsTo } from '../../src/arm/urdf/tool_link.js';
import { Random } from '../../src/kernels/random.js';

/** A robot description of an arm that nobody built: the best of some draws, so that its tool can move in every direction. */
export function madeUpArm(joints: number, seed: number): string {
  const random = new Random(seed, 0x51ab);
  let best = { text: '', able: -1 };
  for (let k = 0; k < 30; k++) {
    const text = drawArm(joints, seed, random);
    const able = manipulability(text);
    if (able > best.able) best = { text, able };
  }
  return best.text;
}

function drawArm(joints: number, seed: number, random: Random): string {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const axes = ['1 0 0', '0 1 0', '0 0 1'];
  let last = 2;
  const parts = ['<link name="base"/>'];
  for (let j = 0; j < joints; j++) {
    // the first turns about the vertical, no two neighbours about the same axis
    last = j === 0 ? 2 : (last + 1 + random.integer(2)) % 3;
    const reach = between(0.06, 0.32) / (1 + 0.25 * j);
    const [x, y] = [between(-0.6, 0.6) * reach, between(-0.6, 0.6) * reach];
    const [roll, pitch] = [between(-0.8, 0.8), between(-0.8, 0.8)];
    parts.push(
      `<link name="link${j + 1}"/><joint name="joint${j + 1}" type="revolute">` +
        `<origin xyz="${x} ${y} ${reach}" rpy="${roll} ${pitch} 0"/>` +
        `<parent link="${j === 0 ? 'base' : `link${j}`}"/><child link="link${j + 1}"/><axis xyz="${axes[last]}"/>` +
        `<limit lower="${-between(1.7, 2.9)}" upper="${between(1.7, 2.9)}" velocity="${between(1.5, 3)}" effort="50"/></joint>`,
    );
  }
  const hand = between(0.08, 0.15);
  parts.push(
    `<link name="tool0"/><joint name="hand" type="fixed"><origin xyz="${0.5 * hand} 0 ${hand}"/><parent link="link${joints}"/><child link="tool0"/></joint>`,
  );
  return `<robot name="made_up_${joints}_${seed}">${parts.join('')}</robot>`;
}

/** Volume of the tool velocities of unit joint velocities at angles 0 (Yoshikawa), by the arm's length cubed. */
function manipulability(text: string): number {
  const model = parseUrdf(text);
  const profile = urdfProfile(model, { learned: jointsTo(model, 'tool0'), tcpLink: 'tool0' });
  const n = profile.learned;
  const jacobian = new Float64Array(3 * n);
  profile.jacobian(profile.startAngles, 0, jacobian, 0);
  const g = (a: number, b: number): number => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += jacobian[a * n + j] * jacobian[b * n + j];
    return sum;
  };
  const determinant =
    g(0, 0) * (g(1, 1) * g(2, 2) - g(1, 2) ** 2) -
    g(0, 1) * (g(0, 1) * g(2, 2) - g(1, 2) * g(0, 2)) +
    g(0, 2) * (g(0, 1) * g(1, 2) - g(1, 1) * g(0, 2));
  const lengthM = model.joints.reduce((sum, { origin }) => sum + Math.hypot(...origin.xyz), 0);
  return Math.sqrt(Math.max(0, determinant)) / lengthM ** 3;
}
