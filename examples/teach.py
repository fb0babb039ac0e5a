#!/usr/bin/env python3
"""Teaches the arm a smooth reach over ROS 2 and lets it perform it: python3 examples/teach.py [--save NAME [--overwrite]]"""
import argparse

import rclpy
from oneshot_arm_msgs.action import Teach
from oneshot_arm_msgs.srv import SaveSkill
from rclpy.action import ActionClient
from trajectory_msgs.msg import JointTrajectoryPoint

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--save", metavar="NAME", help="keep what was learned as a skill")
options.add_argument("--overwrite", action="store_true", help="replace a skill of that name")
options = options.parse_args()

rclpy.init()
node = rclpy.create_node("teacher")

goal = Teach.Goal(name="reach", execute=True)
goal.trajectory.joint_names = ["base_joint", "shoulder"]
for i in range(51):  # 2 s to -0.9 and 0.3 rad, along a minimum-jerk curve
    s = i / 50
    s = s**3 * (10 - 15 * s + 6 * s**2)
    point = JointTrajectoryPoint(positions=[-0.9 * s, 0.3 * s])
    point.time_from_start.sec, point.time_from_start.nanosec = divmod(i * 40_000_000, 1_000_000_000)
    goal.trajectory.points.append(point)

client = ActionClient(node, Teach, "/motor_learner/teach")
if not client.wait_for_server(timeout_sec=10):
    raise SystemExit("no motor_learner in this ROS domain: start one with npm start")
stages = []


def tell(message):
    if message.feedback.stage not in stages[-1:]:
        stages.append(message.feedback.stage)
        print(stages[-1])


sent = client.send_goal_async(goal, tell)
rclpy.spin_until_future_complete(node, sent)
done = sent.result().get_result_async()
rclpy.spin_until_future_complete(node, done)

result = done.result().result
lesson = result.lesson
for name, score in ("before", lesson.before), ("after", lesson.after), ("executed", lesson.executed):
    print(f"{name:9} {100 * score.tcp_error_mean_m:6.2f} cm")
if result.success and options.save:
    saving = node.create_client(SaveSkill, "/motor_learner/save_skill")
    saving.wait_for_service(timeout_sec=10)
    saved = saving.call_async(SaveSkill.Request(name=options.save, overwrite=options.overwrite))
    rclpy.spin_until_future_complete(node, saved, timeout_sec=10)
    if not saved.done() or not saved.result().success:
        raise SystemExit(saved.result().message if saved.done() else "no answer to ~/save_skill")
    print(saved.result().message)
rclpy.shutdown()
raise SystemExit(0 if result.success else result.message)
