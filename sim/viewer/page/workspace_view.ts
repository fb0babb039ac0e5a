import {
  Box3,
  Box3Helper,
  Color,
  DoubleSide,
  Group,
  type Matrix4,
  Mesh,
  MeshBasicMaterial,
  PlaneGeometry,
  Vector3,
} from 'three';
import type { AboutView } from '../protocol.js';

/** The box that the tool must stay in, and the floor that no part goes below. @param frame of the link they are told in. */
export function workspaceView(
  { min, max, floor }: NonNullable<AboutView['workspace']>,
  frame: Matrix4,
): Group {
  const group = new Group();
  const box = new Box3(new Vector3(...min), new Vector3(...max));
  group.add(new Box3Helper(box, new Color(0xb8860b)));
  if (floor !== null) {
    const size = box.getSize(new Vector3());
    const centre = box.getCenter(new Vector3());
    const plane = new Mesh(
      new PlaneGeometry(size.x, size.y),
      new MeshBasicMaterial({
        color: 0xb8860b,
        transparent: true,
        opacity: 0.18,
        side: DoubleSide,
        depthWrite: false,
      }),
    );
    plane.position.set(centre.x, centre.y, floor);
    group.add(plane);
  }
  group.applyMatrix4(frame);
  return group;
}
