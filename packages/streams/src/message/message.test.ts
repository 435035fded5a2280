import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../bytes/protocol-error.ts";
import { decodeMessage } from "./decode-message.ts";
import { prepareMessage } from "./prepare-message.ts";
import type { OutgoingMessage } from "./prepare-message.ts";
import { messageBytes, writeMessage } from "./prepared-message.ts";
import { ReceivedMessage } from "./received-message.ts";
import type { SimpleValue } from "./simple-value.ts";

function encode(message: OutgoingMessage): Buffer {
  const prepared = prepareMessage(message);
  const bytes = Buffer.alloc(messageBytes(prepared));
  expect(writeMessage(bytes, 0, prepared)).toBe(bytes.length);
  return bytes;
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

/** What comes back for a value: integers as numbers where they are exact. */
function expected(value: SimpleValue): unknown {
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value);
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

const BODY = Buffer.from("body");

describe("messages", () => {
  it("come back as they were encoded", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }).map((text) => Buffer.from(text).toString()),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array({ maxLength: 300 }),
    );
    const map = fc.dictionary(fc.string({ maxLength: 20 }), value, { maxKeys: 8 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), map, (body, applicationProperties) => {
        const decoded = decodeMessage(encode({ body, applicationProperties }));
        expect(decoded.data).toEqual(Buffer.from(body));
        const pairs = Object.entries(applicationProperties).map(([key, property]) => [key, expected(property)]);
        expect([...decoded.applicationProperties]).toEqual(pairs);
      }),
    );
  });

  it("carry properties and annotations", () => {
    const creationTime = new Date(1_700_000_000_000);
    const message = new ReceivedMessage(
      5,
      encode({
        body: BODY,
        properties: { messageId: "id", contentType: "text/plain", creationTime, groupSequence: 4_000_000_000 },
        messageAnnotations: { "x-trace": "t" },
      }),
    );
    const { properties, messageAnnotations } = message.decode();
    expect(properties).toEqual({
      messageId: "id",
      contentType: "text/plain",
      creationTime,
      groupSequence: 4_000_000_000,
    });
    expect([...messageAnnotations]).toEqual([["x-trace", "t"]]);
    expect(message.body).toEqual(BODY);
  });

  it("have a body of no bytes", () => {
    expect(new ReceivedMessage(0, encode({ body: Buffer.alloc(0) })).body).toEqual(Buffer.alloc(0));
  });

  it("refuse a filter value that is too long, and an integer that is too large", () => {
    expect(() => prepareMessage({ body: BODY, filterValue: "x".repeat(256) })).toThrow(RangeError);
    expect(() => prepareMessage({ body: BODY, applicationProperties: { a: 2n ** 63n } })).toThrow(RangeError);
  });
});

describe("messages of other clients", () => {
  it("may have their body in several data sections", () => {
    expect(new ReceivedMessage(0, hex("005375a00161 005375a00162")).body.toString()).toBe("ab");
  });

  it("may have text or bytes as an amqp-value", () => {
    expect(new ReceivedMessage(0, hex("005377a10161")).body.toString()).toBe("a");
    expect(new ReceivedMessage(0, hex("005377a00161")).body.toString()).toBe("a");
  });

  it("with another amqp-value have no body, but a value", () => {
    const message = new ReceivedMessage(3, hex("0053775207"));
    expect(message.decode()).toMatchObject({ data: undefined, value: 7 });
    expect(() => message.body).toThrow(/offset 3/);
  });

  it("may have sequences", () => {
    expect(decodeMessage(hex("005376c0020141 005376c003024242")).value).toEqual([true, false, false]);
  });

  it("may name sections by symbols and wide integers", () => {
    expect(decodeMessage(hex("00a310616d71703a646174613a62696e617279a00161")).data?.toString()).toBe("a");
    expect(decodeMessage(hex("00800000000000000075a00161")).data?.toString()).toBe("a");
  });

  it("may hold every type of AMQP 1.0", () => {
    const values: [string, unknown][] = [
      ["40", null],
      ["41", true],
      ["42", false],
      ["5601", true],
      ["43", 0],
      ["44", 0],
      ["50ff", 255],
      ["60ffff", 65_535],
      ["52ff", 255],
      ["70ffffffff", 4_294_967_295],
      ["80ffffffffffffffff", 18_446_744_073_709_551_615n],
      ["51ff", -1],
      ["61ffff", -1],
      ["54ff", -1],
      ["55ff", -1],
      ["71ffffffff", -1],
      ["81ffffffffffffffff", -1],
      ["723fc00000", 1.5],
      ["823ff8000000000000", 1.5],
      ["7300000041", "A"],
      ["830000018bcfe56800", new Date(1_700_000_000_000)],
      ["9800112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff"],
      ["a10161", "a"],
      ["b10000000161", "a"],
      ["a30161", "a"],
      ["45", []],
      ["c003024142", [true, false]],
      ["d000000006000000024142", [true, false]],
      ["c10402415207", new Map([[true, 7]])],
      ["e00402520102", [1, 2]],
      ["f00000000700000002520102", [1, 2]],
      ["00a3016141", true],
    ];
    for (const [bytes, value] of values) expect(decodeMessage(hex(`005377${bytes}`)).value).toEqual(value);
  });
});

describe("hostile messages", () => {
  it("that are cut off are refused", () => {
    const bytes = encode({ body: BODY, applicationProperties: { a: 1, b: "two" }, properties: { messageId: "id" } });
    for (let length = 1; length < bytes.length; length++) {
      expectProtocolError(() => decodeMessage(bytes.subarray(0, length)));
    }
  });

  it("that nest without end are refused", () => {
    expect(() => decodeMessage(Buffer.alloc(100_000))).toThrow(ProtocolError);
    expect(() => decodeMessage(hex(`005377${"e0ff01".repeat(10_000)}`))).toThrow(ProtocolError);
  });

  it("that claim many elements are refused", () => {
    expect(() => decodeMessage(hex("005377f00000000affffffff40"))).toThrow(ProtocolError);
    expect(() => decodeMessage(hex("005377d0ffffffffffffffff"))).toThrow(ProtocolError);
  });

  it("of any kind give a message or a ProtocolError", () => {
    const start = fc.constantFrom("005372", "005373", "005374", "005375", "005376", "005377", "");
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 100 }), (head, rest) => {
        expectProtocolError(() => new ReceivedMessage(0, Buffer.concat([hex(head), rest])).decode());
      }),
      { numRuns: 5_000 },
    );
  });
});

function expectProtocolError(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}
