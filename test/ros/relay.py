"""Passes joint states on, from arm_joint_states to joint_states: a publisher that can be killed while the arm goes on."""
import rclpy
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import JointState

rclpy.init()
node = Node("relay")
publisher = node.create_publisher(JointState, "joint_states", 10)
node.create_subscription(JointState, "arm_joint_states", publisher.publish, qos_profile_sensor_data)
rclpy.spin(node)
