/** The page's style: colours by variables, so that light and dark are one set each. */
export const PAGE_STYLE = `
:root { color-scheme: light; --page: #fcfcfb; --card: #ffffff; --text: #1d1d1b; --quiet: #5f5e5a; --line: #e3e2de; --shade: #f1f0ec;
  --good: #0a6b35; --bad: #b3261e; --s0: #2a78d6; --s1: #d9541e; --s2: #12805c; --s3: #8a5cd1; --s4: #a86d00; --s5: #c2407f; }
:root[data-theme="dark"] { color-scheme: dark; --page: #161615; --card: #1f1f1d; --text: #f1f0ec; --quiet: #a9a8a2; --line: #3a3937; --shade: #2a2a28;
  --good: #5fce8d; --bad: #ff8a80; --s0: #5ea3f2; --s1: #f08a5d; --s2: #43c59e; --s3: #b594f0; --s4: #e0ae4a; --s5: #ee86b7; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 60px; }
header { display: flex; align-items: baseline; gap: 16px; flex-wrap: wrap; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 17px; margin: 0 0 8px; }
header .spacer { flex: 1; }
button, select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; }
.quiet { color: var(--quiet); font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-top: 18px; overflow-x: auto; }
.verdict strong { font-size: 20px; } .good { color: var(--good); } .bad { color: var(--bad); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 18px; margin-top: 18px; }
.charts .card { margin-top: 0; min-width: 0; }
.card > .quiet { margin: 0 0 6px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
th { color: var(--quiet); font-weight: 500; }
ul { margin: 0; padding-left: 20px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 8px 0 0; } dt { color: var(--quiet); } dd { margin: 0; }
.u-legend { font-size: 12px; text-align: left; } .u-legend th { border: 0; padding: 0 4px; font-weight: 400; } .u-legend td { border: 0; padding: 0 8px 0 0; }
`;
