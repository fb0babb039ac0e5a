import { type BufferGeometry, Group, LoadingManager, type Material, Mesh, type Object3D } from 'three';
import { ColladaLoader } from 'three/examples/jsm/loaders/ColladaLoader.js';
import { OBJLoader } from 'three/examples/jsm/loaders/OBJLoader.js';
import { STLLoader } from 'three/examples/jsm/loaders/STLLoader.js';

/** One white pixel in place of every texture: only shapes are served. */
const WHITE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==';

/** Meshes of a robot description, each fetched once from where the server has it. */
export class MeshLoader {
  /** For all else that a description or a mesh would load. */
  readonly manager = new LoadingManager();
  private readonly fetched = new Map<string, Promise<ArrayBuffer>>();

  /** @param addresses by the meshes' names in the description. */
  constructor(private readonly addresses: Readonly<Record<string, string>> = {}) {
    this.manager.setURLModifier(() => WHITE);
  }

  /** Whether a mesh is served. */
  has(name: string): boolean {
    return Object.hasOwn(this.addresses, name);
  }

  /** A mesh, in the description's material unless it has its own. Rejects where it cannot be had or read. */
  async load(name: string, material: Material): Promise<Object3D> {
    const address = this.addresses[name];
    let fetching = this.fetched.get(name);
    if (!fetching) this.fetched.set(name, (fetching = bytesOf(address)));
    const bytes = await fetching;
    const found = address.endsWith('.stl')
      ? new Mesh(solid(bytes), material)
      : this.group(bytes, address, material);
    // the axes of the file are the link's: what a loader turns is turned back
    found.position.set(0, 0, 0);
    found.quaternion.identity();
    return found;
  }

  private group(bytes: ArrayBuffer, address: string, material: Material): Object3D {
    const text = new TextDecoder().decode(bytes);
    if (address.endsWith('.obj')) {
      const group = new OBJLoader().parse(text);
      group.traverse((part) => {
        if (part instanceof Mesh) part.material = material;
      });
      return group;
    }
    const scene = new ColladaLoader(this.manager).parse(text, '')?.scene ?? new Group();
    const others: Object3D[] = [];
    scene.traverse((part) => {
      if ('isLight' in part || 'isCamera' in part) others.push(part);
    });
    for (const part of others) part.removeFromParent();
    return scene;
  }
}

async function bytesOf(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

function solid(bytes: ArrayBuffer): BufferGeometry {
  const geometry = new STLLoader().parse(bytes);
  // many files leave the normals to the reader
  const { normal } = geometry.attributes;
  if (!normal || !Array.from(normal.array).some((x) => x !== 0)) geometry.computeVertexNormals();
  return geometry;
}
