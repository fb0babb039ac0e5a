"""An rclpy lifecycle node beside which a test holds ours: the same transitions, each of them successful."""
import sys

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn


class Twin(LifecycleNode):
    pass


for hook in ("configure", "activate", "deactivate", "cleanup", "shutdown"):
    setattr(Twin, f"on_{hook}", lambda self, state: TransitionCallbackReturn.SUCCESS)

rclpy.init()
node = Twin(sys.argv[1])
executor = SingleThreadedExecutor()
executor.add_node(node)
while rclpy.ok():
    try:
        executor.spin_once()
    except Exception as error:  # rclpy lets a transition that there is not end the node; its caller gets no answer
        print(error, flush=True)
