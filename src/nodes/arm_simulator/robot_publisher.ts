import { jointTransform } from '../../../sim/joint_transform.js';
import type { Joint } from '../../arm/urdf/model.js';
import type { RosNode, RosTime, ParameterTable } from '../../ros/index.js';

/** Publishes what describes the robot and where it is: robot_description, tf_static, joint_states, tf. */
export class RobotPublisher {
  private readonly jointStates;
  private readonly transforms;
  private readonly moving: Joint[];
  private readonly q = new Map<string, number>();
  private readonly v = new Map<string, number>();

  /** @param controlled names of the joints that `publish` gets values of; the URDF's other joints stay at 0. */
  constructor(
    node: RosNode<ParameterTable>,
    urdf: string,
    tree: readonly Joint[],
    private readonly controlled: readonly string[],
  ) {
    const joints = tree.filter((j) => j.type !== 'fixed');
    // Controlled joints first, in the controller's order.
    this.moving = [
      ...controlled.map((name) => joints.find((j) => j.name === name)!),
      ...joints.filter((j) => !controlled.includes(j.name)),
    ];
    this.jointStates = node.publisher<object>('sensor_msgs/msg/JointState', 'joint_states');
    this.transforms = node.publisher<object>('tf2_msgs/msg/TFMessage', 'tf');
    node.publisher<object>('std_msgs/msg/String', 'robot_description', 'latched').publish({ data: urdf });
    const fixed = tree.filter((j) => j.type === 'fixed');
    node
      .publisher<object>('tf2_msgs/msg/TFMessage', 'tf_static', 'latched')
      .publish({ transforms: fixed.map((j) => stamped(j, 0, node.now())) });
  }

  /**
   * @param withTransforms also /tf, which needs no more than half the rate of /joint_states.
   * @param effort N m of the controlled joints; empty where unknown.
   */
  publish(
    stamp: RosTime,
    position: ArrayLike<number>,
    velocity: ArrayLike<number>,
    withTransforms: boolean,
    effort: ArrayLike<number> = [],
  ): void {
    this.controlled.forEach((name, j) => {
      this.q.set(name, position[j]);
      this.v.set(name, velocity[j]);
    });
    const q = (j: Joint): number =>
      j.mimic
        ? j.mimic.multiplier * (this.q.get(j.mimic.joint) ?? 0) + j.mimic.offset
        : (this.q.get(j.name) ?? 0);
    const v = (j: Joint): number =>
      j.mimic ? j.mimic.multiplier * (this.v.get(j.mimic.joint) ?? 0) : (this.v.get(j.name) ?? 0);
    this.jointStates.publish({
      header: { stamp, frame_id: '' },
      name: this.moving.map((j) => j.name),
      position: this.moving.map(q),
      velocity: this.moving.map(v),
      effort: effort.length ? this.moving.map((_, i) => effort[i] ?? 0) : [],
    });
    if (withTransforms)
      this.transforms.publish({ transforms: this.moving.map((j) => stamped(j, q(j), stamp)) });
  }
}

function stamped(joint: Joint, q: number, stamp: RosTime): object {
  const { translation: t, rotation: r } = jointTransform(joint, q);
  return {
    header: { stamp, frame_id: joint.parent },
    child_frame_id: joint.child,
    transform: {
      translation: { x: t[0], y: t[1], z: t[2] },
      rotation: { x: r[0], y: r[1], z: r[2], w: r[3] },
    },
  };
}
