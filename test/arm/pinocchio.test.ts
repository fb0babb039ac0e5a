import { readFileSync } from 'node:fs';
import { readArm } from '../../src/files/arms.js';
import { Random } from '../../src/kernels/random.js';
import { oraclePython, runPython } from '../oracles.js';

/**
 * Pinocchio's kinematics of the same description: forward, and inverse by its Jacobians (Newton steps on SE(3)) along each path of
 * poses from the angles that the path begins with. Answers poses of `q` and angles of the last pose of each path.
 */
const script = `
import json, sys
import numpy as np
import pinocchio as pin
data = json.load(sys.stdin)
model = pin.buildModelFromXML(data['urdf'])
frame = model.getFrameId('tool0')
work = model.createData()
idx = [model.joints[model.getJointId(n)].idx_q for n in data['joints']]
def full(q):
    out = np.zeros(model.nq)
    out[idx] = q
    return out
def pose(q):
    pin.framesForwardKinematics(model, work, q)
    m = work.oMf[frame]
    return m.copy()
def flat(m):
    return m.rotation.flatten().tolist() + m.translation.tolist()
def inverse(goal, q):
    for _ in range(200):
        error = pin.log6(pose(q).actInv(goal))
        if np.linalg.norm(error.vector) < 1e-11: break
        J = pin.computeFrameJacobian(model, work, q, frame, pin.ReferenceFrame.LOCAL)
        step = J.T @ np.linalg.solve(J @ J.T + 1e-10 * np.eye(6), error.vector)
        q = q + step * min(1, 0.3 / max(1e-12, np.abs(step).max()))
    return q
out = []
for path in data['paths']:
    q = full(path['start'])
    for row in path['poses']:
        m = pin.SE3(np.array(row[:9]).reshape(3, 3), np.array(row[9:]))
        q = inverse(m, q)
    out.append({'angles': q[idx].tolist(), 'pose': flat(pose(q)), 'ours': flat(pose(full(path['ours'])))})
json.dump(out, sys.stdout)
`;

interface Answer {
  angles: number[];
  pose: number[];
  ours: number[];
}

const python = oraclePython('pinocchio', 'numpy');
(python ? test : test.skip)(
  'poses: 200 paths of the six-axis arm end where Pinocchio says, with its angles or another branch of the same pose',
  () => {
    const { profile, path, description } = readArm({ arm: 'six_axis' });
    const random = new Random(12, 0x9170);
    const count = 200;
    const pose = (q: ArrayLike<number>): Float64Array => {
      const out = new Float64Array(12);
      profile.pose(q, 0, out, 0);
      return out;
    };
    const paths = Array.from({ length: count }, () => {
      // from a random posture away from singular ones to another near it
      const start = profile.startAngles.map((q) => q + 0.6 * (2 * random.uniform() - 1));
      const by = start.map(() => 0.5 * (2 * random.uniform() - 1));
      const rows = Array.from({ length: 21 }, (_, k) => pose(start.map((q, j) => q + (by[j] * k) / 20)));
      const q = Float64Array.from(start);
      let residual = { positionM: 0, angleRad: 0 };
      for (const row of rows) residual = profile.inversePose!(row, 0, q, 0, q, 0);
      expect(residual.positionM).toBeLessThan(1e-4);
      expect(residual.angleRad).toBeLessThan((0.1 * Math.PI) / 180);
      return { start, ours: Array.from(q), poses: rows.map((row) => Array.from(row)) };
    });
    expect(description).toBe(readFileSync(path, 'utf8'));
    const answers = runPython<Answer[]>(python!, script, {
      urdf: description,
      joints: profile.joints.slice(0, profile.learned),
      paths,
    });
    let same = 0;
    answers.forEach(({ angles, pose: theirs, ours }, k) => {
      const wanted = paths[k].poses[20];
      for (const reached of [theirs, ours]) {
        // Pinocchio's kinematics of its own answer, and of ours
        const off = Math.hypot(...[9, 10, 11].map((c) => reached[c] - wanted[c]));
        let trace = 0;
        for (let c = 0; c < 9; c++) trace += reached[c] * wanted[c];
        const turned = Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2)));
        expect(off).toBeLessThan(1e-4);
        expect((turned * 180) / Math.PI).toBeLessThan(0.1);
      }
      if (angles.every((q, j) => Math.abs(q - paths[k].ours[j]) < 2e-3)) same++;
    });
    // both follow the path without a jump: the branch is that of the start, but for paths through a singular posture
    expect(same).toBeGreaterThan(0.95 * count);
  },
  60000,
);
