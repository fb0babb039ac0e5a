"""The ED-Scorbot over MQTT: driver, motor learner and viewer. Nothing moves before edscorbot_driver's ~/home and ~/arm.

    ros2 launch oneshot_arm edscorbot.launch.py host:=BROKER
    ros2 launch oneshot_arm edscorbot.launch.py emulator:=true    (emulated firmware behind the broker)
"""

import os

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONFIG = os.path.join(ROOT, "config")
ARGUMENTS = {
    "host": ("127.0.0.1", "host of the MQTT broker"),
    "port": ("1883", "its port"),
    "emulator": ("false", "emulate the arm's firmware"),
    "weights": ("", "manifest of weights, its folder or a name in models/; empty: motor-default"),
    "backend": ("software", "where the synapses live: software or pcm"),
    "viewer": ("true", "serve the page that shows the arm"),
    "params": (os.path.join(CONFIG, "edscorbot.yaml"), "parameter file of learner and viewer"),
    "driver_params": (os.path.join(CONFIG, "edscorbot_driver.yaml"), "parameter file of the driver"),
    "joint_limits": (os.path.join(CONFIG, "edscorbot_joint_limits.yaml"), "limits and workspace of lessons"),
}


def value(argument, kind=str):
    return ParameterValue(LaunchConfiguration(argument), value_type=kind)


def node(name, *parameters, **options):
    return Node(
        executable=os.path.join(ROOT, "bin", "oneshot-arm"),
        arguments=["node", name],
        name=name,
        parameters=list(parameters),
        output="screen",
        **options,
    )


def generate_launch_description():
    broker = {"broker.host": value("host"), "broker.port": value("port", int)}
    params = LaunchConfiguration("params")
    return LaunchDescription(
        [
            *(DeclareLaunchArgument(k, default_value=d, description=h) for k, (d, h) in ARGUMENTS.items()),
            node("edscorbot_emulator", broker, condition=IfCondition(LaunchConfiguration("emulator"))),
            node("edscorbot_driver", LaunchConfiguration("driver_params"), broker),
            node("motor_learner", params, {key: value(key) for key in ("weights", "backend", "joint_limits")}),
            node("viewer", params, condition=IfCondition(LaunchConfiguration("viewer"))),
        ]
    )
