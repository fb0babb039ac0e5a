"""An arm in Gazebo Harmonic behind gz_ros2_control, with motor learner and viewer.

    ros2 launch oneshot_arm gazebo.launch.py
    ros2 launch oneshot_arm gazebo.launch.py arm:=six_axis gz_args:=-s
    ros2 launch oneshot_arm gazebo.launch.py arm:=FILE.urdf joint_limits:=FILE

Needs ros_gz_sim, ros_gz_bridge, gz_ros2_control, robot_state_publisher and ros2_controllers (packages of ROS 2 Jazzy). What of the
description Gazebo needs, and the controllers' parameters, are made from any robot description (gazebo_arm.py).
"""

import os
import sys
import tempfile

import yaml
from launch import LaunchDescription
from launch.actions import AppendEnvironmentVariable, EmitEvent, IncludeLaunchDescription, OpaqueFunction, RegisterEventHandler
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gazebo_arm  # noqa: E402
from launch_nodes import COMMON, CONFIG, LEARNER, VIEWER, declare, given, node, value, viewer  # noqa: E402

ARGUMENTS = {
    "use_sim_time": ("true", "take the time from /clock, which is Gazebo's"),
    "arm": ("edscorbot", "a packaged arm (edscorbot, six_axis, seven_axis, desk_arm) or a file NAME.urdf or NAME.xacro"),
    "gz_args": ("", "more for gz sim, as in -s (no window)"),
    "world": (os.path.join(CONFIG, "gazebo", "world.sdf"), "world, SDF"),
    "stand_m": ("", "height of the base above the ground, m; empty: where the floor of joint_limits lies on the ground"),
    "params": (os.path.join(CONFIG, "robot.yaml"), "parameter file"),
}


def nodes(context):
    settings = context.launch_configurations
    urdf, limits, tool = gazebo_arm.packaged(settings["arm"], settings["joint_limits"])
    rules = tempfile.NamedTemporaryFile("w", prefix="gazebo_controllers_", suffix=".yaml", delete=False)
    with rules as file:
        yaml.safe_dump(gazebo_arm.controllers(urdf, limits, settings["tcp_link"] or tool), file)
    description = gazebo_arm.with_ros2_control(urdf, rules.name, settings["namespace"])
    height = float(settings["stand_m"]) if settings["stand_m"] else gazebo_arm.stand_m(limits)
    shares = [os.path.join(prefix, "share") for prefix in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)]
    # where package:// meshes are looked for
    meshes = AppendEnvironmentVariable("GZ_SIM_RESOURCE_PATH", os.pathsep.join(shares))
    gazebo = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(PathJoinSubstitution([FindPackageShare("ros_gz_sim"), "launch", "gz_sim.launch.py"])),
        launch_arguments={"gz_args": f"-r {settings['gz_args']} {settings['world']}"}.items(),
    )
    namespace = LaunchConfiguration("namespace")
    time = {"use_sim_time": value("use_sim_time", bool)}
    clock = Node(
        package="ros_gz_bridge",
        executable="parameter_bridge",
        arguments=["/clock@rosgraph_msgs/msg/Clock[gz.msgs.Clock"],
    )
    publisher = Node(
        package="robot_state_publisher",
        executable="robot_state_publisher",
        namespace=namespace,
        parameters=[{"robot_description": description}, time],
    )

    def create(name, text, *more):
        arguments = ["-name", name, "-string", text, *more]
        return Node(package="ros_gz_sim", executable="create", arguments=arguments, output="screen")

    def controller(name):
        return Node(
            package="controller_manager", executable="spawner", namespace=namespace, arguments=[name], output="screen"
        )

    def after(first, *following):
        return RegisterEventHandler(OnProcessExit(target_action=first, on_exit=list(following)))

    spawn = create(settings["namespace"] or "arm", description, "-z", str(height))
    states, trajectories = controller("joint_state_broadcaster"), controller("joint_trajectory_controller")
    learner = node("motor_learner", LaunchConfiguration("params"), given(context, "arm", *LEARNER), lifecycle=True)
    return [
        meshes,
        gazebo,
        clock,
        publisher,
        *([create("pedestal", gazebo_arm.pedestal(height))] if height > 0 else []),
        spawn,
        after(spawn, states),
        after(states, trajectories),
        after(trajectories, learner, viewer(LaunchConfiguration("params"))),
        after(learner, EmitEvent(event=Shutdown(reason="the motor learner ended"))),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, LEARNER, VIEWER, ARGUMENTS), OpaqueFunction(function=nodes)])
