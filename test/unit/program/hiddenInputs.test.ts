import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as downloads from "../../../src";
import { streamDownloadMocks } from "../../../src/testing";
import declareComponents from "../../fixtures/components.cjs";

/** Resolves once every declaration has been processed; Pulumi's types lack it. */
const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

describe("downloads in components under mocks", () => {
  const shapes = declareComponents({ pulumi, downloads });

  for (const [shape, declare] of Object.entries(shapes)) {
    it(`downloads in components are all declared, with the URN that Pulumi gives them: ${shape}`, async () => {
      const urns: string[] = [];
      const mocks = streamDownloadMocks();
      await pulumi.runtime.setMocks({
        ...mocks,
        newResource: (args) => {
          if (/:StreamDownloads?$/.test(args.type)) urns.push(String(args.inputs.__urn));
          return mocks.newResource(args);
        },
      });
      declare();
      await waitForRPCs();
      expect(urns).to.not.be.empty;
      for (const urn of urns) {
        expect(urn).to.match(
          /^urn:pulumi:stack::project::((acme:media:VideoAsset|pulumi-nodejs:dynamic\/streamDownload:StreamDownload)\$)*pulumi-nodejs:dynamic\/streamDownload(s?):StreamDownload\3::[\w:-]+$/,
        );
      }
    });
  }
});
