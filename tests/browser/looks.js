// What a person with a small screen, weak eyes or large fingers would trip over, as a list of sentences.
(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    faults.push(`the page is ${root.scrollWidth} wide on a screen of ${root.clientWidth}`);
  }
  const shown = (element) => element.getClientRects().length > 0;
  for (const element of document.querySelectorAll(".choice, button, .button, textarea, li a")) {
    const { width, height } = element.getBoundingClientRect();
    if (shown(element) && (height < 44 || width < 44)) {
      faults.push(`${element.tagName} "${element.innerText}" is ${width} x ${height}, too small for a finger`);
    }
  }
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  for (const element of document.querySelectorAll("h1, p, span, small, label, a, button")) {
    if (!shown(element) || !element.innerText.trim()) continue;
    const [one, other] = [channels(getComputedStyle(element).color), behind(element)].map(luminance);
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) {
      faults.push(`${element.tagName} "${element.innerText}" has a contrast of ${contrast.toFixed(2)}, less than 4.5`);
    }
  }
  for (const frame of document.querySelectorAll(".choice, textarea")) {
    const edges = [channels(getComputedStyle(frame).borderTopColor), behind(frame)].map(luminance);
    const contrast = (Math.max(...edges) + 0.05) / (Math.min(...edges) + 0.05);
    if (contrast < 3) faults.push(`the edge of ${frame.tagName} has a contrast of ${contrast.toFixed(2)}, less than 3`);
  }
  for (const field of document.querySelectorAll("input, textarea")) {
    if (![...field.labels].some((label) => label.innerText.trim())) faults.push(`${field.name} has no label`);
  }
  return faults;
})()
