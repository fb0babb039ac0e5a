import { parseTarget } from '../../arm/target/parse.js';
import { profileNamed } from '../../arm/kinematics/profiles.js';
import { pathTarget, trajectoryTarget } from '../../nodes/motor_learner/target_message.js';
import { teachGoal } from '../../ros/teach_goal.js';

const profile = profileNamed('edscorbot_paper');

test('joint targets go out in the senses of the robot description and come back the same', () => {
  const data = { dt: 0.1, joints: ['base_joint', 'shoulder'], velocities: [[0.5, -0.2], [0.3, 0.1], [0, 0.2]] }; // prettier-ignore
  const target = parseTarget(data, profile);
  const goal = teachGoal(target, profile, { name: 'a', execute: true });
  expect(goal).toMatchObject({ name: 'a', execute: true, updates: 0, refine_steps: 0 });
  expect(goal.path.poses).toHaveLength(0);
  expect(goal.trajectory.points[1].positions[0]).toBeCloseTo(-0.05, 9); // q_urdf = -q1
  expect(trajectoryTarget(goal.trajectory, profile)).toEqual(target);
});

test('paths go out with their times', () => {
  const path = [[0.92, -0.033, 0.36], [0.92, -0.03, 0.36], [0.92, -0.02, 0.36]]; // prettier-ignore
  const target = parseTarget({ dt: 0.5, path }, profile);
  const goal = teachGoal(target, profile, { name: '', execute: false, refineSteps: 3 });
  expect(goal.trajectory.points).toHaveLength(0);
  expect(goal.refine_steps).toBe(3);
  expect(pathTarget(goal.path, 0, 'base')).toEqual(target);
});
