"""What Gazebo needs of an arm, made from its robot description: interfaces, controllers, where it stands. Knows nothing of ROS."""

import os
import subprocess
import xml.etree.ElementTree as xml

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MOVING = ("revolute", "continuous", "prismatic")


def packaged(name, joint_limits=""):
    """Description, limits and tool of a packaged arm, or of a file NAME.urdf or NAME.xacro."""
    with open(os.path.join(ROOT, "config", "arms.yaml"), encoding="utf-8") as file:
        arms = yaml.safe_load(file)
    entry = arms.get(name)
    if entry is None and not name.endswith((".urdf", ".xacro")):
        raise ValueError(f"arm: expected one of {', '.join(arms)}, or a file NAME.urdf or NAME.xacro, got {name}")
    path = os.path.join(ROOT, entry["urdf"]) if entry else os.path.abspath(name)
    if path.endswith(".xacro"):
        urdf = subprocess.run(["xacro", path], check=True, capture_output=True, text=True).stdout
    else:
        with open(path, encoding="utf-8") as file:
            urdf = file.read()
    limits_path = joint_limits or (os.path.join(ROOT, entry["joint_limits"]) if entry else "")
    limits = {}
    if limits_path:
        with open(limits_path, encoding="utf-8") as file:
            limits = yaml.safe_load(file) or {}
    return urdf, limits, entry["tcp_link"] if entry else ""


def moving_joints(robot):
    """Joints that move by themselves, in the order of the description."""
    return [j.get("name") for j in robot.iter("joint") if j.get("type") in MOVING and j.find("mimic") is None]


def joints_to(robot, link):
    """Those of them on the way to a link, base first."""
    above = {j.find("child").get("link"): j for j in robot.findall("joint")}
    if link not in {named.get("name") for named in robot.findall("link")}:
        raise ValueError(f"tcp_link: expected a link of {robot.get('name')}, got {link}")
    chain = []
    while link in above:
        chain.insert(0, above[link].get("name"))
        link = above[link].find("parent").get("link")
    return [name for name in chain if name in moving_joints(robot)]


def massless(robot):
    """Links that a joint moves and that weigh nothing, with all that is fixed to them: Gazebo leaves them out."""
    mass = {
        link.get("name"): float(link.find("inertial/mass").get("value")) if link.find("inertial/mass") is not None else 0.0
        for link in robot.findall("link")
    }
    fixed = {}
    for joint in robot.findall("joint"):
        if joint.get("type") == "fixed":
            fixed.setdefault(joint.find("parent").get("link"), []).append(joint.find("child").get("link"))

    def whole(link):
        return mass[link] + sum(whole(child) for child in fixed.get(link, []))

    moved = [j.find("child").get("link") for j in robot.findall("joint") if j.get("type") in MOVING]
    return [link for link in moved if whole(link) <= 0]


def with_ros2_control(urdf, controllers, namespace=""):
    """The description with the base fixed to the world, position interfaces of its joints, and the plugin that runs controllers (a file)."""
    robot = xml.fromstring(urdf)
    empty = massless(robot)
    if empty:
        raise ValueError(f"robot_description: Gazebo leaves out links that move and have no mass: {', '.join(empty)}")
    children = {j.find("child").get("link") for j in robot.findall("joint")}
    roots = [link.get("name") for link in robot.findall("link") if link.get("name") not in children]
    if roots != ["world"]:
        xml.SubElement(robot, "link", name="world")
        joint = xml.SubElement(robot, "joint", name="world_joint", type="fixed")
        xml.SubElement(joint, "parent", link="world")
        xml.SubElement(joint, "child", link=roots[0])
    system = xml.SubElement(robot, "ros2_control", name=robot.get("name"), type="system")
    hardware = xml.SubElement(system, "hardware")
    xml.SubElement(hardware, "plugin").text = "gz_ros2_control/GazeboSimSystem"
    for name in moving_joints(robot):
        joint = xml.SubElement(system, "joint", name=name)
        for kind, interface in (("command", "position"), ("state", "position"), ("state", "velocity")):
            xml.SubElement(joint, f"{kind}_interface", name=interface)
    gazebo = xml.SubElement(robot, "gazebo")
    plugin = xml.SubElement(
        gazebo, "plugin", filename="gz_ros2_control-system", name="gz_ros2_control::GazeboSimROS2ControlPlugin"
    )
    xml.SubElement(plugin, "parameters").text = controllers
    if namespace:
        xml.SubElement(xml.SubElement(plugin, "ros"), "namespace").text = namespace
    return xml.tostring(robot, encoding="unicode")


def controllers(urdf, limits, tcp_link=""):
    """Parameters of controller_manager and its controllers: the rules that arm_simulator has by default."""
    robot = xml.fromstring(urdf)
    joints = joints_to(robot, tcp_link) if tcp_link else moving_joints(robot)
    constraints = {"stopped_velocity_tolerance": 0.05, "goal_time": 2.0, "decelerate_on_cancel": True}
    for name in joints:
        constraints[name] = {"goal": 0.02}
        limit = limits.get("joint_limits", {}).get(name, {})
        if limit.get("has_acceleration_limits"):
            constraints[name]["max_deceleration_on_cancel"] = limit["max_acceleration"]
    return {
        "/**/controller_manager": {
            "ros__parameters": {
                "update_rate": 100,
                "joint_state_broadcaster": {"type": "joint_state_broadcaster/JointStateBroadcaster"},
                "joint_trajectory_controller": {"type": "joint_trajectory_controller/JointTrajectoryController"},
            }
        },
        "/**/joint_trajectory_controller": {
            "ros__parameters": {
                "joints": joints,
                "command_interfaces": ["position"],
                "state_interfaces": ["position", "velocity"],
                "allow_partial_joints_goal": False,
                "allow_nonzero_velocity_at_trajectory_end": False,
                "constraints": constraints,
            }
        },
    }


def stand_m(limits):
    """Height of the base above the ground: the arm's own floor lies on it."""
    floor = (limits.get("workspace") or {}).get("floor")
    return max(0.0, -floor) if floor is not None else 0.0


def pedestal(height_m):
    """SDF of what the arm stands on."""
    shape = f"<geometry><cylinder><radius>0.15</radius><length>{height_m}</length></cylinder></geometry>"
    colours = "<ambient>0.4 0.44 0.48 1</ambient><diffuse>0.55 0.58 0.63 1</diffuse>"
    return (
        '<sdf version="1.9"><model name="pedestal"><static>true</static>'
        f'<pose>0 0 {height_m / 2} 0 0 0</pose><link name="link"><collision name="collision">{shape}</collision>'
        f'<visual name="visual">{shape}<material>{colours}</material></visual></link></model></sdf>'
    )
