// Writes docs/ops.md: `npm run docs`.
import { writeFileSync } from "node:fs";
import { page } from "./page.js";

writeFileSync(new URL("../../docs/ops.md", import.meta.url), page());
