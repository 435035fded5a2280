/** Which tool wrote a report. */
export const TOOL: { readonly name: string; readonly version: string; readonly url: string } = {
  name: "warrenmq-codemod",
  version: "0.0.0",
  url: "https://www.npmjs.com/package/@warrenmq/codemod",
};
