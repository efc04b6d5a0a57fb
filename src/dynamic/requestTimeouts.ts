/**
 * The time limits of `customTimeouts`. The engine sends them with each request: as transformations and transforms left them, and those of a
 * deletion as they stand in the state, where a change of them alone is kept too. Pulumi's dynamic provider drops them on the way to ours.
 *
 * It reads requests through the accessors of the generated message classes, so these are wrapped. What is created is recognised by the
 * object that its properties are decoded into. Update and delete are called right after the request's `getId`, in the same expression, so
 * the limit read there is theirs; decoding would be too early, because this module is loaded by the first request after it was decoded.
 *
 * That is not a documented way in: where it is not found, operations have their default limits.
 */
import type * as messages from "@pulumi/pulumi/proto/provider_pb";

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

/** Begins to take note of the limits in requests. Returns whether that is possible here. */
export function observeRequestTimeouts(classes: Messages | undefined = loadMessages()): boolean {
  if (classes === undefined) return false;
  try {
    const creation = classes.CreateRequest.prototype;
    const getProperties = creation.getProperties;
    creation.getProperties = function (this: messages.CreateRequest) {
      const properties = getProperties.call(this);
      const limit = milliseconds(this.getTimeout());
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
        ofCurrentCall = milliseconds(this.getTimeout());
        return getId.call(this);
      };
    }
    return true;
  } catch {
    return false;
  }
}

/** The limit of a create with these inputs, in milliseconds; undefined where none was set. */
export function createTimeout(inputs: object): number | undefined {
  return ofCreations.get(inputs);
}

/** The limit of the update or delete whose call has just begun, in milliseconds; to be read before anything is awaited. */
export function currentTimeout(): number | undefined {
  return ofCurrentCall;
}

/** The engine sends seconds, and 0 for a limit that is not set; a user's "0s" is the same to it. */
function milliseconds(seconds: number): number | undefined {
  return seconds > 0 ? seconds * 1000 : undefined;
}
