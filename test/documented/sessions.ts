/**
 * Documented commands that need each other: nodes of one ROS graph (or of one engine), and what is asked of them, in this order.
 * What begins with + is not in the documents word for word; it makes what the next ones need.
 */
export interface Session {
  /** What the machine must have. */
  needs?: 'redis';
  /** Commands that stay up until they are interrupted, started together, and what the output must have before the first step. */
  nodes: [command: string, up?: RegExp][];
  /** Commands that end with 0, and what they say. */
  steps: [command: string, says?: RegExp][];
}

const o = 'oneshot-arm';
export const sessions: Record<string, Session> = {
  'another arm': {
    nodes: [
      [`${o} node arm_simulator --ros-args -p arm:=six_axis`],
      [`${o} node motor_learner --ros-args -p arm:=six_axis`],
    ],
    steps: [[`${o} teach examples/arms/six_axis.json --arm six_axis --execute`, /executed/]],
  },
  "an arm of one's own": {
    nodes: [[`${o} node arm_simulator --ros-args -p robot_description_file:=my_arm.urdf`]],
    steps: [[`+ ${o} echo /joint_states --count 1`, /pan.*lift.*elbow/]],
  },
  'some joints of it, with limits': {
    nodes: [
      [
        `${o} node arm_simulator --ros-args -p robot_description_file:=my_arm.urdf -p tcp_link:=gripper_tcp -p "joints:=[pan, lift]" -p joint_limits:=my_limits.yaml`,
      ],
    ],
    steps: [[`+ ${o} echo /joint_states --count 1`, /pan.*lift/]],
  },
  'simulated time': {
    nodes: [[`+ ${o} node arm_simulator --ros-args -p publish_clock:=true`]],
    steps: [
      [`${o} call /arm_simulator/pause "{data: true}"`],
      [`${o} call /arm_simulator/step "{cycles: 100}"`],
    ],
  },
  engine: {
    needs: 'redis',
    nodes: [
      [`${o} worker --engine redis://HOST:6379 --threads 8`],
      [
        `${o} train motor --preset default --out runs/motor --engine redis://HOST:6379 --run motor`,
        /1\/6000/,
      ],
    ],
    steps: [
      [`${o} jobs --engine redis://HOST:6379`, /motor/],
      [`${o} jobs --engine redis://HOST:6379 --cancel motor`],
      [`${o} evaluate motor --targets 100000 --family diverse --engine redis://HOST:6379`],
      [`${o} study pcm-ablation --count 200 --engine redis://HOST:6379 --store runs/ablation`],
      [`${o} study pcm-ablation --store runs/ablation`],
    ],
  },
};
