/** What labels the queries: our method, or a control. */
export const classifiers = [
  'delta-rule',
  'untrained',
  'nearest-pixels',
  'nearest-features',
  'backprop',
] as const;
export type Classifier = (typeof classifiers)[number];
