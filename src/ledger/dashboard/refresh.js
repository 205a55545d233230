/* refresh.js: shows what is new, every few seconds, unless somebody is writing something
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
"use strict";

const PAUSE_MS = 5000;

async function refresh() {
  const main = document.querySelector("main");
  const isWriting = [...main.querySelectorAll("input:not([type=hidden])")]
    .some((input) => input.value !== "" || input === document.activeElement);

  if (document.hidden || isWriting || main.querySelector(".login"))
    return;

  const answer = await fetch(location.pathname, { credentials: "same-origin" });
  if (!answer.ok)
    return;

  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const scrolled = [...main.querySelectorAll(".wide")].map((table) => table.scrollLeft);

  main.replaceWith(page.querySelector("main"));
  document.querySelectorAll("main .wide").forEach((table, place) => {
    table.scrollLeft = scrolled[place] || 0;
  });
}

setInterval(() => refresh().catch(() => {}), PAUSE_MS);
