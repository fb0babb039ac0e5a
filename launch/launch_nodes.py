"""What the launch files of oneshot_arm share: the arguments that every one takes, and nodes that obey them."""

import os

import yaml
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
    "backend": ("", "where the synapses live: software or pcm; empty: as the parameter file or the default says"),
}
OUTPUT = {
    "output": ("", "action or topic: joint_trajectory_controller; velocity: streams through a velocity_guard to a forward velocity controller; empty: as the parameter file or the default says"),
}
VIEWER = {
    "viewer": ("true", "serve the page that shows the arm"),
    "port": ("8080", "port of the page; the next free one of 20 is taken"),
}
LEARNER = {
    **NETWORK,
    "profile": ("", "kinematics: edscorbot_paper (default), edscorbot, or urdf (any arm, from robot_description_file or the topic robot_description)"),
    "robot_description_file": ("", "URDF; empty: the ED-Scorbot's"),
    "joint_limits": ("", "limits and workspace, YAML; empty: config/joint_limits.yaml"),
    "learned_joints": ("", "[j1, j2, ...]: joints that the network controls, base first; empty: all on the way to the tool"),
    "tcp_link": ("", "link whose origin is the tool-centre-point; empty: the arm's own"),
    "target": ("", "trajectory or path that is taught and performed at once; empty: none"),
}
TELEOP = {
    "joy": ("false", "start joy_node of package joy, which reads a joystick"),
    "controller": ("joint_trajectory_controller", "name of the joint_trajectory_controller that is driven"),
}


def declare(*tables):
    """Launch arguments out of tables: name -> (default, description)."""
    merged = {name: entry for table in tables for name, entry in table.items()}
    return [DeclareLaunchArgument(name, default_value=d, description=h) for name, (d, h) in merged.items()]


def text(argument):
    return ParameterValue(LaunchConfiguration(argument), value_type=str)


def value(argument, kind):
    return ParameterValue(LaunchConfiguration(argument), value_type=kind)


def given(context, *names):
    """Parameters from the arguments that are not empty: the others are left to parameter files and defaults."""
    lists = ("learned_joints", "command_joints")
    return {
        name: LaunchConfiguration(name) if name in lists else text(name)
        for name in names
        if context.launch_configurations[name]
    }


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


def teleop(context, *parameters):
    """Teleoperation, and the node that reads a joystick where argument `joy` asks for it."""
    topic = ("joint_trajectory_controller/joint_trajectory", [LaunchConfiguration("controller"), "/joint_trajectory"])
    stick = Node(
        package="joy",
        executable="joy_node",
        namespace=LaunchConfiguration("namespace"),
        condition=IfCondition(LaunchConfiguration("joy")),
    )
    return [node("teleop", *parameters, remappings=[topic]), stick]


GUARDED = ("arm", "profile", "robot_description_file", "joint_limits", "learned_joints", "tcp_link", "base_link", "command_joints")
VELOCITIES = "forward_velocity_controller/commands"


def learner_parameters(path):
    """What a parameter file says about motor_learner."""
    with open(path, encoding="utf-8") as file:
        rules = yaml.safe_load(file) or {}
    merged = {}
    for name, rule in rules.items():
        if name.split("/")[-1] in ("motor_learner", "**", "*"):
            merged.update(rule.get("ros__parameters", {}))
    return merged


def velocity_guard(context, controller=VELOCITIES, remappings=()):
    """Where the learner streams velocities: the guard that ends them when it falls silent. Actions, and remappings of the learner."""
    settings = learner_parameters(context.perform_substitution(LaunchConfiguration("params")))
    if (context.launch_configurations["output"] or settings.get("output")) != "velocity":
        return [], [(VELOCITIES, controller)]
    arm = {name: settings[name] for name in GUARDED if settings.get(name)}
    arm.update(given(context, *(name for name in GUARDED if name in context.launch_configurations)))
    guard = node("velocity_guard", arm, remappings=[(VELOCITIES, controller), *remappings], respawn=True, respawn_delay=0.5)
    return [guard], [(VELOCITIES, "velocity_guard/commands")]
