import { Command } from "commander";
import { snsCommand } from "./sns/sns-command.ts";

/** The `warrenmq` command: a group of commands for each thing that it works on. */
export function buildProgram(): Command {
  return new Command("warrenmq")
    .description("Runs what WarrenMQ needs beside the application, and looks at what a broker holds.")
    .addCommand(snsCommand());
}
