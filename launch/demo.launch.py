"""Simulated arm, motor learner and viewer.

    ros2 launch oneshot_arm demo.launch.py target:=FILE    (installed)
    ros2 launch launch/demo.launch.py target:=FILE         (from a set-up checkout)

With use_sim:=false nothing simulates the arm: its own controller must be up.
"""

import os

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, EmitEvent, RegisterEventHandler
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ARGUMENTS = {
    "weights": ("", "manifest of weights, its folder or a name in models/; empty: motor-default"),
    "backend": ("software", "where the synapses live: software or pcm"),
    "target": ("", "trajectory or path that is taught and performed at once; empty: none"),
    "use_sim": ("true", "simulate the arm"),
    "viewer": ("true", "serve the page that shows the arm"),
    "params": (os.path.join(ROOT, "config", "demo.yaml"), "parameter file"),
}


def text(argument):
    return ParameterValue(LaunchConfiguration(argument), value_type=str)


def node(name, *parameters, **options):
    return Node(
        executable=os.path.join(ROOT, "bin", "oneshot-arm"),
        arguments=["node", name],
        name=name,
        parameters=[LaunchConfiguration("params"), *parameters],
        output="screen",
        **options,
    )


def generate_launch_description():
    learner = node("motor_learner", {key: text(key) for key in ("weights", "backend", "target")})
    return LaunchDescription(
        [
            *(DeclareLaunchArgument(k, default_value=d, description=h) for k, (d, h) in ARGUMENTS.items()),
            node("arm_simulator", condition=IfCondition(LaunchConfiguration("use_sim"))),
            learner,
            node("viewer", condition=IfCondition(LaunchConfiguration("viewer"))),
            RegisterEventHandler(
                OnProcessExit(
                    target_action=learner,
                    on_exit=[EmitEvent(event=Shutdown(reason="the motor learner ended"))],
                )
            ),
        ]
    )
