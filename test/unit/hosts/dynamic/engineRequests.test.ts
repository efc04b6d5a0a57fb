import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { expect } from "chai";
import { currentCall, observeRequests, timeLimitWith } from "../../../../src/hosts/dynamic/engineRequests";

describe("time limits in the engine's requests", () => {
  /** Classes of their own, so that no other test has its messages observed. */
  const classes = () => {
    class CreateRequest extends messages.CreateRequest {}
    class ReadRequest extends messages.ReadRequest {}
    class UpdateRequest extends messages.UpdateRequest {}
    class DeleteRequest extends messages.DeleteRequest {}
    return { CreateRequest, ReadRequest, UpdateRequest, DeleteRequest };
  };

  it("time limits in the engine's requests are known for each create by the inputs that its request was decoded to, however requests interleave", () => {
    const { CreateRequest, ...others } = classes();
    expect(observeRequests({ CreateRequest, ...others } as never)).to.equal(true);
    const decode = (seconds: number) => {
      const request = new CreateRequest();
      request.setProperties(Struct.fromJavaScript({ videoId: "v" }));
      request.setTimeout(seconds);
      return request.getProperties()?.toJavaScript() as object;
    };
    const [month, none] = [decode(2_592_000), decode(0)];
    expect([timeLimitWith(month), timeLimitWith(none)]).to.deep.equal([2_592_000_000, undefined]);
  });

  it("time limits in the engine's requests are known for each update and delete from the moment its id is read, and zero means none", () => {
    const { UpdateRequest, DeleteRequest, ...others } = classes();
    observeRequests({ UpdateRequest, DeleteRequest, ...others } as never);
    for (const [request, seconds, ms] of [
      [new UpdateRequest(), 1.5, 1500],
      [new DeleteRequest(), 2, 2000],
      [new UpdateRequest(), 0, undefined],
      [new DeleteRequest(), -1, undefined],
    ] as const) {
      request.setId("id");
      request.setTimeout(seconds);
      request.setUrn("urn");
      expect([request.getId(), currentCall()]).to.deep.equal(["id", { timeLimitMs: ms, urn: "urn" }]);
    }
  });

  it("time limits in the engine's requests are ignored where the SDK has no such messages", () => {
    expect(observeRequests(undefined)).to.equal(false);
    expect(observeRequests({} as never)).to.equal(false);
  });
});
