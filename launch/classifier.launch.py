"""Few-shot classifier of characters or pictures from a camera topic.

    ros2 launch oneshot_arm classifier.launch.py image:=/camera/image_raw
"""

import os
import sys

from launch import LaunchDescription
from launch.actions import OpaqueFunction
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import COMMON, CONFIG, NETWORK, declare, given, node  # noqa: E402

ARGUMENTS = {
    "image": ("character_classifier/image", "topic of sensor_msgs/Image"),
    "params": (os.path.join(CONFIG, "classifier.yaml"), "parameter file"),
}


def nodes(context):
    return [
        node(
            "character_classifier",
            LaunchConfiguration("params"),
            given(context, *NETWORK),
            lifecycle=True,
            remappings=[("~/image", LaunchConfiguration("image"))],
        ),
    ]


def generate_launch_description():
    return LaunchDescription([*declare(COMMON, NETWORK, ARGUMENTS), OpaqueFunction(function=nodes)])
