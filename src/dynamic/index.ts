/** What Pulumi's plugin process loads, through the constant string of `program/providerString`. */
import { ProviderProcess } from "./providerProcess";
import { createStreamDownloadProvider } from "./singleProvider";
import { createStreamDownloadsProvider } from "./bulkProvider";

const shared = new ProviderProcess();

/** The resource provider of `StreamDownload`. */
export const provider = createStreamDownloadProvider(shared);

/** The resource provider of `StreamDownloads`. */
export const bulkProvider = createStreamDownloadsProvider(shared);
