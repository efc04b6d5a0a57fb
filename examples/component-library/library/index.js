"use strict";
const pulumi = require("@pulumi/pulumi");
const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");

class Episode extends pulumi.ComponentResource {
  constructor(name, { videoId }, opts) {
    super("acme-video:index:Episode", name, {}, opts);
    this.videoUrl = new StreamDownload(`${name}-video`, { videoId }, { parent: this }).url;
    this.soundUrl = new StreamDownload(`${name}-sound`, { videoId, type: "audio" }, { parent: this }).url;
    this.registerOutputs({ videoUrl: this.videoUrl, soundUrl: this.soundUrl });
  }
}

exports.Episode = Episode;
