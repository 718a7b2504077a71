// How the editor looks, in the page's own colours for light and dark, and what its panels say in Chinese.
import { EditorView } from "./vendor/codemirror-6.43.15.min.js";

const line = 1.5;
const severities = { error: ["●", "--bad"], warning: ["▲", "--warn"], info: ["■", "--accent"], hint: ["■", "--soft"] };
// CodeMirror draws these with pictures in data: addresses, which the pages' policy refuses.
const marks = Object.entries(severities).map(([name, [sign, colour]]) => ({
  [`.cm-lint-marker-${name}`]: {
    content: "normal",
    color: `var(${colour})`,
    lineHeight: 1,
    "&::before": { content: `"${sign}"` },
  },
  [`.cm-lintRange-${name}`]: {
    backgroundImage: "none",
    textDecoration: `underline wavy var(${colour}) 1px`,
    textDecorationSkipInk: "none",
  },
  [`.cm-lintPoint-${name}`]: { "&::after": { borderBottomColor: `var(${colour})` } },
  [`.cm-diagnostic-${name}`]: { borderLeftColor: `var(${colour})` },
}));

// The editor's style: from 8 to 30 lines high.
export const look = EditorView.theme(Object.assign({
  "&": { color: "var(--text)", backgroundColor: "var(--back)", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "SFMono-Regular", "Cascadia Mono", "DejaVu Sans Mono", monospace',
    lineHeight: line,
    maxHeight: `calc(${30 * line}em + 8px)`,
    overflow: "auto",
  },
  ".cm-content, .cm-gutter": { minHeight: `calc(${8 * line}em + 8px)` },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--raised)", borderColor: "var(--line)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--bad)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--warn) 25%, transparent)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--warn) 50%, transparent)" },
  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--raised)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search label": { fontSize: "0.8125rem" },
  ".cm-textfield, .cm-button": {
    padding: "0.25rem 0.5rem",
    color: "var(--text)",
    backgroundColor: "var(--back)",
    backgroundImage: "none",
    border: "1px solid var(--edge)",
    borderRadius: "0.25rem",
    fontSize: "0.8125rem",
  },
  ".cm-button:active": { backgroundImage: "none", backgroundColor: "var(--tint)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--text)", fontSize: "1rem" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--raised)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--text)", backgroundColor: "var(--tint)" },
  ".cm-completionDetail": { color: "var(--soft)" },
}, ...marks));

const chinese = {
  "Control character": "控制字符",
  "Selection deleted": "已删除所选内容",
  "Completions": "补全",
  "Diagnostics": "问题",
  "Find": "查找",
  "Replace": "替换为",
  "next": "下一个",
  "previous": "上一个",
  "all": "全部选中",
  "match case": "区分大小写",
  "regexp": "正则表达式",
  "by word": "全字匹配",
  "replace": "替换",
  "replace all": "全部替换",
  "close": "关闭",
  "current match": "当前匹配",
  "on line": "行号",
  "replaced match on line $": "已替换第 $ 行的匹配",
  "replaced $ matches": "已替换 $ 处",
  "Go to line": "转到行",
  "go": "转到",
};

// What the editor's panels say in the page's language.
export const phrases = () => (document.documentElement.lang.startsWith("zh") ? chinese : {});
