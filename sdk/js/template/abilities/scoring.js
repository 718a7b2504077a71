// Scores customers by how often they wrote.
export const scoring = {
  score(subjects) {
    return subjects.map((subject) => {
      const written = subject.touches.filter((touch) => touch.inbound).length;
      return {
        subject: subject.id,
        name: 'activity',
        value: written,
        grade: written > 2 ? 'hot' : 'cold',
        reasons: [`has written ${written} times`],
      };
    });
  },
};
