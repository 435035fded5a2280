import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const ES5 = `var AWS = require("aws-sdk");
function Queue(url) {
  var self = this;
  self.url = url;
  self.sqs = new AWS.SQS({});
}
Queue.prototype.send = function (body, done) {
  var self = this;
  self.sqs.sendMessage({ QueueUrl: self.url, MessageBody: body }, done);
};
Queue.prototype.poll = function () {
  return this.sqs.receiveMessage({ QueueUrl: this.url }).promise();
};
module.exports = Queue;
`;

test("a field is the same through a variable that holds this", async () => {
  const expected = ES5.replace('var AWS = require("aws-sdk")', 'var { SQS } = require("@warrenmq/client-sqs")')
    .replace("new AWS.SQS({})", "new SQS({})")
    .replace(".promise()", "");
  expect(await TestProject.rewritten("queue.js", ES5)).toBe(expected);
});

test.each([
  [
    "a variable that holds something else, too",
    ES5.replace("var self = this;\n  self.sqs.send", "var self = this;\n  self = other;\n  self.sqs.send"),
  ],
  ["something that is not sent", ES5.replace(".promise()", "")],
])("a field with %s stays", async (_what, text) => {
  expect(await TestProject.rewritten("queue.js", text)).toBe(text);
});
