import type { JogCommand } from '../../../sim/viewer/protocol.js';
import type { JointJog, ParameterTable, RosNode, TwistStamped } from '../../ros/index.js';

/**
 * What a page drives by hand, as teleop wants it: stamped, as shares of its speeds (`command_in_type: unitless`).
 * @param frame along whose axes the tool moves.
 */
export function jogging(
  node: Pick<RosNode<ParameterTable>, 'publisher' | 'now'>,
  teleop: string,
  frame: string,
): (command: JogCommand) => void {
  const joints = node.publisher<JointJog>('control_msgs/msg/JointJog', `${teleop}/joint_jog`, 'sensor');
  const tool = node.publisher<TwistStamped>('geometry_msgs/msg/TwistStamped', `${teleop}/twist`, 'sensor');
  return (command) => {
    const header = { stamp: node.now(), frame_id: frame };
    if ('joints' in command)
      joints.publish({
        header,
        joint_names: command.joints,
        velocities: command.velocities,
        displacements: [],
        duration: 0,
      });
    else {
      const [linear, angular] = [command.linear, command.angular].map(([x, y, z]) => ({ x, y, z }));
      tool.publish({ header, twist: { linear, angular } });
    }
  };
}
