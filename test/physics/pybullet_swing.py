"""Angles of a robot description's joints swinging freely from a start, by PyBullet; JSON in and out."""
import json
import sys

import pybullet as p

task = json.load(sys.stdin)
p.connect(p.DIRECT)
p.setGravity(0, 0, -9.81)
p.setTimeStep(task["stepS"])
body = p.loadURDF(task["urdf"], useFixedBase=True, flags=p.URDF_USE_INERTIA_FROM_FILE)
index = {p.getJointInfo(body, i)[1].decode(): i for i in range(p.getNumJoints(body))}
for i in range(-1, p.getNumJoints(body)):
    # PyBullet gives links without inertia 1 kg
    link = p.getJointInfo(body, i)[12].decode() if i >= 0 else ""
    if link in task["massless"]:
        p.changeDynamics(body, i, mass=0)
    p.changeDynamics(body, i, linearDamping=0, angularDamping=0, jointDamping=0)
    p.setCollisionFilterGroupMask(body, i, 0, 0)
for name, i in index.items():
    p.setJointMotorControl2(body, i, p.VELOCITY_CONTROL, force=0)
for name, angle in task["start"].items():
    p.resetJointState(body, index[name], angle)
out = []
for _ in range(task["steps"]):
    p.stepSimulation()
    out.append([p.getJointState(body, index[n])[0] for n in task["joints"]])
json.dump(out, sys.stdout)
