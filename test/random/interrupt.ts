/** Ends a command before its time, as a user or the system may. */
import type { Emulator } from "../../packages/emulator/src";
import { providerPid } from "../engine/processes";
import type { RunningCli, Stack } from "../engine/stack";
import type { Interruption } from "./description";

/** Ends a command while a request is open; returns whether it came to that. */
export async function interrupt(
  cli: RunningCli,
  { who, request, afterProcessing }: Interruption,
  { emulator, stack }: { readonly emulator: Emulator; readonly stack: Stack },
): Promise<boolean> {
  const seen = emulator.requests.length;
  emulator.injectFault({ kind: "hang", afterProcessing, after: request - 1, times: 1 });
  const isOpen = () => emulator.requests.slice(seen).some(({ status }) => status === 0);
  const reached = await cli.until(isOpen).then(
    () => true,
    () => false,
  );
  if (!reached || cli.child.exitCode !== null) return false;
  const { pid = 0 } = cli.child;
  if (who === "Ctrl-C") process.kill(pid, "SIGINT");
  else if (who === "SIGKILL of a provider") process.kill(providerPid(pid), "SIGKILL");
  else await kill(pid, stack);
  return true;
}

/** Kills a CLI, but not while it writes the state: Pulumi cannot read half a file. */
async function kill(pid: number, stack: Stack): Promise<void> {
  for (;;) {
    process.kill(pid, "SIGSTOP");
    if (stack.hasWritten(() => true)) break;
    process.kill(pid, "SIGCONT");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  process.kill(pid, "SIGKILL");
}
