#!/usr/bin/env node
import { errorText } from "./load/error-text.ts";

// The AWS SDK tells every process that it wants a newer Node in 2027, once its clients are loaded.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

try {
  const { runCli } = await import("./commands/cli-program.ts");
  await runCli(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${errorText(error)}\n`);
  process.exitCode = 1;
}
