/** The style of the page, light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2733, #dfe6ee); --paper: light-dark(#ffffff, #12181f); --soft: light-dark(#5b6b7b, #93a3b3);
  --rule: light-dark(#d4dce4, #2b3641); --topic: light-dark(#fde9d0, #4a3314); --queue: light-dark(#dcecff, #17324f); --stream: light-dark(#def3e3, #173a23);
  --actor: light-dark(#f0f2f5, #222b34); --unresolved: light-dark(#ffe1e1, #4b2020); --accent: light-dark(#0b62c4, #6db2ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 12px; align-items: center; padding: 10px 20px; background: var(--paper); border-bottom: 1px solid var(--rule); }
h1 { font-size: 18px; margin: 0 12px 0 0; } h2 { font-size: 15px; margin: 0 0 6px; } h3 { font-size: 13px; margin: 12px 0 4px; }
#search { flex: 1 1 260px; max-width: 480px; padding: 7px 10px; font: inherit; color: inherit; background: transparent; border: 1px solid var(--rule); border-radius: 6px; }
#count { color: var(--soft); }
main { padding: 16px 20px 60px; }
#map { overflow: auto; max-height: 75vh; border: 1px solid var(--rule); border-radius: 8px; padding: 12px; }
.heading { font-weight: 600; fill: var(--soft); }
.box { cursor: pointer; } .box:focus { outline: none; } .box:focus rect { stroke: var(--accent); stroke-width: 2; }
.box rect { fill: var(--actor); stroke: var(--rule); } .box text { font-size: 12px; fill: var(--ink); }
.box.topic rect { fill: var(--topic); } .box.queue rect { fill: var(--queue); } .box.stream rect { fill: var(--stream); }
.box.unresolved rect { fill: var(--unresolved); stroke-dasharray: 4 3; } .box.selected rect { stroke: var(--accent); stroke-width: 2.5; }
.line { fill: none; stroke: var(--soft); stroke-width: 1.4; opacity: .7; } .line.admin { stroke-dasharray: 2 4; } .line.dead-letter { stroke: #c2410c; stroke-dasharray: 6 3; }
.line.subscription { stroke: var(--accent); } .line.unresolved { stroke: #dc2626; stroke-dasharray: 3 3; } .faded { opacity: .12; }
#details { margin: 14px 0 24px; padding: 12px 16px; border: 1px solid var(--rule); border-radius: 8px; max-height: 40vh; overflow: auto; } #details p { margin: 0; color: var(--soft); }
ul { margin: 0; padding-left: 18px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
td:nth-child(1), td:nth-child(2) { white-space: nowrap; } th { color: var(--soft); font-weight: 600; } tr.blocked td:first-child { color: #dc2626; font-weight: 600; } tr.review td:first-child { color: #c2760c; } tr.info td:first-child { color: var(--soft); }
`;
