/** What a single download and a second update get of the budget while, or after, a library spends it; on a moved clock. */
import { besideLibrary, LIBRARY_ENCODING_S, secondUpdate } from "../test/support/fairness";
import type { Section } from "./report";

export async function benchFairness(): Promise<Section> {
  const rows: (string | number)[][] = [];
  const data: Record<string, unknown>[] = [];
  for (const [library, headStartS] of [
    [0, 0],
    [8000, 0],
    [8000, 600],
  ] as const) {
    for (const encodingS of [60, 600]) {
      const measured = await besideLibrary(library, encodingS, headStartS);
      const bound = 60 + encodingS / 10;
      rows.push([
        `a download, ${library === 0 ? "alone" : `a library of ${library} began ${headStartS} s before`}`,
        encodingS,
        measured.requested,
        measured.late,
        bound,
        measured.limited,
      ]);
      data.push({ library, headStartS, encodingS, bound, ...measured });
    }
  }
  for (const videos of [40, 80]) {
    const encodingS = 20;
    const { took, left } = await secondUpdate(videos, encodingS);
    rows.push([`two videos more than ${videos}, ${left} requests left`, encodingS, "", took - encodingS, 2, ""]);
    data.push({ videos, encodingS, took, left });
  }
  return {
    name: "fairness",
    title: "Beside a library, and after one",
    text: `A library's files take ${LIBRARY_ENCODING_S} s; a moved clock, 1,200 requests in 5 minutes. Requested: from the start until the POST. Late: from the file being ready until that is noticed.`,
    header: ["", "encoding (s)", "requested after (s)", "late (s)", "late at most (s)", "429s"],
    rows,
    data,
  };
}
