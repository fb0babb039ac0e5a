"""Teleoperation of an arm, with the simulated one and the viewer beside it unless told otherwise.

    ros2 launch oneshot_arm teleop.launch.py                      (installed)
    ros2 launch launch/teleop.launch.py joy:=true                 (from a set-up checkout; joy:=true starts package joy's joy_node)
    ros2 launch oneshot_arm teleop.launch.py use_sim:=false controller:=/my_arm_controller

It takes control_msgs/JointJog on teleop/joint_jog, geometry_msgs/TwistStamped on teleop/twist and sensor_msgs/Joy on joy.
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import OpaqueFunction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import COMMON, CONFIG, LEARNER, TELEOP, VIEWER, declare, given, node, teleop, viewer  # noqa: E402

ARM = {name: LEARNER[name] for name in ("profile", "robot_description_file", "joint_limits", "learned_joints", "tcp_link")}
ARGUMENTS = {
    "use_sim": ("true", "simulate the arm"),
    "params": (os.path.join(CONFIG, "demo.yaml"), "parameter file"),
}


def nodes(context):
    params = LaunchConfiguration("params")
    simulated = given(context, "robot_description_file", "joint_limits")
    return [
        node("arm_simulator", params, simulated, condition=IfCondition(LaunchConfiguration("use_sim"))),
        *teleop(context, params, given(context, *ARM)),
        viewer(params),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, ARM, TELEOP, VIEWER, ARGUMENTS), OpaqueFunction(function=nodes)])
