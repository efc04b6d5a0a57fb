/** What Pulumi's plugin process loads, through the constant string of `resource/providerString`. */
import { ProviderProcess } from "./providerProcess";
import { createStreamDownloadProvider } from "./streamDownloadProvider";

const shared = new ProviderProcess();

/** The resource provider of `StreamDownload`. */
export const provider = createStreamDownloadProvider(shared);
