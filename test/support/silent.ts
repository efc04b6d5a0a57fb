/** A reporter that nobody listens to. */
export const silent = {
  progress: () => undefined,
  note: () => undefined,
  warn: () => undefined,
};
