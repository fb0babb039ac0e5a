/** Where the tool goes under the pointer: arms whose reach has a closed form. */
import { Ray, Vector3 } from 'three';
import { Reach } from '../../sim/viewer/page/reach';

const [height, upper, fore] = [0.4, 0.5, 0.3];
/** Yaw, then pitch joints in one axis with the base's: two joints move the tool on a sphere, three within a ball. */
const urdf = `<robot name="arm"><link name="base"/><link name="body"/><link name="arm"/><link name="forearm"/><link name="tool"/>
  <joint name="yaw" type="revolute"><parent link="base"/><child link="body"/><axis xyz="0 0 1"/><limit lower="-3.1" upper="3.1" velocity="1" effort="1"/></joint>
  <joint name="pitch" type="revolute"><parent link="body"/><child link="arm"/><origin xyz="0 0 ${height}"/><axis xyz="0 1 0"/><limit lower="-1.5" upper="1.5" velocity="1" effort="1"/></joint>
  <joint name="elbow" type="revolute"><parent link="arm"/><child link="forearm"/><origin xyz="${upper} 0 0"/><axis xyz="0 1 0"/><limit lower="-2.8" upper="2.8" velocity="1" effort="1"/></joint>
  <joint name="flange" type="fixed"><parent link="forearm"/><child link="tool"/><origin xyz="${fore} 0 0"/></joint></robot>`;
const reach = (learned: string[]) =>
  new Reach(urdf, 'tool', { profile: 'urdf', learned, backend: 'software', seed: 0, updates: 1, refine: 0 });
const [centre, radius] = [new Vector3(0, 0, height), upper + fore];
const eye = new Vector3(1.6, -1.9, 0.95);
/** Lines of sight around the tool of an arm that is stretched along x, with their points on the plane that faces the eye. */
const sights = [-0.3, -0.15, 0, 0.15, 0.3].flatMap((x) =>
  [-0.25, 0, 0.25].map((z) => {
    const point = new Vector3(radius, 0, height).add(new Vector3(0.76 * x, 0.65 * x, z));
    return { point, line: new Ray(eye.clone(), point.clone().sub(eye).normalize()) };
  }),
);

test('two joints: on the surface, under the pointer; the nearest of the surface where the pointer is past its edge', () => {
  const two = reach(['yaw', 'pitch']);
  let [hits, edges] = [0, 0];
  for (const { line, point } of sights) {
    const tool = two.tool(two.under(line, point, [0, 0]));
    const nearest = line.closestPointToPoint(centre, new Vector3());
    if (nearest.distanceTo(centre) < radius) {
      hits++;
      expect(tool.distanceTo(centre)).toBeCloseTo(radius, 6);
      expect(line.closestPointToPoint(tool, new Vector3()).distanceTo(tool)).toBeLessThan(2e-4);
    } else {
      edges++;
      const edge = centre.clone().add(nearest.sub(centre).setLength(radius));
      expect(tool.distanceTo(edge)).toBeLessThan(0.01);
    }
  }
  expect([hits, edges].every((n) => n > 2)).toBe(true);
});

test('three joints: on the plane, under the pointer; the nearest that it reaches where the pointer is further', () => {
  const three = reach(['yaw', 'pitch', 'elbow']);
  let [hits, edges] = [0, 0];
  for (const { line, point } of sights) {
    const tool = three.tool(three.under(line, point, [0, -0.3, 0.6]));
    const away = point.distanceTo(centre);
    if (away < radius) {
      hits++;
      expect(tool.distanceTo(point)).toBeLessThan(1e-4);
    } else {
      edges++;
      const edge = centre.clone().add(point.clone().sub(centre).setLength(radius));
      expect(tool.distanceTo(edge)).toBeLessThan(0.01);
    }
  }
  expect([hits, edges].every((n) => n > 2)).toBe(true);
});
