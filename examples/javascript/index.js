"use strict";
const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");

const trailer = new StreamDownload("trailer", { videoId: "ea95132c15732412d22c1476fa83f27a" });

exports.url = trailer.url;
