"""An independent ROS 2 client for the tests: JSON lines in, JSON lines out, on rclpy.

request  {"id": 1, "op": "call", "type": "std_srvs/srv/Trigger", "name": "/n/stop", "data": {}}
answer   {"id": 1, "ok": true, "value": ...} or {"id": 1, "ok": false, "error": "..."}
event    {"event": "message" | "feedback", "key": ..., "value": ...}
Numbers that JSON lacks come as "NaN", "Infinity", "-Infinity" and go as null. A list may be given as
{"$repeat": n, "item": {...}, "dt": s}: n copies, their time_from_start (where dt is given) dt apart.
"""
import importlib
import json
import math
import sys
import threading
import time

import rclpy
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

out_lock = threading.Lock()


def send(data):
    with out_lock:
        sys.stdout.write(json.dumps(data) + "\n")
        sys.stdout.flush()


def load(name):
    package, kind, cls = name.split("/")
    return getattr(importlib.import_module(f"{package}.{kind}"), cls)


def fill(message, data):
    fields = message.get_fields_and_field_types()
    for key, value in data.items():
        if key not in fields:
            raise ValueError(f"{type(message).__name__} has no field {key}")
        setattr(message, key, convert(fields[key], value))
    return message


def convert(kind, value):
    if kind.startswith("sequence<") or kind.endswith("]"):
        if kind.startswith("sequence<"):
            inner = kind[len("sequence<"):-1].split(",")[0].strip()
        else:
            inner = kind[: kind.rindex("[")]
        if isinstance(value, dict):
            return repeat(inner, value)
        return [convert(inner, v) for v in value]
    if "/" in kind:
        package, cls = kind.split("/")
        return fill(load(f"{package}/msg/{cls}")(), value)
    if kind in ("double", "float"):
        return float(value)
    if kind == "boolean":
        return bool(value)
    if "int" in kind:
        return int(value)
    return value


def repeat(inner, value):
    count, item, dt = value["$repeat"], value["item"], value.get("dt")
    if dt is None:
        return [convert(inner, item)] * count
    made = []
    for k in range(count):
        message = convert(inner, item)
        t = k * dt
        message.time_from_start.sec = int(t)
        message.time_from_start.nanosec = int(round((t - int(t)) * 1e9)) % 1000000000
        made.append(message)
    return made


def plain(value):
    if hasattr(value, "get_fields_and_field_types"):
        return {k: plain(getattr(value, k)) for k in value.get_fields_and_field_types()}
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, bytes):
        return list(value) if len(value) != 1 else value[0]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "__iter__"):
        return [plain(v) for v in value]
    return float(value)


def qos(name):
    profile = QoSProfile(depth={"sensor": 5, "latched": 1, "command": 1}.get(name, 100))
    if name == "sensor":
        profile.reliability = ReliabilityPolicy.BEST_EFFORT
    if name == "latched":
        profile.durability = DurabilityPolicy.TRANSIENT_LOCAL
    return profile


