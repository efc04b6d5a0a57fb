/** The files behind the downloads. */
import { FILE_NAMES } from "./constants";
import { NoResponse } from "./client";
import type { Step } from "./context";
import { CannotTell } from "./findings";
import { TYPES } from "./reading";

const CONTENT_TYPES = { default: "video/mp4", audio: "audio/mp4" } as const;

/** A name of the kind that `?filename=` takes. */
const FILE_NAME = "contract_check";

export const files: Step = {
  checks: ["file", "filename", "fileNames", "contentTypes"],
  behaviors: [],
  async run(context) {
    const { findings, generations } = context;
    const ready = TYPES.flatMap((type) => {
      const latest = generations.get(type)?.latest;
      return latest?.status === "ready" && latest.url !== undefined ? [{ type, url: latest.url }] : [];
    });
    if (ready.length === 0) throw new CannotTell("no ready download has a url");
    findings.check(
      "fileNames",
      ready.flatMap(({ type, url }) => {
        const path = URL.canParse(url) ? new URL(url).pathname : url;
        return path.endsWith(`/downloads/${FILE_NAMES[type]}`) ? [] : [`${type}: it ends in ${path.split("/").at(-1)}`];
      }),
    );
    if (context.requiresSignedUrls) throw new CannotTell("the video requires signed URLs");
    for (const { type, url } of ready) {
      if (!/^https?:/i.test(url) || !URL.canParse(url)) continue;
      const address = new URL(url);
      address.searchParams.set("filename", FILE_NAME);
      const file = await context.client.head(address.href).catch((error: unknown) => {
        if (error instanceof NoResponse)
          throw new CannotTell(`the host of the file does not respond: ${error.message}`);
        throw error;
      });
      const isServed = file.status === 200 || file.status === 206;
      findings.check("file", isServed ? [] : [`${type}: status ${file.status}`]);
      if (!isServed) continue;
      const disposition = file.headers.get("content-disposition") ?? "";
      findings.check(
        "filename",
        disposition.includes(FILE_NAME) ? [] : [`${type}: content-disposition does not have it`],
      );
      const contentType = file.headers.get("content-type") ?? "none";
      findings.check(
        "contentTypes",
        contentType.startsWith(CONTENT_TYPES[type]) ? [] : [`${type}: it is ${contentType}`],
      );
    }
    throw new CannotTell("no file was served");
  },
};
