"""What the launch files of oneshot_arm share: the arguments that every one takes, and nodes that obey them."""

import os

from launch.actions import DeclareLaunchArgument
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONFIG = os.path.join(ROOT, "config")

COMMON = {
    "namespace": ("", "namespace of every node and relative name; two robots need two"),
    "use_sim_time": ("false", "take the time from /clock"),
    "log_level": ("info", "debug, info, warn, error or fatal"),
    "autostart": ("true", "configure and activate lifecycle nodes at start; false: a lifecycle manager does"),
}
NETWORK = {
    "weights": ("", "manifest of weights, its folder or a name in models/; empty: the packaged ones"),
    "backend": ("software", "where the synapses live: software or pcm"),
}
VIEWER = {
    "viewer": ("true", "serve the page that shows the arm"),
    "port": ("8080", "port of the page; the next free one of 20 is taken"),
}
LEARNER = {
    **NETWORK,
    "profile": ("edscorbot_paper", "kinematics: edscorbot_paper, edscorbot, or urdf (any arm, from its description)"),
    "robot_description_file": ("", "URDF; empty: the ED-Scorbot's"),
    "joint_limits": ("", "limits and workspace, YAML; empty: config/joint_limits.yaml"),
    "learned_joints": ("[base_joint, shoulder]", "profile urdf: joints that the network controls, base first"),
    "tcp_link": ("end_effector", "link whose origin is the tool-centre-point"),
    "target": ("", "trajectory or path that is taught and performed at once; empty: none"),
}


def declare(*tables):
    """Launch arguments out of tables: name -> (default, description)."""
    merged = {name: entry for table in tables for name, entry in table.items()}
    return [DeclareLaunchArgument(name, default_value=d, description=h) for name, (d, h) in merged.items()]


def text(argument):
    return ParameterValue(LaunchConfiguration(argument), value_type=str)


def value(argument, kind):
    return ParameterValue(LaunchConfiguration(argument), value_type=kind)


def learner_parameters():
    """Parameters of motor_learner from the arguments of LEARNER."""
    names = {name: text(name) for name in LEARNER if name != "learned_joints"}
    return {**names, "learned_joints": LaunchConfiguration("learned_joints")}


def node(name, *parameters, lifecycle=False, **options):
    """A node of this package under the common arguments; process and node have the same name."""
    common = {"use_sim_time": value("use_sim_time", bool)}
    if lifecycle:
        common["autostart"] = value("autostart", bool)
    return Node(
        executable=os.path.join(ROOT, "bin", "nodes", name),
        name=name,
        namespace=LaunchConfiguration("namespace"),
        parameters=[*parameters, common],
        arguments=["--ros-args", "--log-level", LaunchConfiguration("log_level")],
        output="screen",
        **options,
    )


def viewer(*parameters, **options):
    """The viewer, where argument `viewer` asks for it."""
    condition = IfCondition(LaunchConfiguration("viewer"))
    return node("viewer", *parameters, {"port": value("port", int)}, condition=condition, **options)
