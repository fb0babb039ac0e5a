"""Motor learner (and viewer) for any arm behind ros2_control, whose controller must be up.

    ros2 launch oneshot_arm robot.launch.py controller:=/my_arm_controller joint_limits:=FILE
    ros2 launch oneshot_arm robot.launch.py arm:=FILE.urdf controller:=/my_arm_controller

Without arm the robot description comes from the topic (robot_state_publisher's).

output:=velocity drives a forward velocity controller (velocity_controller:=NAME) in place of a joint_trajectory_controller, through
a velocity_guard, a process of its own that ends the stream where the learner falls silent.
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import OpaqueFunction
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import (  # noqa: E402
    COMMON, CONFIG, LEARNER, OUTPUT, VIEWER, declare, given, node, velocity_guard, viewer,
)

ARGUMENTS = {
    "arm": ("", "a packaged arm (edscorbot, six_axis, seven_axis, desk_arm) or a file NAME.urdf or NAME.xacro; empty: topic robot_description"),
    "controller": ("joint_trajectory_controller", "name of the joint_trajectory_controller"),
    "velocity_controller": ("forward_velocity_controller", "name of the forward velocity controller"),
    "command_joints": ("", "[j1, j2, ...]: the controller's joints in its order; empty: those of the profile"),
    "joint_states": ("joint_states", "topic of the arm's joint states"),
    "robot_description": ("robot_description", "topic of the description"),
    "params": (os.path.join(CONFIG, "robot.yaml"), "parameter file"),
}


def nodes(context):
    controller, velocity = LaunchConfiguration("controller"), LaunchConfiguration("velocity_controller")
    params = LaunchConfiguration("params")
    goal = "/follow_joint_trajectory/_action/"
    robot = [(name, LaunchConfiguration(name)) for name in ("joint_states", "robot_description")]
    guard, to_velocities = velocity_guard(context, [velocity, "/commands"], robot)
    remappings = [
        *robot,
        ("joint_trajectory_controller/joint_trajectory", [controller, "/joint_trajectory"]),
        *to_velocities,
        *(
            (f"joint_trajectory_controller{goal}{part}", [controller, f"{goal}{part}"])
            for part in ("send_goal", "get_result", "cancel_goal", "feedback", "status")
        ),
    ]
    arm = given(context, "arm", "command_joints", *OUTPUT, *LEARNER)
    return [
        *guard,
        node("motor_learner", params, arm, lifecycle=True, remappings=remappings),
        viewer(params, remappings=remappings),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, OUTPUT, LEARNER, VIEWER, ARGUMENTS), OpaqueFunction(function=nodes)])
