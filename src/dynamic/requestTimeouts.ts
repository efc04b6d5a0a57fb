/**
 * Reads the time limits of `customTimeouts`. The engine sends them with each request, with all transformations and transforms applied; for
 * a deletion it takes them from the state. Pulumi's dynamic provider does not pass them on to this provider.
 *
 * Pulumi's dynamic provider reads requests through the accessors of the generated message classes, so this module wraps those accessors. A
 * create is recognised by the object into which its properties are decoded. Update and delete are called right after the request's `getId`,
 * in the same expression, so the limit read there is theirs. (Decoding would be too early: this module is loaded by the first request, after
 * that was decoded.)
 *
 * This is not a documented interface: if it is not found, operations have their default limits.
 */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { timeLimitOf } from "../host/operations";

type Messages = Pick<typeof messages, "CreateRequest" | "UpdateRequest" | "DeleteRequest">;

/** A decodable message field, as the dynamic provider uses it. */
interface Struct {
  toJavaScript?: () => object;
}

const ofCreations = new WeakMap<object, number>();
let ofCurrentCall: number | undefined;

/** Finds the message classes that this process's dynamic provider uses. */
function loadMessages(): Messages | undefined {
  try {
    return require.main?.require("../../proto/provider_pb") as Messages | undefined;
  } catch {
    return undefined;
  }
}

/** Starts recording the limits in requests. Returns whether that is possible in this process. */
export function observeRequestTimeouts(classes: Messages | undefined = loadMessages()): boolean {
  if (classes === undefined) return false;
  try {
    const creation = classes.CreateRequest.prototype;
    const getProperties = creation.getProperties;
    creation.getProperties = function (this: messages.CreateRequest) {
      const properties = getProperties.call(this);
      const limit = timeLimitOf(this.getTimeout());
      const struct = properties as Struct | undefined;
      const decode = struct?.toJavaScript;
      if (struct !== undefined && decode !== undefined && limit !== undefined) {
        struct.toJavaScript = () => {
          const decoded = decode.call(properties);
          ofCreations.set(decoded, limit);
          return decoded;
        };
      }
      return properties;
    };
    for (const { prototype } of [classes.UpdateRequest, classes.DeleteRequest]) {
      const getId = prototype.getId;
      prototype.getId = function (this: messages.UpdateRequest | messages.DeleteRequest) {
        ofCurrentCall = timeLimitOf(this.getTimeout());
        return getId.call(this);
      };
    }
    return true;
  } catch {
    return false;
  }
}

/** The limit of a create with these inputs, in milliseconds. Undefined if none was set. */
export function createTimeout(inputs: object): number | undefined {
  return ofCreations.get(inputs);
}

/** The limit of the update or delete whose call has just begun, in milliseconds. Call it before anything is awaited. */
export function currentTimeout(): number | undefined {
  return ofCurrentCall;
}
