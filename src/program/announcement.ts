/**
 * Tells the engine's provider processes what the program declares and did not get. Engines since 3.274 ask no provider
 * about a resource that they skip, because what it depends on failed under --continue-on-error, and no engine does
 * about one that is not a target. The provider then knows nothing of it, and would delete a file that it takes over
 * from a resource that is gone. The engine deletes once the program has ended, so the program can tell.
 */
import * as pulumi from "@pulumi/pulumi";
import { announcement, type UncheckedDownload } from "../downloads/announcement";
import { isMocked } from "./mocked";

/** What a resource declares, and what it has. */
interface Declared<Args extends object> {
  /** Its hidden input `__urn`. */
  readonly urn: unknown;
  readonly args: Args | undefined;
  /** The downloads that known arguments declare. */
  readonly declaredIn: (args: pulumi.Unwrap<Args>) => readonly UncheckedDownload[];
  /** The outputs that say which downloads it has. */
  readonly outputs: readonly pulumi.Output<unknown>[];
  /** Whether such outputs have a download. */
  readonly has: (outputs: readonly unknown[], videoId: string, type: string) => boolean;
}

/**
 * Announces the downloads of a resource that an update does not deploy as it is declared, once that is known. Sends no
 * request, and nothing waits for it.
 *
 * @param resource the resource, registered
 */
export function announce<Args extends object>(
  resource: pulumi.CustomResource,
  { urn, args, declaredIn, outputs, has }: Declared<Args>,
): void {
  if (args === undefined || pulumi.runtime.isDryRun() || isMocked()) return;
  const address = engineAddress();
  if (address === undefined) return;
  const tell = async () => {
    // What comes from a resource that failed is not known, and Pulumi reports why.
    const downloads = await withUnknowns(args).then(declaredIn, () => []);
    const exists = await isInState(resource);
    if (exists) {
      // One that exists and is not a target has the outputs of its last update.
      const values = await Promise.all(outputs.map(known));
      if (downloads.every(({ videoId, type }) => has(values, String(videoId).trim().toLowerCase(), String(type))))
        return;
    }
    publisherTo(address).publish(announcement(String(await urn), downloads, exists));
  };
  void tell();
}

/** Whether a resource is in the state. One that failed or was skipped has no id, or (SDK 3.252 to 3.270) rejects it. */
function isInState(resource: pulumi.CustomResource): Promise<boolean> {
  return (resource.id as unknown as { isKnown: Promise<boolean> }).isKnown.catch(() => false);
}

type Publisher = ReturnType<typeof import("../provider/claimFiles").programClaims>;

/** One for each engine: the Automation API runs several programs in one process. */
const publishers = new Map<string, Publisher>();

/** Loads what writes the files, which most updates do not need. */
function publisherTo(address: string): Publisher {
  const { programClaims } = require("../provider/claimFiles") as typeof import("../provider/claimFiles");
  const publisher = publishers.get(address) ?? programClaims(address);
  publishers.set(address, publisher);
  return publisher;
}

/**
 * The address of the engine that runs this program, which Pulumi's SDK keeps for itself. Without it nothing is
 * announced.
 */
function engineAddress(): string | undefined {
  try {
    const { getStore } = require("@pulumi/pulumi/runtime/state") as {
      getStore: () => { settings: { options: { engineAddr?: string } } };
    };
    return getStore().settings.options.engineAddr;
  } catch {
    return undefined;
  }
}

/** Values among which the unknown ones stay what the SDK has for them, instead of making the whole unknown. */
function withUnknowns<T extends object>(args: T): Promise<pulumi.Unwrap<T>> {
  return known(pulumi.output(args)) as Promise<pulumi.Unwrap<T>>;
}

function known(output: unknown): Promise<unknown> {
  return (output as { promise(withUnknowns: true): Promise<unknown> }).promise(true);
}
