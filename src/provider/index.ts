/** What Pulumi's plugin process loads, through the constant string of `resource/providerString`. */
import { ProviderProcess } from "./providerProcess";
import { createStreamDownloadProvider } from "./streamDownloadProvider";
import { createStreamDownloadsProvider } from "./streamDownloadsProvider";

const shared = new ProviderProcess();

/** The resource provider of `StreamDownload`. */
export const provider = createStreamDownloadProvider(shared);

/** The resource provider of `StreamDownloads`. */
export const bulkProvider = createStreamDownloadsProvider(shared);
