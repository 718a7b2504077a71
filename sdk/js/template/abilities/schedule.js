// Says good morning every day at eight.
export const schedule = {
  run(name, due) {
    hospes.log.info(`${name} was due at ${new Date(due / 1_000).toISOString()}`);
  },
};
