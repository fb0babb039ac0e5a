#!/usr/bin/env python3
"""Teaches a recorded demonstration over ROS 2 and has it performed: python3 examples/teach_bag.py BAG [TOPIC]

BAG is a folder of rosbag2 or an MCAP file with joint states on TOPIC (/joint_states). `oneshot-arm convert` cuts off stillness
and smooths; a bag that rosbag2 wrote as SQLite has to become MCAP first (ros2 bag convert).
"""
import json
import os
import subprocess
import sys
import tempfile

import rclpy
from oneshot_arm_msgs.action import Teach
from rclpy.action import ActionClient
from trajectory_msgs.msg import JointTrajectoryPoint

if len(sys.argv) < 2:
    raise SystemExit(__doc__)
bag, topic = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "/joint_states"
command = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bin", "oneshot-arm")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "target.json")
    subprocess.run([command, "convert", bag, "--topic", topic, "--out", path], check=True)
    with open(path, encoding="utf8") as file:
        target = json.load(file)
# target files follow the paper's convention, ROS the robot description
sense = {"base_joint": -1, "shoulder": -1, "elbow": 1, "pitch": -1}

rclpy.init()
node = rclpy.create_node("bag_teacher")
goal = Teach.Goal(name="bag", execute=True)
goal.trajectory.joint_names = target["joints"]
for k, row in enumerate(target["positions"]):
    point = JointTrajectoryPoint(positions=[sense[name] * q for name, q in zip(target["joints"], row)])
    nanoseconds = round(k * target["dt"] * 1e9)
    point.time_from_start.sec, point.time_from_start.nanosec = divmod(nanoseconds, 1_000_000_000)
    goal.trajectory.points.append(point)

client = ActionClient(node, Teach, "/motor_learner/teach")
if not client.wait_for_server(timeout_sec=10):
    raise SystemExit("no motor_learner in this ROS domain: start one with npm start")
sent = client.send_goal_async(goal)
rclpy.spin_until_future_complete(node, sent)
if not sent.result().accepted:
    raise SystemExit("refused: the learner is stopped, busy, or cannot do this motion")
done = sent.result().get_result_async()
rclpy.spin_until_future_complete(node, done)

result = done.result().result
lesson = result.lesson
for name, score in ("before", lesson.before), ("after", lesson.after), ("executed", lesson.executed):
    print(f"{name:9} {100 * score.tcp_error_mean_m:6.2f} cm")
rclpy.shutdown()
raise SystemExit(0 if result.success else result.message)
