/// <reference lib="dom" />
// Runs in the browser. Text is always set as text, never as markup: it comes from a repository.

const SVG = "http://www.w3.org/2000/svg";

/** An element that the page has. */
export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/** A new element with children, or with a text. */
export function html(tag: string, content: string | readonly (Node | string)[], className?: string): HTMLElement {
  const made = document.createElement(tag);
  if (className !== undefined) made.className = className;
  if (typeof content === "string") made.textContent = content;
  else made.append(...content);
  return made;
}

/** A new button that does something. */
export function button(label: string, action: () => void, className?: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  if (className !== undefined) made.className = className;
  made.addEventListener("click", action);
  return made;
}

/** A new element of a drawing, with a text if one is given. */
export function svg(tag: string, attributes: Readonly<Record<string, string | number>>, content?: string): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (content !== undefined) made.textContent = content;
  if (!(made instanceof SVGElement)) throw new Error(`${tag} is no SVG`);
  return made;
}
