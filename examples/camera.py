#!/usr/bin/env python3
"""Pictures of a camera, a few a class, then what the camera sees: python3 examples/camera.py [--ros-args -r image:=/camera/image_raw]

Needs a classifier on the same topic: oneshot-arm node character_classifier --ros-args -r '~/image:=image'
Asks for the name of what is held up and takes the newest picture at Enter; an empty name ends the lesson.
"""
import sys
import threading
import time

import rclpy
from oneshot_arm_msgs.msg import Label
from oneshot_arm_msgs.srv import LearnClasses
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image

rclpy.init(args=sys.argv)
node = rclpy.create_node("camera_teacher")
newest = []
node.create_subscription(Image, "image", lambda image: newest.__setitem__(slice(None), [image]), qos_profile_sensor_data)
client = node.create_client(LearnClasses, "character_classifier/learn")
if not client.wait_for_service(timeout_sec=20):
    raise SystemExit("no character_classifier in this ROS domain")
threading.Thread(target=rclpy.spin, args=[node], daemon=True).start()
for _ in range(200):
    if newest:
        break
    time.sleep(0.1)
else:
    raise SystemExit("no picture in 20 s: remap image to the camera's topic")

shown = LearnClasses.Request()
while label := input("name (Enter alone: done): ").strip():
    shown.images.append(newest[0])
    shown.labels.append(label)
learned = client.call(shown)
if not learned.success:
    raise SystemExit(learned.message)
print(f"learned {', '.join(learned.classes)} in {learned.time_ms:.0f} ms")
node.create_subscription(Label, "character_classifier/label", lambda seen: print(f"sees {seen.label}", flush=True), 10)
try:
    threading.Event().wait()
except KeyboardInterrupt:
    pass
