"use strict";
const { StreamDownload } = require("pulumi-cloudflare-stream-downloads");

// The update does not wait; each later `pulumi up` or `pulumi refresh` checks progress.
const trailer = new StreamDownload("trailer", { videoId: "ea95132c15732412d22c1476fa83f27a", waitForReady: false });

exports.status = trailer.status;
exports.percentComplete = trailer.percentComplete;
