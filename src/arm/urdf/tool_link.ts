import { reject } from '../../input_error.js';
import type { RobotModel } from './model.js';

/** Names that robot descriptions give the tool-centre-point's link. */
const usualNames = [
  'tool0',
  'tcp',
  'tool_link',
  'tool',
  'end_effector',
  'ee_link',
  'gripper_frame_link',
  'hand_tcp',
];

/** The link that is most likely the tool's: one with a usual name, else the end of the longest chain of moving joints. */
export function toolLink(model: RobotModel): string {
  const named = usualNames.find((name) => model.links.has(name));
  if (named) return named;
  let best = model.root;
  let most = 0;
  for (const link of model.links.keys()) {
    const depth = jointsTo(model, link).length;
    if (depth >= most) [best, most] = [link, depth];
  }
  return best;
}

/** Names of the joints that move a link, base first; for one that mimics another, that other. @throws InputError for an unknown link. */
export function jointsTo(model: RobotModel, link: string): string[] {
  if (!model.links.has(link))
    reject(
      'unknown-link',
      'tcp_link',
      `a link of robot ${model.name}: ${[...model.links.keys()].join(', ')}`,
      link,
    );
  const names: string[] = [];
  for (let at = link; ;) {
    const joint = model.joints.find((j) => j.child === at);
    if (!joint) return [...new Set(names.reverse())];
    if (joint.type !== 'fixed') names.push(joint.mimic?.joint ?? joint.name);
    at = joint.parent;
  }
}
