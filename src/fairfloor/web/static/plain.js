// On pages that do not change: times in the reader's own zone, nothing else.

import { localise } from "./times.js";

localise(document);
