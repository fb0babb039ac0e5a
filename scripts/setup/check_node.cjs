// Starts a ROS 2 node with an action client and with publishers of some types. usage: check_node.cjs ROOT TYPE...
'use strict';
const { join } = require('node:path');
const rclnodejs = require(join(process.argv[2], 'node_modules', 'rclnodejs'));

async function main() {
  await rclnodejs.init();
  const node = new rclnodejs.Node('oneshot_arm_check');
  node.createPublisher('sensor_msgs/msg/JointState', 'check/joint_states');
  process.argv.slice(3).forEach((type, i) => node.createPublisher(type, `check/topic_${i}`));
  new rclnodejs.ActionClient(node, 'control_msgs/action/FollowJointTrajectory', 'check/follow');
  console.log('a node with our types started');
  rclnodejs.shutdown();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
