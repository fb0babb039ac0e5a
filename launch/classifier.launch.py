"""Few-shot classifier of characters or pictures from a camera topic.

    ros2 launch oneshot_arm classifier.launch.py image:=/camera/image_raw
"""

import os
import sys

from launch import LaunchDescription
from launch.substitutions import LaunchConfiguration

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from launch_nodes import COMMON, CONFIG, NETWORK, declare, node, text  # noqa: E402

ARGUMENTS = {
    "image": ("character_classifier/image", "topic of sensor_msgs/Image"),
    "params": (os.path.join(CONFIG, "classifier.yaml"), "parameter file"),
}


def generate_launch_description():
    return LaunchDescription(
        [
            *declare(COMMON, NETWORK, ARGUMENTS),
            node(
                "character_classifier",
                LaunchConfiguration("params"),
                {name: text(name) for name in NETWORK},
                lifecycle=True,
                remappings=[("~/image", LaunchConfiguration("image"))],
            ),
        ]
    )
