export * from './_forward';
export * from './_adjoint';
export * from './_optimizer';
export { add } from './_vector';
export { transpose } from './_vector';
export * from './_device_noise';
