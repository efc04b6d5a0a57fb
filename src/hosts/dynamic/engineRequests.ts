/**
 * Reads from the engine's requests what Pulumi's dynamic provider drops: the time limits of `customTimeouts`, with all
 * transformations and transforms applied (for a deletion the engine takes them from the state), and the URN of what is
 * deleted, which after a rename is not the one in its outputs.
 *
 * Pulumi's dynamic provider reads requests through the accessors of the generated message classes, so this module wraps
 * those accessors. A create and a read are recognised by the object into which their properties are decoded. Update and
 * delete are called right after the request's `getId`, in the same expression, so what is read there is theirs.
 * (Decoding would be too early: this module is loaded by the first request, after that was decoded.)
 *
 * This is not a documented interface: if it is not found, operations have their default limits. So has the first read
 * of a refresh, whose request loads this module.
 */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { timeLimitOf } from "../../provider/operations";

type Messages = Pick<typeof messages, "CreateRequest" | "ReadRequest" | "UpdateRequest" | "DeleteRequest">;

/** A decodable message field, as the dynamic provider uses it. */
interface Struct {
  toJavaScript?: () => object;
}

/** A request whose properties become the argument of a method. `getTimeout` is missing from reads before SDK 3.246. */
interface DecodedRequest {
  getTimeout?: () => number;
}

/** What was read of the call that has just begun. */
interface CurrentCall {
  /** In milliseconds; undefined if no limit was set. */
  readonly timeLimitMs: number | undefined;
  readonly urn: string;
}

const ofDecoded = new WeakMap<object, number>();
let current: CurrentCall | undefined;

/** Finds the message classes that this process's dynamic provider uses. */
function loadMessages(): Messages | undefined {
  try {
    return require.main?.require("../../proto/provider_pb") as Messages | undefined;
  } catch {
    return undefined;
  }
}

/** Starts reading requests. Returns whether that is possible in this process. */
export function observeRequests(classes: Messages | undefined = loadMessages()): boolean {
  if (classes === undefined) return false;
  try {
    observeDecoding(classes.CreateRequest.prototype, "getProperties");
    observeDecoding(classes.ReadRequest.prototype, "getProperties");
    observeDecoding(classes.ReadRequest.prototype, "getInputs");
    for (const { prototype } of [classes.UpdateRequest, classes.DeleteRequest]) {
      const getId = prototype.getId;
      prototype.getId = function (this: messages.UpdateRequest | messages.DeleteRequest) {
        current = { timeLimitMs: timeLimitOf(this.getTimeout()), urn: this.getUrn() };
        return getId.call(this);
      };
    }
    return true;
  } catch {
    return false;
  }
}

function observeDecoding<Name extends "getProperties" | "getInputs">(
  prototype: Record<Name, () => Struct | undefined>,
  name: Name,
): void {
  const get = prototype[name];
  prototype[name] = function (this: DecodedRequest) {
    const struct = get.call(this as never);
    const limit = timeLimitOf(this.getTimeout?.() ?? 0);
    const decode = struct?.toJavaScript;
    if (struct !== undefined && decode !== undefined && limit !== undefined) {
      struct.toJavaScript = () => {
        const decoded = decode.call(struct);
        ofDecoded.set(decoded, limit);
        return decoded;
      };
    }
    return struct;
  };
}

/**
 * The limit of the create or read that was called with these properties, in milliseconds. Undefined if none was set.
 */
export function timeLimitWith(properties: object): number | undefined {
  return ofDecoded.get(properties);
}

/**
 * The update or delete whose call has just begun. Call it before anything is awaited. Undefined where requests are not
 * observed.
 */
export function currentCall(): CurrentCall | undefined {
  return current;
}
