import { CanvasTexture, Sprite, SpriteMaterial, SRGBColorSpace } from 'three';

/** A word that always faces the viewer, so many metres high. */
export function textSprite(text: string, colour: string, heightM: number): Sprite {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const font = '600 48px system-ui, sans-serif';
  context.font = font;
  canvas.width = Math.ceil(context.measureText(text).width) + 16;
  canvas.height = 64;
  context.font = font;
  context.fillStyle = colour;
  context.textBaseline = 'middle';
  context.fillText(text, 8, 32);
  const map = new CanvasTexture(canvas);
  map.colorSpace = SRGBColorSpace; // else the letters are paler than the line they name
  const sprite = new Sprite(new SpriteMaterial({ map, depthTest: false, transparent: true }));
  sprite.scale.set((heightM * canvas.width) / canvas.height, heightM, 1);
  return sprite;
}
