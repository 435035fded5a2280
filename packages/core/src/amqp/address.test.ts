import { describe, expect, it } from "vitest";
import { parseAddresses } from "./address.ts";

describe("broker addresses", () => {
  it("may be several, as a list or separated by commas", () => {
    const labels = parseAddresses(["amqp://a:1/x, amqps://b", "amqp://c"]).map(({ label }) => label);
    expect(labels).toEqual(["a:1/x", "b:5671/", "c:5672/"]);
  });

  it("never show their credentials in a label", () => {
    expect(parseAddresses("amqps://user:secret@host:5671/v")[0]?.label).toBe("host:5671/v");
  });

  it.each([undefined, "", " , ", []])("are asked for when there is none (%j)", (url) => {
    expect(() => parseAddresses(url)).toThrow(/RABBITMQ_URL/);
  });

  it.each(["http://u:secret@host", "not a url secret", "amqp://", "amqps:secret"])(
    "are refused when malformed, without repeating them (%s)",
    (url) => {
      expect(() => parseAddresses(url)).toThrow(expect.objectContaining({ code: "invalid-address" }));
      expect(() => parseAddresses(url)).not.toThrow(/secret/);
    },
  );
});
