import { reject } from '../../input_error.js';
import type { RobotModel, Shape } from '../urdf/model.js';
import type { LinkPoses } from '../urdf/poses.js';
import { ConvexShape } from './convex.js';
import { distance } from './distance.js';

/** Two links nearer than they may be. */
export interface Contact {
  links: readonly [string, string];
  /** m; 0: they touch or overlap. */
  distance: number;
}

interface Body {
  link: string;
  at: number;
  shape: ConvexShape;
}

/** Collision shapes of a robot, moved along with its link poses. Neighbours in the chain, and pairs that are told, are not checked. */
export class CollisionBodies {
  private readonly bodies: Body[];
  private readonly pairs: [Body, Body][] = [];
  private readonly scratch = new Float64Array(3);

  /** @throws InputError: meshes that were not read (src/files/meshes.ts), pairs of links the robot lacks. */
  constructor(
    private readonly poses: LinkPoses,
    ignore: readonly (readonly [string, string])[] = [],
  ) {
    const { model } = poses;
    ignore.flat().forEach((link) => {
      if (!model.links.has(link))
        reject('unknown-link', 'self_collision.ignore', `links of robot ${model.name}`, link);
    });
    const ignored = new Set(
      [...ignore, ...neighbours(model)].flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]),
    );
    this.bodies = poses.links.flatMap((link) =>
      model.links.get(link)!.collisions.map((shape, i) => ({
        link,
        at: poses.offsetOf(link),
        shape: new ConvexShape(primitive(shape, `link ${link} > collision ${i + 1}`)),
      })),
    );
    this.bodies.forEach((a, i) =>
      this.bodies.slice(i + 1).forEach((b) => {
        if (a.link !== b.link && !ignored.has(`${a.link} ${b.link}`)) this.pairs.push([a, b]);
      }),
    );
  }

  /** Takes over the link poses as they are now. */
  update(): void {
    for (const { shape, at } of this.bodies) shape.place(this.poses.poses, at);
  }

  /** The first pair found nearer than `clearance` (m), or null. */
  contact(clearance: number): Contact | null {
    for (const [a, b] of this.pairs) {
      const reach = a.shape.reach + b.shape.reach + clearance;
      const [p, q] = [a.shape.pose, b.shape.pose];
      if ((p[9] - q[9]) ** 2 + (p[10] - q[10]) ** 2 + (p[11] - q[11]) ** 2 > reach * reach) continue;
      const d = distance(a.shape, b.shape);
      if (d < clearance || d === 0) return { links: [a.link, b.link], distance: d };
    }
    return null;
  }

  /** Lowest point of all links but the root, m in the root's frame. */
  lowest(): { link: string; height: number } {
    let found = { link: '', height: Infinity };
    for (const { link, shape } of this.bodies) {
      if (link === this.poses.model.root) continue;
      const height = shape.lowest(this.scratch);
      if (height < found.height) found = { link, height };
    }
    return found;
  }
}

function primitive(shape: Shape, where: string): Exclude<Shape, { kind: 'mesh' }> {
  return shape.kind === 'mesh'
    ? reject(
        'unsupported',
        `${where} > mesh ${shape.filename}`,
        'a box, cylinder, sphere, or a mesh that can be read',
        shape.fault || 'a mesh that was not read',
      )
    : shape;
}

/** Links joined by a joint; links fixed to each other count as one. */
function neighbours(model: RobotModel): [string, string][] {
  const group = new Map<string, string>([[model.root, model.root]]);
  for (const j of model.joints) group.set(j.child, j.type === 'fixed' ? group.get(j.parent)! : j.child);
  const joined = model.joints.map((j) => [group.get(j.parent)!, group.get(j.child)!]);
  const links = [...group.keys()];
  return links.flatMap((a) =>
    links
      .filter((b) => {
        const [ga, gb] = [group.get(a)!, group.get(b)!];
        return ga === gb || joined.some(([p, c]) => (p === ga && c === gb) || (p === gb && c === ga));
      })
      .map((b): [string, string] => [a, b]),
  );
}
