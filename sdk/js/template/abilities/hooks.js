// Notes in the log which tickets were resolved.
export const hooks = {
  onEvent(event) {
    hospes.log.info(`${event.kind}: ${event.subjectId}`);
  },
};
