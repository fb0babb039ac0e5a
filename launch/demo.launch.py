"""Simulated arm, motor learner and viewer.

    ros2 launch oneshot_arm demo.launch.py target:=FILE    (installed)
    ros2 launch launch/demo.launch.py target:=FILE         (from a set-up checkout)
    ros2 launch oneshot_arm demo.launch.py namespace:=left

With use_sim:=false nothing simulates the arm: its own controller must be up.
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import (  # noqa: E402
    COMMON, CONFIG, LEARNER, OUTPUT, VIEWER, declare, given, node, velocity_guard, viewer,
)

ARGUMENTS = {
    "arm": ("", "a packaged arm (edscorbot, six_axis, seven_axis, desk_arm) or a file NAME.urdf or NAME.xacro"),
    "use_sim": ("true", "simulate the arm"),
    "params": (os.path.join(CONFIG, "demo.yaml"), "parameter file"),
}


def nodes(context):
    params = LaunchConfiguration("params")
    simulated = given(context, "arm", "robot_description_file", "joint_limits")
    guard, remappings = velocity_guard(context)
    settings = given(context, "arm", *OUTPUT, *LEARNER)
    learner = node("motor_learner", params, settings, lifecycle=True, remappings=remappings)
    end = [EmitEvent(event=Shutdown(reason="the motor learner ended"))]
    return [
        node("arm_simulator", params, simulated, condition=IfCondition(LaunchConfiguration("use_sim"))),
        *guard,
        learner,
        viewer(params),
        RegisterEventHandler(OnProcessExit(target_action=learner, on_exit=end)),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, OUTPUT, LEARNER, VIEWER, ARGUMENTS), OpaqueFunction(function=nodes)])
