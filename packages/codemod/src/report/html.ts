import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { FLAGS } from "../flags/kinds.ts";
import type { ProjectReport } from "../project/project-report.ts";
import type { PageData } from "./page/page-data.ts";
import { PAGE_STYLE } from "./page/page-style.ts";

/** One file with the searchable map of producers, topics, queues and consumers, and the findings. It loads nothing. */
export function htmlReport({
  inventory,
  findings,
  base,
}: Pick<ProjectReport, "inventory" | "findings" | "base">): string {
  const title = `Messaging of ${inMarkup(basename(base))}`;
  const data: PageData = {
    nodes: inventory.nodes,
    edges: inventory.edges,
    findings: findings.map(({ code, severity, file, line, detail }) => ({
      code,
      severity,
      file,
      line,
      detail,
      title: FLAGS[code].title,
      nextStep: FLAGS[code].nextStep,
    })),
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<input id="search" type="search" placeholder="Search names, files, operations, codes ( / )" aria-label="Search">
<label><input id="admin" type="checkbox"> administration too</label>
<span id="count" role="status"></span>
</header>
<main>
<div id="tiles"></div>
<div id="stage">
<div id="frame">
<div id="legend"><span><i></i>sends or receives</span><span><i class="subscription"></i>subscription</span><span><i class="dead-letter"></i>dead letters</span><span><i class="unresolved"></i>not resolved</span><span>Click a box to see where it is declared and used.</span></div>
<div id="map"><div id="plane"><div id="headings"></div></div></div>
</div>
<aside id="details" aria-live="polite"></aside>
</div>
<div id="bar"><h2>Findings</h2><span id="chips"></span></div>
<div id="findings"></div>
</main>
<script type="application/json" id="data">${inScript(JSON.stringify(data))}</script>
<script type="module">${inScript(pageScript())}</script>
</body>
</html>
`;
}

/** The compiled modules of the page, as one: in the order of their imports, without the words that join modules. */
function pageScript(): string {
  return ["elements", "layout", "drawing", "details", "page"]
    .map((name) => readFileSync(new URL(`./page/${name}.js`, import.meta.url), "utf8"))
    .map((code) =>
      code
        .replaceAll(/^import .*$/gm, "")
        .replaceAll(/^export /gm, "")
        .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, ""),
    )
    .join("\n");
}

/** Nothing in a script element may look like its end, or like a comment of HTML. */
function inScript(text: string): string {
  return text.replaceAll("</", String.raw`<\/`).replaceAll("<!--", String.raw`<\!--`);
}

function inMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
