/** The entry that Pulumi's plugin process loads, through the constant string of `program/providerString`. */
import { ProviderProcess } from "../../provider/providerProcess";
import { onEngineCancel } from "./cancellation";
import { engineAddress } from "./engineAddress";
import { observeRequests } from "./engineRequests";
import { withLookUps } from "./lookUpReads";
import { notConfigured } from "./pulumiSdk";
import { createStreamDownloadProvider, createStreamDownloadsProvider } from "./resourceProvider";

const address = engineAddress();
if (address !== undefined) observeRequests();
const engine = address === undefined ? undefined : { address, onCancel: onEngineCancel };
const shared = new ProviderProcess({ engine, notConfigured });

/** The resource provider of `StreamDownload`, and of look-ups. */
export const provider = withLookUps(shared, createStreamDownloadProvider(shared));

/** The resource provider of `StreamDownloads`. */
export const bulkProvider = createStreamDownloadsProvider(shared);
