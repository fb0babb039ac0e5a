import {
  AmbientLight,
  Color,
  CylinderGeometry,
  DirectionalLight,
  DoubleSide,
  Fog,
  GridHelper,
  Group,
  HemisphereLight,
  Mesh,
  MeshStandardMaterial,
  PCFShadowMap,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  ShadowMaterial,
  SphereGeometry,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { Line2 } from 'three/examples/jsm/lines/Line2.js';
import { LineGeometry } from 'three/examples/jsm/lines/LineGeometry.js';
import { LineMaterial } from 'three/examples/jsm/lines/LineMaterial.js';
import { textSprite } from './text_sprite.js';

/** The paths that can be shown. */
export type PathName = 'target' | 'learned' | 'executed';

/** The arm stands on a pedestal: motions of the experiments reach below its mounting plane. */
const FLOOR_M = -0.6;

/** The camera's place and what it looks at, for an arm of this reach, m. */
const VIEW = { position: new Vector3(1.6, -1.9, 0.95), target: new Vector3(0.15, 0.05, 0.15), reachM: 1.17 };

/** The three-dimensional view; z up, m. Draws only when something changed. */
export class ArmScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(42, 1, 0.05, 30);
  private readonly controls: OrbitControls;
  private readonly lines = new Map<PathName, Line2>();
  private readonly tool: Mesh<SphereGeometry, MeshStandardMaterial>;
  private readonly lettering = new Group();
  private grid: GridHelper | undefined;
  private pending = false;
  private insets = { left: 0, right: 0, top: 0, bottom: 0 };

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.camera.up.set(0, 0, 1);
    this.camera.position.copy(VIEW.position);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.target.copy(VIEW.target);
    this.controls.maxDistance = 6;
    this.controls.addEventListener('change', () => this.draw());
    this.light();
    this.ground();
    this.tool = new Mesh(new SphereGeometry(0.014, 24, 16), new MeshStandardMaterial({ roughness: 0.4 }));
    this.tool.castShadow = true;
    this.scene.add(this.tool, this.lettering);
    this.retint();
    addEventListener('resize', () => this.resize());
    this.resize();
  }

  /** Puts the arm into the scene. */
  add(object: Group): void {
    this.scene.add(object);
    this.draw();
  }

  /** Looks from where an arm of this reach (m) fills the picture. */
  fit(reachM: number): void {
    const scale = Math.min(5, Math.max(0.25, reachM / VIEW.reachM));
    this.camera.position.copy(VIEW.position).multiplyScalar(scale);
    this.controls.target.copy(VIEW.target).multiplyScalar(scale);
    this.controls.maxDistance = 6 * Math.max(1, scale);
    this.controls.update();
    this.draw();
  }

  remove(object: Group): void {
    this.scene.remove(object);
  }

  /** Shows a path; fewer than two points hide it. */
  path(name: PathName, points: readonly Vector3[]): void {
    const old = this.lines.get(name);
    if (old) {
      old.geometry.dispose();
      this.scene.remove(old);
      this.lines.delete(name);
    }
    if (points.length >= 2) {
      const geometry = new LineGeometry();
      geometry.setPositions(points.flatMap((p) => [p.x, p.y, p.z]));
      const dashed = name === 'target';
      const material = new LineMaterial({
        color: new Color(colour(`--${name}`)),
        linewidth: name === 'learned' ? 2.5 : 4,
        dashed,
        dashSize: 0.03,
        gapSize: 0.018,
        transparent: true,
        opacity: 0.95,
        resolution: new Vector2(this.canvas.clientWidth, this.canvas.clientHeight),
      });
      const line = new Line2(geometry, material);
      line.computeLineDistances();
      this.lines.set(name, line);
      this.scene.add(line);
    }
    if (name === 'target') this.letterEnds(points);
    this.draw();
  }

  /** Where the tool is. */
  mark(point: Vector3): void {
    this.tool.position.copy(point);
    this.draw();
  }

  /** Pixels at the page's edges that panels cover. */
  frame(insets: { left: number; right: number; top: number; bottom: number }): void {
    this.insets = insets;
    this.resize();
  }

  /** Takes the colours of the style sheet's present theme. */
  retint(): void {
    const dark = document.documentElement.dataset.theme === 'dark';
    const background = new Color(colour('--background'));
    this.scene.background = background;
    this.scene.fog = new Fog(background, 4, 9);
    this.grid?.removeFromParent();
    this.grid = new GridHelper(6, 30, dark ? 0x4a5866 : 0xa7b2be, dark ? 0x26303a : 0xd3dae2);
    this.grid.rotation.x = Math.PI / 2;
    this.grid.position.z = FLOOR_M;
    this.scene.add(this.grid);
    for (const [name, line] of this.lines) line.material.color.set(colour(`--${name}`));
    this.tool.material.color.set(colour('--executed'));
    this.draw();
  }

  /** Draws with the next frame. */
  draw(): void {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.renderer.render(this.scene, this.camera);
    });
  }

  private light(): void {
    const sun = new DirectionalLight(0xffffff, 2.4);
    sun.position.set(1.2, -1.6, 2.6);
    sun.castShadow = true;
    sun.shadow.mapSize.set(1024, 1024);
    Object.assign(sun.shadow.camera, { left: -1.4, right: 1.4, top: 1.4, bottom: -1.4, near: 0.5, far: 6 });
    sun.shadow.bias = -0.0005;
    sun.shadow.normalBias = 0.01;
    this.scene.add(sun, new AmbientLight(0xffffff, 0.45), new HemisphereLight(0xffffff, 0x8899aa, 0.9));
  }

  private ground(): void {
    const shadow = new Mesh(new PlaneGeometry(8, 8), new ShadowMaterial({ opacity: 0.25, side: DoubleSide }));
    shadow.position.z = FLOOR_M - 0.001;
    shadow.receiveShadow = true;
    const pedestal = new Mesh(
      new CylinderGeometry(0.13, 0.17, -FLOOR_M, 40),
      new MeshStandardMaterial({ color: 0x8b95a1, roughness: 0.8 }),
    );
    pedestal.rotation.x = Math.PI / 2;
    pedestal.position.z = FLOOR_M / 2;
    pedestal.castShadow = true;
    pedestal.receiveShadow = true;
    this.scene.add(shadow, pedestal);
    for (const [text, x, y] of [
      ['x', 0.75, 0],
      ['y', 0, 0.75],
    ] as const) {
      const sprite = textSprite(text, '#8592a0', 0.05);
      sprite.position.set(x, y, FLOOR_M + 0.03);
      this.scene.add(sprite);
    }
  }

  private letterEnds(points: readonly Vector3[]): void {
    this.lettering.clear();
    if (points.length < 2) return;
    for (const [text, point] of [
      ['start', points[0]],
      ['end', points[points.length - 1]],
    ] as const) {
      const sprite = textSprite(text, colour('--target'), 0.038);
      sprite.position.copy(point).add(new Vector3(0, 0, 0.045));
      this.lettering.add(sprite);
    }
  }

  private resize(): void {
    const { innerWidth: width, innerHeight: height } = window;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    // The middle of the free part of the page is the middle of the picture, and the arm fits into it.
    const { left, right, top, bottom } = this.insets;
    this.camera.setViewOffset(width, height, (right - left) / 2, (bottom - top) / 2, width, height);
    this.camera.zoom = Math.min(
      (1.2 * (height - top - bottom)) / height,
      (1.25 * (width - left - right)) / height,
    );
    this.camera.updateProjectionMatrix();
    for (const line of this.lines.values()) line.material.resolution.set(width, height);
    this.draw();
  }
}

function colour(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}
