import { createVerify, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { buildConfirmation, buildEnvelope, type EnvelopeFields } from "./envelope.ts";
import { parseMessageStructure, textFor } from "./message-structure.ts";
import { notificationText, signText } from "./signature.ts";

const FIELDS: EnvelopeFields = {
  messageId: "63a3f6b6-d533-4a47-aef9-fcf5cf758c76",
  topicArn: "arn:aws:sns:us-west-2:123456789012:MyTopic",
  subject: "Testing publish to subscribed queues",
  message: "Hello world!",
  publishedAtMs: Date.parse("2012-03-29T05:12:16.901Z"),
  attributes: [],
  unsubscribeUrl: "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
};

describe("the document of a notification", () => {
  it("is laid out as in the SNS guide's example", () => {
    const signature = { signatureVersion: "1", signature: "EXAMPLE", signingCertUrl: "https://s/c.pem" } as const;
    expect(buildEnvelope(FIELDS, signature)).toBe(
      `{
  "Type" : "Notification",
  "MessageId" : "63a3f6b6-d533-4a47-aef9-fcf5cf758c76",
  "TopicArn" : "arn:aws:sns:us-west-2:123456789012:MyTopic",
  "Subject" : "Testing publish to subscribed queues",
  "Message" : "Hello world!",
  "Timestamp" : "2012-03-29T05:12:16.901Z",
  "SignatureVersion" : "1",
  "Signature" : "EXAMPLE",
  "SigningCertURL" : "https://s/c.pem",
  "UnsubscribeURL" : "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe"
}`,
    );
  });

  it("of a FIFO topic has a sequence number and no signature", () => {
    const document = Object(
      JSON.parse(buildEnvelope({ ...FIELDS, subject: undefined, sequenceNumber: "10" }, undefined)),
    );
    expect(Object.keys(document)).toEqual([
      "Type",
      "MessageId",
      "SequenceNumber",
      "TopicArn",
      "Message",
      "Timestamp",
      "UnsubscribeURL",
    ]);
  });

  it("carries any text and any attribute name", () => {
    const message = 'quotes " and \\ and \u2028 and 😀';
    const attributes = [{ name: "__proto__", dataType: "String", value: message }];
    const document = JSON.parse(buildEnvelope({ ...FIELDS, message, attributes }, undefined));
    expect(document.Message).toBe(message);
    expect(Object.entries(document.MessageAttributes)).toEqual([["__proto__", { Type: "String", Value: message }]]);
  });
});

describe("a signature", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

  it.each([
    ["1", "RSA-SHA1"],
    ["2", "RSA-SHA256"],
  ] as const)("of version %s is over AWS's text, with %s", async (version, algorithm) => {
    const text = notificationText(FIELDS);
    expect(text).toBe(
      "Message\nHello world!\nMessageId\n63a3f6b6-d533-4a47-aef9-fcf5cf758c76\nSubject\nTesting publish to subscribed queues\nTimestamp\n2012-03-29T05:12:16.901Z\nTopicArn\narn:aws:sns:us-west-2:123456789012:MyTopic\nType\nNotification\n",
    );
    const signature = await signText(text, version, privateKey);
    expect(createVerify(algorithm).update(text).verify(publicKey, signature, "base64")).toBe(true);
  });
});

describe("a confirmation", () => {
  it("has AWS's members in AWS's order", () => {
    const { messageId, topicArn } = FIELDS;
    const document = buildConfirmation(
      {
        type: "SubscriptionConfirmation",
        messageId,
        topicArn,
        token: "t",
        message: "m",
        subscribeUrl: "u",
        sentAtMs: 0,
      },
      { signatureVersion: "1", signature: "s", signingCertUrl: "c" },
    );
    expect(Object.keys(Object(JSON.parse(document))).join(" ")).toBe(
      "Type MessageId Token TopicArn Message SubscribeURL Timestamp SignatureVersion Signature SigningCertURL",
    );
  });
});

describe("MessageStructure json", () => {
  it("gives each protocol its text, and others the default", () => {
    const texts = parseMessageStructure('{"default":"d","http":"h","sms":"s"}');
    expect(textFor(texts, "http")).toBe("h");
    expect(textFor(texts, "sqs")).toBe("d");
  });

  it.each(["nothing", "[]", '{"sqs":"x"}', '{"default":5}'])("refuses %s", (message) => {
    expect(() => parseMessageStructure(message)).toThrow("Message Structure");
  });
});
