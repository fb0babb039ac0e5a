"""Motor learner (and viewer) for any arm behind ros2_control's joint_trajectory_controller, which must be up.

    ros2 launch oneshot_arm real_arm.launch.py controller:=/my_arm_controller urdf:=FILE joint_limits:=FILE

The robot description must have the joints base_joint, shoulder, elbow, pitch and roll; the controller must drive them.
"""

import os

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ARGUMENTS = {
    "weights": ("", "manifest of weights, its folder or a name in models/; empty: motor-default"),
    "backend": ("software", "where the synapses live: software or pcm"),
    "controller": ("/joint_trajectory_controller", "name of the controller"),
    "joint_states": ("/joint_states", "topic of the arm's joint states"),
    "urdf": ("", "robot description; empty: the ED-Scorbot's"),
    "joint_limits": ("", "limits and workspace, YAML; empty: config/joint_limits.yaml"),
    "viewer": ("true", "serve the page that shows the arm"),
    "params": (os.path.join(ROOT, "config", "real_arm.yaml"), "parameter file"),
}


def text(argument):
    return ParameterValue(LaunchConfiguration(argument), value_type=str)


def node(name, *parameters, **options):
    controller = LaunchConfiguration("controller")
    return Node(
        executable=os.path.join(ROOT, "bin", "oneshot-arm"),
        arguments=["node", name],
        name=name,
        parameters=[LaunchConfiguration("params"), *parameters],
        remappings=[
            ("joint_states", LaunchConfiguration("joint_states")),
            ("joint_trajectory_controller/joint_trajectory", [controller, "/joint_trajectory"]),
            *(
                (f"joint_trajectory_controller/follow_joint_trajectory/_action/{part}",
                 [controller, f"/follow_joint_trajectory/_action/{part}"])
                for part in ("send_goal", "get_result", "cancel_goal", "feedback", "status")
            ),
        ],
        output="screen",
        **options,
    )


def generate_launch_description():
    return LaunchDescription(
        [
            *(DeclareLaunchArgument(k, default_value=d, description=h) for k, (d, h) in ARGUMENTS.items()),
            node(
                "motor_learner",
                {key: text(key) for key in ("weights", "backend", "joint_limits")},
                {"robot_description_file": text("urdf")},
            ),
            node("viewer", condition=IfCondition(LaunchConfiguration("viewer"))),
        ]
    )
