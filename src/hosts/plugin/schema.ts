/**
 * The package's schema: what SDKs for other languages are generated from, and what `pulumi package get-schema` prints.
 */
import { DOWNLOAD_FIELDS, type Fields, isOutput, LIBRARY_FIELDS, namesOf } from "../../downloads/fields";
import { VERSION } from "../../core/version";
import { DOWNLOAD_TOKEN, LIBRARY_TOKEN, LOOK_UP_TOKEN, PACKAGE, VIDEOS_TOKEN } from "./constants";
import { type Home, homeOf, manifest } from "./home";
import {
  inputsOf,
  listInputs,
  lookUp,
  outputsOf,
  resourceDescriptions,
  settingsProperties,
  types,
  videosLookUp,
} from "./schemaProperties";

/**
 * The schema as an object; the engine wants it as JSON.
 *
 * @param home Default: as package.json has it
 */
export function schema(home: Home | undefined = homeOf(manifest())): object {
  return {
    name: PACKAGE,
    displayName: "Cloudflare Stream downloads",
    version: VERSION,
    description: "Declare that a Cloudflare Stream video has a ready MP4 or audio file, and get its URL.",
    keywords: ["pulumi", "cloudflare", "cloudflare-stream", "kind/native", "category/cloud"],
    license: "Apache-2.0",
    ...(home === undefined ? {} : addresses(home)),
    meta: { moduleFormat: "(.*)" },
    config: { variables: settingsProperties },
    provider: {
      description: "Credentials and account of the downloads that are declared with it.",
      inputProperties: settingsProperties,
      properties: settingsProperties,
    },
    types: Object.fromEntries(Object.entries(types).map(([name, type]) => [`${PACKAGE}:index:${name}`, type])),
    resources: {
      [DOWNLOAD_TOKEN]: {
        description: `${resourceDescriptions.download}\n\n${examples(`    type: ${DOWNLOAD_TOKEN}\n    properties:\n      videoId: ea95132c15732412d22c1476fa83f27a`)}`,
        inputProperties: inputsOf(DOWNLOAD_FIELDS, "StreamDownload"),
        requiredInputs: namesOf(DOWNLOAD_FIELDS, ({ isRequired }) => isRequired),
        properties: outputsOf(DOWNLOAD_FIELDS, "StreamDownload"),
        required: alwaysThere(DOWNLOAD_FIELDS),
        listInputs,
      },
      [LIBRARY_TOKEN]: {
        description: `${resourceDescriptions.library}\n\n${examples(`    type: ${LIBRARY_TOKEN}\n    properties:\n      videoIds: [ea95132c15732412d22c1476fa83f27a]\n      types: [default, audio]`)}`,
        inputProperties: inputsOf(LIBRARY_FIELDS, "StreamDownloads"),
        properties: outputsOf(LIBRARY_FIELDS, "StreamDownloads"),
        required: alwaysThere(LIBRARY_FIELDS),
      },
    },
    functions: { [LOOK_UP_TOKEN]: lookUp, [VIDEOS_TOKEN]: videosLookUp },
    language: {
      nodejs: { packageName: "pulumi-cloudflare-stream", respectSchemaVersion: true },
      python: { packageName: "pulumi_cloudflare_stream", pyproject: { enabled: true }, respectSchemaVersion: true },
      go: {
        importBasePath: `${goModule(home)}/cloudflarestream`,
        rootPackageName: "cloudflarestream",
        generateResourceContainerTypes: true,
        respectSchemaVersion: true,
      },
      // Not Pulumi, whose names the registries of .NET and Java keep for Pulumi itself.
      csharp: {
        rootNamespace: "StreamDownloads",
        namespaces: { [PACKAGE]: "CloudflareStream" },
        packageReferences: { Pulumi: "3.*" },
        respectSchemaVersion: true,
      },
      java: {
        ...(home === undefined
          ? {}
          : { basePackage: `io.github.${home.owner.toLowerCase().replace(/[^a-z0-9]/g, "")}` }),
        buildFiles: "gradle",
      },
    },
  };
}

/** What the Registry shows, and where the engine finds the plugin of an SDK. */
function addresses({ owner, url, raw, pages, release }: Home): object {
  return {
    publisher: owner,
    homepage: url,
    repository: url,
    logoUrl: `${raw}/docs/logo.png`,
    configurationDocsUrl: `${pages}/docs/configuration.md#settings`,
    pluginDownloadURL: release,
  };
}

/** Go finds a module by its address; without one, a program has to name its folder (`replace`). */
function goModule(home: Home | undefined): string {
  return home === undefined ? "pulumi-cloudflare-stream/sdk/go" : `${home.url.replace("https://", "")}/sdk/go`;
}

/** The outputs that are never absent. */
function alwaysThere(fields: Fields): string[] {
  return namesOf(fields, (field) => isOutput(field) && field.isOptional !== true);
}

/** Examples as Pulumi's documentation shows them; YAML stands for all languages, which it is translated to. */
function examples(resource: string): string {
  return `{{% examples %}}\n## Example Usage\n{{% example %}}\n\n\`\`\`yaml\nresources:\n  trailer:\n${resource}\n\`\`\`\n{{% /example %}}\n{{% /examples %}}`;
}