class Client:
    def __init__(self):
        rclpy.init()
        self.node = Node("test_client")
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        threading.Thread(target=self.executor.spin, daemon=True).start()
        self.entities = {}
        self.goals = {}
        self.lock = threading.Lock()

    def entity(self, key, make):
        with self.lock:
            if key not in self.entities:
                self.entities[key] = make()
            return self.entities[key]

    def finish(self, future, timeout):
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        if not done.wait(timeout):
            raise TimeoutError("no answer")
        return future.result()

    def subscribe(self, r):
        key = r["key"]

        def heard(message):
            send({"event": "message", "key": key, "at": time.monotonic(), "value": plain(message)})

        subscription = self.entity(
            ("sub", key),
            lambda: self.node.create_subscription(load(r["type"]), r["topic"], heard, qos(r.get("qos"))),
        )
        self.until(lambda: self.node.count_publishers(r["topic"]) > 0 or not r.get("wait"), r)
        return subscription is not None

    def publisher(self, r):
        return self.entity(
            ("pub", r["topic"], r.get("qos") or "default"),
            lambda: self.node.create_publisher(load(r["type"]), r["topic"], qos(r.get("qos"))),
        )

    def publish(self, r):
        publisher = self.publisher(r)
        if r.get("wait", True):
            self.until(lambda: publisher.get_subscription_count() > 0, r)
        publisher.publish(fill(load(r["type"])(), r["data"]))

    def stream(self, r):
        """Publishes the same message at a rate for some seconds, with a fresh stamp where it has a header; `first` before it, `then` at once after it."""
        publisher, message = self.publisher(r), fill(load(r["type"])(), r["data"])
        self.until(lambda: publisher.get_subscription_count() > 0, r)
        period, end = 1.0 / r["rate"], time.monotonic() + r["seconds"]
        if r.get("first"):
            publisher.publish(fill(load(r["type"])(), r["first"]))
            time.sleep(period)
        while time.monotonic() < end:
            if hasattr(message, "header"):
                message.header.stamp = self.node.get_clock().now().to_msg()
            publisher.publish(message)
            time.sleep(period)
        if r.get("then"):
            publisher.publish(fill(load(r["type"])(), r["then"]))

    def play(self, r):
        """Publishes messages one after the other at a rate, stamped when they go out, or `offset` s off; null: no stamp."""
        publisher = self.publisher(r)
        messages = [fill(load(r["type"])(), data) for data in r["messages"]]
        self.until(lambda: publisher.get_subscription_count() > 0, r)
        start, offset = time.monotonic(), r.get("offset", 0.0)
        for k, message in enumerate(messages):
            time.sleep(max(0.0, start + k / r["rate"] - time.monotonic()))
            if offset is not None:
                now = self.node.get_clock().now().nanoseconds + int(offset * 1e9)
                message.header.stamp.sec, message.header.stamp.nanosec = divmod(now, 1000000000)
            publisher.publish(message)
        return time.monotonic()

    def call(self, r):
        cls = load(r["type"])
        client = self.entity(("srv", r["name"]), lambda: self.node.create_client(cls, r["name"]))
        if not client.wait_for_service(r.get("timeout", 10)):
            raise TimeoutError(f"no service {r['name']}")
        return plain(self.finish(client.call_async(fill(cls.Request(), r["data"])), r.get("timeout", 10)))

    def goal(self, r):
        cls, key, timeout = load(r["type"]), r["key"], r.get("timeout", 30)
        client = self.entity(("act", r["name"]), lambda: ActionClient(self.node, cls, r["name"]))
        if not client.wait_for_server(10):
            raise TimeoutError(f"no action {r['name']}")
        handle = self.finish(
            client.send_goal_async(
                fill(cls.Goal(), r["data"]),
                lambda f: send({"event": "feedback", "key": key, "value": plain(f.feedback)}),
            ),
            timeout,
        )
        self.goals[key] = handle
        send({"event": "accepted", "key": key, "value": handle.accepted})
        if not handle.accepted:
            return {"status": "rejected", "result": None}
        answer = self.finish(handle.get_result_async(), timeout)
        names = {4: "succeeded", 5: "canceled", 6: "aborted"}
        return {"status": names.get(answer.status, str(answer.status)), "result": plain(answer.result)}

    def cancel(self, r):
        answer = self.finish(self.goals[r["key"]].cancel_goal_async(), 10)
        return len(answer.goals_canceling)

    def rate(self, r):
        """Receipt times of a topic's messages over some seconds."""
        times = []
        subscription = self.node.create_subscription(
            load(r["type"]), r["topic"], lambda _: times.append(time.monotonic()), qos(r.get("qos"))
        )
        self.until(lambda: len(times) > 0, r)
        start = len(times)
        time.sleep(r["seconds"])
        got = times[start:]
        self.node.destroy_subscription(subscription)
        hz = (len(got) - 1) / (got[-1] - got[0]) if len(got) > 1 else 0
        gaps = [b - a for a, b in zip(got, got[1:])]
        return {"hz": hz, "count": len(got), "maxGapS": max(gaps, default=0)}

    def wait(self, r):
        """Until a node, service, action or topic exists (or is gone)."""
        kind, name, gone = r["kind"], r["name"], r.get("gone", False)
        full = name if name.startswith("/") else "/" + name

        def there():
            if kind == "node":
                return any(f"{ns.rstrip('/')}/{n}" == full for n, ns in self.node.get_node_names_and_namespaces())
            if kind == "service":
                return any(n == full for n, _ in self.node.get_service_names_and_types())
            if kind == "publisher":
                return self.node.count_publishers(name) > 0
            return self.node.count_subscribers(name) > 0

        self.until(lambda: there() != gone, r)

    def nodes(self, r):
        return sorted(f"{ns.rstrip('/')}/{n}" for n, ns in self.node.get_node_names_and_namespaces())

    def ends(self, r):
        """Names that a node publishes, subscribes to, replies to and requests, and its enclave."""
        ns, name = r["name"].rsplit("/", 1)
        of = {
            "publish": self.node.get_publisher_names_and_types_by_node,
            "subscribe": self.node.get_subscriber_names_and_types_by_node,
            "reply": self.node.get_service_names_and_types_by_node,
            "request": self.node.get_client_names_and_types_by_node,
        }
        ends = {end: sorted(n for n, _ in names(name, ns or "/")) for end, names in of.items()}
        known = self.node.get_node_names_and_namespaces_with_enclaves()
        ends["enclave"] = next(e for n, s, e in known if (n, s) == (name, ns or "/"))
        return ends

    def until(self, condition, r):
        end = time.monotonic() + r.get("timeout", 10)
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited too long: {r['op']} {r.get('topic') or r.get('name')}")
            time.sleep(0.01)

    def serve(self, r):
        try:
            send({"id": r["id"], "ok": True, "value": getattr(self, r["op"])(r)})
        except Exception as error:  # the test shall see whatever it was
            send({"id": r["id"], "ok": False, "error": f"{type(error).__name__}: {error}"})


client = Client()
send({"event": "ready"})
for line in sys.stdin:
    threading.Thread(target=client.serve, args=(json.loads(line),), daemon=True).start()
sys.stdout.flush()
import os

os._exit(0)
