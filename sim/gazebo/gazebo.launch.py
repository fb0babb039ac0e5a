"""The arm in Gazebo Harmonic behind ros2_control, in place of arm_simulator.

    ros2 launch sim/gazebo/gazebo.launch.py                 the arm
    ros2 launch launch/demo.launch.py use_sim:=false        learner and viewer, in a second shell

Needs ros_gz_sim, gz_ros2_control, robot_state_publisher, ros2_controllers (ros-jazzy-* of the ROS package archive). Not run
where this package is tested, which has none of them.
"""

import os
import re

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription, RegisterEventHandler
from launch.event_handlers import OnProcessExit
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def robot_description():
    """The package's URDF with what Gazebo needs put before its closing tag."""
    with open(os.path.join(ROOT, "urdf", "edscorbot.urdf")) as f:
        urdf = f.read()
    with open(os.path.join(HERE, "ros2_control.urdf.xml")) as f:
        extra = re.search(r"<robot[^>]*>(.*)</robot>", f.read(), re.S).group(1)
    extra = extra.replace("CONTROLLERS", os.path.join(HERE, "controllers.yaml"))
    return urdf.replace("</robot>", extra + "</robot>")


def generate_launch_description():
    description = robot_description()
    gazebo = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(
            PathJoinSubstitution([FindPackageShare("ros_gz_sim"), "launch", "gz_sim.launch.py"])
        ),
        launch_arguments={
            "gz_args": ["-r ", LaunchConfiguration("gz_args"), " ", os.path.join(HERE, "world.sdf")]
        }.items(),
    )
    clock = Node(
        package="ros_gz_bridge",
        executable="parameter_bridge",
        arguments=["/clock@rosgraph_msgs/msg/Clock[gz.msgs.Clock"],
    )
    publisher = Node(
        package="robot_state_publisher",
        executable="robot_state_publisher",
        parameters=[{"robot_description": description, "use_sim_time": True}],
    )
    spawn = Node(
        package="ros_gz_sim",
        executable="create",
        arguments=["-name", "edscorbot", "-string", description],
        output="screen",
    )

    def controller(name):
        return Node(package="controller_manager", executable="spawner", arguments=[name], output="screen")

    states = controller("joint_state_broadcaster")
    trajectories = controller("joint_trajectory_controller")
    return LaunchDescription(
        [
            DeclareLaunchArgument("gz_args", default_value="", description="more for gz sim, as in '-s' (no window)"),
            gazebo,
            clock,
            publisher,
            spawn,
            RegisterEventHandler(OnProcessExit(target_action=spawn, on_exit=[states])),
            RegisterEventHandler(OnProcessExit(target_action=states, on_exit=[trajectories])),
        ]
    )
