"""What `ros2 param dump NODE` prints (ros2cli): all parameters of a node by its services, as a parameter file."""
import sys

import rclpy
import yaml
from rclpy.parameter import parameter_value_to_python
from rclpy.parameter_client import AsyncParameterClient

rclpy.init()
node = rclpy.create_node("dump")
name = sys.argv[1]
client = AsyncParameterClient(node, name)
if not client.wait_for_services(15.0):
    sys.exit(f"no parameter services of {name}")


def answer(future):
    rclpy.spin_until_future_complete(node, future, timeout_sec=15.0)
    return future.result()


names = sorted(answer(client.list_parameters([], 0)).result.names)
tree = {}
for parameter, value in zip(names, answer(client.get_parameters(names)).values):
    *path, leaf = parameter.split(".")
    at = tree
    for part in path:
        at = at.setdefault(part, {})
    plain = parameter_value_to_python(value)
    at[leaf] = list(plain) if hasattr(plain, "__iter__") and not isinstance(plain, str) else plain
print(yaml.dump({name: {"ros__parameters": tree}}, default_flow_style=False))
