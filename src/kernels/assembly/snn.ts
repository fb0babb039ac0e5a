export * from './_forward';
