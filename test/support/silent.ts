/** A reporter that nobody listens to. */
export const silent = {
  status: () => undefined,
  progress: () => undefined,
  note: () => undefined,
  warn: () => undefined,
};
