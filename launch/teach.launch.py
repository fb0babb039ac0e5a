"""The demo with teleoperation: show a motion by hand, record it, teach it, perform it.

    ros2 launch oneshot_arm teach.launch.py                       (installed)
    ros2 launch launch/teach.launch.py joy:=true record_directory:=recordings   (from a set-up checkout)

Then: ros2 service call /motor_learner/record std_srvs/srv/SetBool "{data: true}", move the arm, the same with false;
a goal of /motor_learner/teach with neither trajectory nor path teaches what was shown. docs/teleop.md tells more.
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import OpaqueFunction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import COMMON, CONFIG, LEARNER, TELEOP, VIEWER, declare, given, node, teleop, viewer  # noqa: E402

ARGUMENTS = {
    "use_sim": ("true", "simulate the arm"),
    "record_directory": ("", "folder that gets one recording (MCAP) a lesson; empty: none"),
    "params": (os.path.join(CONFIG, "demo.yaml"), "parameter file"),
}
ARM = ("profile", "robot_description_file", "joint_limits", "learned_joints", "tcp_link")


def nodes(context):
    params = LaunchConfiguration("params")
    simulated = given(context, "robot_description_file", "joint_limits")
    return [
        node("arm_simulator", params, simulated, condition=IfCondition(LaunchConfiguration("use_sim"))),
        node("motor_learner", params, given(context, "record_directory", *LEARNER), lifecycle=True),
        *teleop(context, params, given(context, *ARM)),
        viewer(params),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, LEARNER, TELEOP, VIEWER, ARGUMENTS), OpaqueFunction(function=nodes)])
