import { expect, test } from "vitest";
import { mirrorFromSources } from "./debian-packages.ts";

test.each([
  ["deb http://mirror.example/debian/ bookworm main", "http://mirror.example/debian"],
  ["deb [arch=amd64 signed-by=/k.gpg] https://m.example/debian trixie main", "https://m.example/debian"],
  ["Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie", "http://deb.debian.org/debian"],
  ["deb http://security.debian.org/debian-security trixie-security main", undefined],
  ["# deb http://mirror.example/debian bookworm main", undefined],
])("the mirror in %j is %s", (sources, mirror) => {
  expect(mirrorFromSources(sources)).toBe(mirror);
});
