// Offers one tool, which counts words.
export const tools = {
  call(name, input) {
    const { text } = hospes.json(input);
    return JSON.stringify({ words: text.split(/\s+/).filter(Boolean).length });
  },
};
