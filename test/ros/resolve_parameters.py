"""Resolved parameters of node motor_learner for every list of arguments (JSON lines in, JSON lines out), as rclpy has them."""
import json
import sys

import rclpy
from rclpy.context import Context
from rclpy.node import Node

for line in sys.stdin:
    context = Context()
    try:
        rclpy.init(args=["test", "--ros-args", *json.loads(line)], context=context)
    except Exception:
        print(json.dumps({"refused": True}), flush=True)
        continue
    node = Node("motor_learner", context=context, start_parameter_services=False, enable_rosout=False,
                automatically_declare_parameters_from_overrides=True)
    names = [n for n in node._parameters if n != "use_sim_time" and n != "start_type_description_service"]
    values = {}
    for name in names:
        value = node._parameters[name].value
        values[name] = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value
    print(json.dumps({"name": node.get_fully_qualified_name(), "values": values}), flush=True)
    node.destroy_node()
    rclpy.shutdown(context=context)
