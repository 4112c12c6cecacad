import assert from "node:assert/strict";
import { test } from "node:test";

import { remembered } from "../../static/shared/remembered.js";

test("each text is asked about once, also if the answer was no", () => {
  const asked = [];
  const plays = remembered((type) => asked.push(type) && type === "video/mp4");
  assert.deepEqual(["video/mp4", "video/avi", "video/mp4", "video/avi"].map(plays), [true, false, true, false]);
  assert.deepEqual(asked, ["video/mp4", "video/avi"]);
});
