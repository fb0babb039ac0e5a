"""The ED-Scorbot over MQTT: driver, motor learner and viewer. Nothing moves before edscorbot_driver's ~/home and ~/arm.

    ros2 launch oneshot_arm edscorbot.launch.py host:=BROKER
    ros2 launch oneshot_arm edscorbot.launch.py emulator:=true    (emulated firmware behind the broker)
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import OpaqueFunction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import (  # noqa: E402
    COMMON, CONFIG, LEARNER, OUTPUT, VIEWER, declare, given, node, text, value, velocity_guard, viewer,
)

ARGUMENTS = {
    "host": ("127.0.0.1", "host of the MQTT broker"),
    "broker_port": ("1883", "its port"),
    "emulator": ("false", "emulate the arm's firmware"),
    "params": (os.path.join(CONFIG, "edscorbot.yaml"), "parameter file of learner and viewer"),
    "driver_params": (os.path.join(CONFIG, "edscorbot_driver.yaml"), "parameter file of the driver"),
    "joint_limits": (os.path.join(CONFIG, "edscorbot_joint_limits.yaml"), "limits and workspace of lessons"),
}


def nodes(context):
    broker = {"broker.host": text("host"), "broker.port": value("broker_port", int)}
    params = LaunchConfiguration("params")
    guard, remappings = velocity_guard(context)
    settings = given(context, *OUTPUT, *LEARNER)
    return [
        node("edscorbot_emulator", broker, condition=IfCondition(LaunchConfiguration("emulator"))),
        node("edscorbot_driver", LaunchConfiguration("driver_params"), broker),
        *guard,
        node("motor_learner", params, settings, lifecycle=True, remappings=remappings),
        viewer(params),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, OUTPUT, LEARNER, VIEWER, ARGUMENTS), OpaqueFunction(function=nodes)])
