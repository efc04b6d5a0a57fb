/**
 * Tells the engine's provider processes what the program declares. Engines since 3.274 ask no provider about a resource that they skip, because
 * what it depends on failed under --continue-on-error, and no engine does about one that is not a target. The provider then knows nothing of it, and
 * would delete a file that it takes over from a resource that is gone. The engine deletes once the program has ended, so the program can tell.
 */
import * as pulumi from "@pulumi/pulumi";
import { announcement, type UncheckedDownload } from "../core/announcement";
import type { ClaimEntry } from "../core/claimTable";
import { isMocked } from "./mocked";

/**
 * Announces a resource's downloads, in an update, as soon as they are known; and that the resource has not been deployed, once that is known.
 * Sends no request, and nothing waits for it.
 *
 * @param resource the resource, registered
 * @param urn its hidden input `__urn`
 * @param args the resource's arguments
 * @param declaredIn the downloads that known arguments declare
 */
export function announce<Args extends object>(
  resource: pulumi.CustomResource,
  urn: unknown,
  args: Args | undefined,
  declaredIn: (args: pulumi.Unwrap<Args>) => readonly UncheckedDownload[],
): void {
  if (args === undefined || pulumi.runtime.isDryRun() || isMocked()) return;
  const address = engineAddress();
  if (address === undefined) return;
  const { programClaims } = require("../host/peerClaims") as typeof import("../host/peerClaims");
  const tell = async (entryOf: (urn: string) => ClaimEntry) => {
    const known = await urn;
    if (typeof known === "string") claimsAt(address, programClaims).publish(entryOf(known));
  };
  // What comes from a resource that failed is not known, and Pulumi reports why.
  const ignored = () => undefined;
  void withUnknowns(args)
    .then((known) => tell((name) => announcement(name, declaredIn(known))))
    .catch(ignored);
  void isDeployed(resource)
    .then((isThere) => (isThere ? undefined : tell((name) => ({ kind: "unfinished", urn: name, digests: [] }))))
    .catch(ignored);
}

/** Whether a resource is in the state. One that failed or was skipped has no id, or (SDK 3.252 to 3.270) rejects it. */
function isDeployed(resource: pulumi.CustomResource): Promise<boolean> {
  return (resource.id as unknown as { isKnown: Promise<boolean> }).isKnown.catch(() => false);
}

type Publisher = ReturnType<typeof import("../host/peerClaims").programClaims>;

/** One for each engine: the Automation API runs several programs in one process. */
const publishers = new Map<string, Publisher>();

function claimsAt(address: string, open: (address: string) => Publisher): Publisher {
  const publisher = publishers.get(address) ?? open(address);
  publishers.set(address, publisher);
  return publisher;
}

/** The address of the engine that runs this program, which Pulumi's SDK keeps for itself. Without it nothing is announced. */
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
  return (pulumi.output(args) as unknown as { promise(withUnknowns: true): Promise<pulumi.Unwrap<T>> }).promise(true);
}
