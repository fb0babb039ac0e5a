"""Simulated arm, motor learner and viewer.

    ros2 launch oneshot_arm demo.launch.py target:=FILE    (installed)
    ros2 launch launch/demo.launch.py target:=FILE         (from a set-up checkout)
    ros2 launch oneshot_arm demo.launch.py namespace:=left

With use_sim:=false nothing simulates the arm: its own controller must be up.
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import EmitEvent, RegisterEventHandler
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import COMMON, CONFIG, LEARNER, VIEWER, declare, learner_parameters, node, text, viewer  # noqa: E402

ARGUMENTS = {
    "use_sim": ("true", "simulate the arm"),
    "params": (os.path.join(CONFIG, "demo.yaml"), "parameter file"),
}


def generate_launch_description():
    params = LaunchConfiguration("params")
    description = {name: text(name) for name in ("robot_description_file", "joint_limits")}
    learner = node("motor_learner", params, learner_parameters(), lifecycle=True)
    return LaunchDescription(
        [
            *declare(COMMON, LEARNER, VIEWER, ARGUMENTS),
            node("arm_simulator", params, description, condition=IfCondition(LaunchConfiguration("use_sim"))),
            learner,
            viewer(params),
            RegisterEventHandler(
                OnProcessExit(
                    target_action=learner,
                    on_exit=[EmitEvent(event=Shutdown(reason="the motor learner ended"))],
                )
            ),
        ]
    )
