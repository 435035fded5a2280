/** The style of the page, light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#16202b, #e4eaf1); --paper: light-dark(#f6f8fa, #0e141b); --card: light-dark(#ffffff, #161e27);
  --soft: light-dark(#5c6b7a, #8fa0b2); --rule: light-dark(#dde3ea, #263241); --accent: light-dark(#0b62c4, #6db2ff);
  --topic: light-dark(#e08a1e, #f0a94a); --queue: light-dark(#2f7fd8, #5aa5f5); --stream: light-dark(#23975a, #4cc487); --actor: light-dark(#7b8a99, #8496a8);
  --unresolved: light-dark(#d43c3c, #f07070); --dead: light-dark(#c2551c, #f0884f); --line: light-dark(#9aa8b5, #56677a); }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--paper); }
header { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: center; padding: 12px 24px; background: var(--card); border-bottom: 1px solid var(--rule); }
h1 { font-size: 19px; margin: 0; letter-spacing: -.01em; } h2 { font-size: 16px; margin: 0; } h3 { font-size: 13px; margin: 14px 0 4px; }
#search { flex: 1 1 260px; max-width: 520px; padding: 8px 12px; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; }
#search:focus { outline: 2px solid var(--accent); outline-offset: -1px; }
#count { color: var(--soft); margin-left: auto; font-variant-numeric: tabular-nums; }
main { padding: 18px 24px 60px; max-width: 1900px; margin: auto; }
#tiles { display: flex; flex-wrap: wrap; gap: 10px; margin-bottom: 14px; }
.tile { flex: 1 1 110px; padding: 10px 14px; background: var(--card); border: 1px solid var(--rule); border-left: 4px solid var(--tone, var(--actor)); border-radius: 10px; }
.tile b { display: block; font-size: 24px; line-height: 1.15; font-weight: 650; font-variant-numeric: tabular-nums; } .tile span { color: var(--soft); font-size: 12.5px; }
.topic { --tone: var(--topic); } .queue { --tone: var(--queue); } .stream { --tone: var(--stream); } .unresolved { --tone: var(--unresolved); } .actor, .endpoint { --tone: var(--actor); }
.blocked { --tone: var(--unresolved); } .review { --tone: var(--topic); } .info { --tone: var(--actor); }
#stage { display: flex; gap: 14px; align-items: flex-start; }
#frame { flex: 1 1 auto; min-width: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; overflow: hidden; }
#legend { display: flex; flex-wrap: wrap; gap: 6px 18px; padding: 9px 16px; color: var(--soft); font-size: 12.5px; border-bottom: 1px solid var(--rule); }
#legend i { display: inline-block; width: 22px; height: 0; margin-right: 6px; vertical-align: middle; border-top: 2px solid var(--line); } #legend i.subscription { border-color: var(--accent); }
#legend i.dead-letter { border-top: 2px dashed var(--dead); } #legend i.unresolved { border-top: 2px dotted var(--unresolved); }
#map { overflow: auto; max-height: 76vh; } #plane { padding: 0 16px 12px; width: max-content; min-width: 100%; }
#headings { position: sticky; top: 0; z-index: 1; height: 34px; background: var(--card); font-weight: 600; color: var(--soft); } #headings span { position: absolute; top: 8px; }
svg { display: block; }
.box { cursor: pointer; } .box:focus { outline: none; } .box rect.face { fill: color-mix(in srgb, var(--tone) 11%, var(--card)); stroke: color-mix(in srgb, var(--tone) 38%, var(--card)); transition: fill .12s; }
.box rect.edge { fill: var(--tone); } .box:hover rect.face, .box:focus rect.face { fill: color-mix(in srgb, var(--tone) 24%, var(--card)); stroke: var(--tone); }
.box text.name { font-size: 12.5px; font-weight: 550; fill: var(--ink); } .box text.note { font-size: 10.5px; fill: var(--soft); }
.box.unresolved rect.face { stroke-dasharray: 4 3; } .box.selected rect.face { stroke: var(--accent); stroke-width: 2.5; }
.line { fill: none; stroke: var(--line); stroke-width: 1.4; opacity: .75; transition: opacity .12s; } .line.admin { stroke-dasharray: 2 4; } .line.dead-letter { stroke: var(--dead); stroke-dasharray: 6 3; opacity: .6; }
.line.subscription { stroke: var(--accent); } .line.unresolved { stroke: var(--unresolved); stroke-dasharray: 2 3; } .line.near { opacity: 1; stroke-width: 2.4; } .box.faded, .line.faded { opacity: .1; }
#details { flex: 0 0 330px; position: sticky; top: 76px; max-height: 82vh; overflow: auto; padding: 16px 18px; background: var(--card); border: 1px solid var(--rule); border-top: 4px solid var(--tone, var(--rule)); border-radius: 12px; overflow-wrap: anywhere; }
#details:empty { display: none; } #details .kind { color: var(--tone); font-weight: 600; font-size: 12px; text-transform: uppercase; letter-spacing: .05em; }
#details ul { list-style: none; margin: 0; padding: 0; } #details li { padding: 5px 0; border-bottom: 1px solid var(--rule); } #details li small { display: block; color: var(--soft); }
#details button, #more { font: inherit; color: var(--accent); background: none; border: 0; padding: 0; cursor: pointer; text-align: left; } #close { float: right; font-size: 18px; line-height: 1; }
#bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 28px 0 10px; } #bar h2 { margin-right: 8px; }
.chip { font: inherit; padding: 3px 12px; color: inherit; background: var(--card); border: 1px solid var(--rule); border-radius: 99px; cursor: pointer; } .chip[aria-pressed="true"] { border-color: var(--tone, var(--accent)); box-shadow: inset 0 0 0 1px var(--tone, var(--accent)); }
#findings { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; overflow: auto; } #more { padding: 12px 16px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 8px 14px; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; } tr:last-child td { border-bottom: 0; }
td:nth-child(1), td:nth-child(2) { white-space: nowrap; } td:nth-child(3) { min-width: 160px; } th { color: var(--soft); font-weight: 600; font-size: 12.5px; } td:nth-child(2) { font: 12px ui-monospace, monospace; padding-top: 10px; }
td:first-child { color: var(--tone); font-weight: 600; }
@media (max-width: 1000px) { #stage { flex-direction: column; } #details { position: static; width: 100%; flex: none; } }
`;
